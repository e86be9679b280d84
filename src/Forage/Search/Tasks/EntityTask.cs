using Forage.Search.Text;

namespace Forage.Search.Tasks;

/// <summary>
/// Marks spans (entities, chunks) by labels such as B-x, I-x and O. It is <see cref="SequenceTask"/> but for one line: only labels that may follow the one before
/// are allowed (paper 06, section 5.2: I-x follows B-x or I-x only), so whatever is predicted reads as spans. The loss is the number of wrong labels.
/// </summary>
public sealed class EntityTask : ISearchTask<TokenSequence, ReadOnlyMemory<int>>
{
    private readonly ActionSet[] _after, _last;
    private readonly int _history;

    /// <summary>The task over a set of labels.</summary>
    /// <param name="labels">The labels.</param>
    /// <param name="encoding">How they write spans down.</param>
    /// <param name="history">How many labels before the one at hand are features.</param>
    public EntityTask(LabelSet labels, SpanEncoding encoding, int history = 2)
    {
        var transitions = new LabelTransitions(labels, encoding);
        var kept = new Dictionary<string, ActionSet>();
        ActionSet Set(ReadOnlySpan<int> allowed)
        {
            string key = string.Join(' ', allowed.ToArray());
            return kept.TryGetValue(key, out var set) ? set : kept[key] = new ActionSet(labels.Count, allowed);
        }
        (_history, _after, _last) = (history, new ActionSet[labels.Count + 1], new ActionSet[labels.Count + 1]);
        for (int previous = -1; previous < labels.Count; previous++)
            (_after[previous + 1], _last[previous + 1]) = (Set(transitions.After(previous)), Set(transitions.After(previous, last: true)));
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<int> Run(Search search, TokenSequence x)
    {
        Span<int> before = stackalloc int[_history];
        Span<uint> buffer = stackalloc uint[x.Most];
        for (int t = 0; t < x.Length; t++)
        {
            search.Snapshot(ref t);
            for (int i = 0; i < _history; i++) before[i] = t - 1 - i;
            var allowed = (t == x.Length - 1 ? _last : _after)[t == 0 ? 0 : search.Prediction(t - 1) + 1];
            int right = x.Label(t);
            int y = search.Predict(x.Features(t, search, buffer), right >= 0 && allowed.Contains(right) ? right : Reference.None, before, allowed);
            search.Loss(y == right ? 0 : 1);
            x.Predicted[t] = y;
        }
        return x.PredictedMemory;
    }
}
