using Forage.Search.Text;

namespace Forage.Search.Tasks;

/// <summary>Sets of labels that may follow each label, so that what is predicted reads as spans.</summary>
internal sealed class SpanRules
{
    private readonly ActionSet[] _after, _last;

    public SpanRules(LabelSet labels, SpanEncoding encoding)
    {
        var transitions = new LabelTransitions(labels, encoding);
        var kept = new Dictionary<string, ActionSet>();
        ActionSet Set(ReadOnlySpan<int> allowed)
        {
            string key = string.Join(' ', allowed.ToArray());
            return kept.TryGetValue(key, out var set) ? set : kept[key] = new ActionSet(labels.Count, allowed);
        }
        (_after, _last) = (new ActionSet[labels.Count + 1], new ActionSet[labels.Count + 1]);
        for (int previous = -1; previous < labels.Count; previous++)
            (_after[previous + 1], _last[previous + 1]) = (Set(transitions.After(previous)), Set(transitions.After(previous, last: true)));
    }

    /// <summary>What may stand at a position of a sentence behind a label; -1 at its start.</summary>
    public ActionSet At(int position, int length, int previous) => (position == length - 1 ? _last : _after)[previous + 1];
}
