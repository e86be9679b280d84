using Forage.Search.Text.Internals;

namespace Forage.Search.Text;

/// <summary>
/// Which labels may follow which, so that what is predicted is always well formed: in BIO, I-x follows B-x or I-x and nothing else. Where a rule would leave
/// no label (a set that lacks some), all may follow.
/// </summary>
public sealed class LabelTransitions
{
    private readonly int[][] _after, _last;

    /// <summary>The rules of an encoding over a set of labels.</summary>
    public LabelTransitions(LabelSet labels, SpanEncoding encoding)
    {
        var spans = new SpanLabels(labels);
        int[] all = [.. Enumerable.Range(0, labels.Count)];
        (_after, _last) = (new int[labels.Count + 1][], new int[labels.Count + 1][]);
        for (int previous = -1; previous < labels.Count; previous++)
        {
            var last = previous < 0 ? SpanTag.Outside : spans.Tag(previous);
            int[] after = [.. all.Where(l => May(last, spans.Tag(l), encoding))], ends = [.. after.Where(l => MayEnd(spans.Tag(l), encoding))];
            _after[previous + 1] = after.Length > 0 ? after : all;
            _last[previous + 1] = ends.Length > 0 ? ends : _after[previous + 1];
        }
    }

    /// <summary>Labels that may follow <paramref name="previous"/>, ascending.</summary>
    /// <param name="previous">The label before; -1 at the start of a sentence.</param>
    /// <param name="last">Whether the token is the sentence's last.</param>
    public ReadOnlySpan<int> After(int previous, bool last = false) => (last ? _last : _after)[previous + 1];

    private static bool May(SpanTag last, SpanTag tag, SpanEncoding encoding)
    {
        bool same = last.Type == tag.Type && last.Kind != SpanTagKind.O;
        return encoding switch
        {
            SpanEncoding.Iob1 => tag.Kind != SpanTagKind.B || same,
            SpanEncoding.Iob2 => tag.Kind != SpanTagKind.I || same,
            SpanEncoding.Ioe1 => last.Kind != SpanTagKind.E || same,
            SpanEncoding.Ioe2 => last.Kind != SpanTagKind.I || same,
            _ => last.Kind is SpanTagKind.B or SpanTagKind.I ? same && tag.Kind is SpanTagKind.I or SpanTagKind.E : tag.Kind is not (SpanTagKind.I or SpanTagKind.E),
        };
    }

    private static bool MayEnd(SpanTag tag, SpanEncoding encoding) => encoding switch
    {
        SpanEncoding.Ioe1 => tag.Kind != SpanTagKind.E,
        SpanEncoding.Ioe2 => tag.Kind != SpanTagKind.I,
        SpanEncoding.Bioes => tag.Kind is not (SpanTagKind.B or SpanTagKind.I),
        _ => true,
    };
}
