using Forage.Search.Text;

namespace Forage.Search.Tasks;

/// <summary>
/// Marks spans (entities, chunks) by labels such as B-x, I-x and O. It is <see cref="SequenceTask"/> but for one line: only labels that may follow the one before
/// are allowed (paper 06, section 5.2: I-x follows B-x or I-x only), so whatever is predicted reads as spans. The loss is the number of wrong labels.
/// </summary>
/// <param name="labels">The labels.</param>
/// <param name="encoding">How they write spans down.</param>
/// <param name="history">How many labels before the one at hand are features.</param>
public sealed class EntityTask(LabelSet labels, SpanEncoding encoding, int history = 2) : ISearchTask<TokenSequence, ReadOnlyMemory<int>>
{
    private readonly SpanRules _rules = new(labels, encoding);

    /// <inheritdoc/>
    public ReadOnlyMemory<int> Run(Search search, TokenSequence x)
    {
        Span<int> before = stackalloc int[history];
        Span<uint> buffer = stackalloc uint[x.Most];
        for (int t = 0; t < x.Length; t++)
        {
            search.Snapshot(ref t);
            for (int i = 0; i < history; i++) before[i] = t - 1 - i;
            var allowed = _rules.At(t, x.Length, t == 0 ? -1 : search.Prediction(t - 1));
            int right = x.Label(t);
            int y = search.Predict(x.Features(t, search, buffer), right >= 0 && allowed.Contains(right) ? right : Reference.None, before, allowed);
            search.Loss(y == right ? 0 : 1);
            x.Predicted[t] = y;
        }
        return x.PredictedMemory;
    }
}
