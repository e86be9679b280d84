namespace Forage.Search.Tasks;

/// <summary>
/// Labels a sequence from left to right (paper 06, Algorithm 1): each label is chosen from its token's features and the labels chosen before. The loss
/// is the number of wrong labels (Hamming).
/// </summary>
/// <param name="history">How many labels before the one at hand are features; 0 is the unstructured classifier, which labels every token by itself.</param>
public sealed class SequenceTask(int history = 2) : ISearchTask<TokenSequence, ReadOnlyMemory<int>>
{
    /// <inheritdoc/>
    public ReadOnlyMemory<int> Run(Search search, TokenSequence x)
    {
        Span<int> before = stackalloc int[history];
        Span<uint> buffer = stackalloc uint[x.Most];
        for (int t = 0; t < x.Length; t++)
        {
            search.Snapshot(ref t);
            for (int i = 0; i < history; i++) before[i] = t - 1 - i;
            int y = search.Predict(x.Features(t, search, buffer), x.Label(t), before);
            search.Loss(y == x.Label(t) ? 0 : 1);
            x.Predicted[t] = y;
        }
        return x.PredictedMemory;
    }
}
