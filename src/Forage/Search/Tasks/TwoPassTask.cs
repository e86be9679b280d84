using Forage.Search.Text;

namespace Forage.Search.Tasks;

/// <summary>
/// Labels a sequence twice: policy 0 makes a guess at every label, from left to right; policy 1 goes over it again and sees the guesses ahead too, by the
/// templates' <c>guess[…]</c>. That a greedy labeller cannot look ahead is most of what it lacks against one that searches all sequences. The loss is the number of
/// wrong labels of the second pass.
/// </summary>
/// <param name="history">How many labels before the one at hand are features.</param>
/// <param name="labels">With <paramref name="encoding"/>: the labels, of which only those are allowed that read as spans; null to allow all.</param>
/// <param name="encoding">How labels write spans down.</param>
public sealed class TwoPassTask(int history = 2, LabelSet? labels = null, SpanEncoding encoding = SpanEncoding.Iob2) : ISearchTask<TokenSequence, ReadOnlyMemory<int>>
{
    private readonly SpanRules? _rules = labels is null ? null : new SpanRules(labels, encoding);

    /// <inheritdoc/>
    public ReadOnlyMemory<int> Run(Search search, TokenSequence x)
    {
        var first = x.First ?? throw new ForageException("A sentence without features of its first pass; two passes need them.");
        Span<int> before = stackalloc int[history];
        Span<uint> buffer = stackalloc uint[Math.Max(x.Most, first.Most)];
        int n = x.Length;
        for (int step = 0; step < 2 * n; step++)
        {
            search.Snapshot(ref step);
            int start = step < n ? 0 : n, t = step - start, right = x.Label(t);
            for (int i = 0; i < history; i++) before[i] = t - 1 - i < 0 ? -1 : step - 1 - i;
            var allowed = _rules?.At(t, n, t == 0 ? -1 : search.Prediction(step - 1));
            var reference = right >= 0 && (allowed is null || allowed.Contains(right)) ? right : Reference.None;
            var features = start == 0 ? first.Features(t, search, buffer) : x.Features(t, search, buffer, start);
            int y = search.Predict(features, reference, before, allowed, start == 0 ? 0 : 1);
            if (start == 0) continue;
            search.Loss(y == right ? 0 : 1);
            x.Predicted[t] = y;
        }
        return x.PredictedMemory;
    }
}
