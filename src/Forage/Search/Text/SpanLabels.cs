using Forage.Search.Text.Internals;

namespace Forage.Search.Text;

/// <summary>
/// Labels read as spans. Any sequence has a reading, the one of the scorer of CoNLL-2000 (<c>conlleval</c>): a span begins at B or S, at I or E behind O, E or
/// S, and where the type changes; it ends before the next begins, before O, and at E or S. So what no encoding would write is repaired as in footnote 6 of
/// Daumé, Langford, Ross 2014: an I-x in a wrong place counts as B-x. (The script knows neither S nor B behind E; here they begin a span.)
/// </summary>
/// <remarks>Not safe for several threads at once; copies of one over the same labels are cheap.</remarks>
/// <param name="labels">The labels; more may be added to it.</param>
public sealed class SpanLabels(LabelSet labels)
{
    private readonly List<SpanTag> _tags = [];
    private readonly List<LabelledSpan> _spans = [];
    private readonly Dictionary<(char Prefix, int Type), int> _labels = [];
    private int _outside = -1;

    /// <summary>The labels.</summary>
    public LabelSet Labels => labels;

    /// <summary>The types of spans met so far; <c>""</c> for labels without one.</summary>
    public LabelSet Types { get; } = new("");

    /// <summary>Appends the spans of a sentence to <paramref name="to"/>.</summary>
    public void Decode(ReadOnlySpan<int> sentence, List<LabelledSpan> to)
    {
        var last = SpanTag.Outside;
        int start = -1;
        for (int i = 0; i <= sentence.Length; i++)
        {
            var tag = i < sentence.Length ? Tag(sentence[i]) : SpanTag.Outside;
            if (start >= 0 && SpanTag.Ends(last, tag))
            {
                to.Add(new LabelledSpan(start, i, last.Type));
                start = -1;
            }
            if (SpanTag.Begins(last, tag)) start = i;
            last = tag;
        }
    }

    /// <summary>Labels of a sentence with these spans, in order and apart; labels that are new are added.</summary>
    public void Encode(IReadOnlyList<LabelledSpan> spans, SpanEncoding encoding, Span<int> sentence)
    {
        sentence.Fill(Outside);
        for (int s = 0; s < spans.Count; s++)
        {
            var (start, end, type) = spans[s];
            bool behind = s > 0 && spans[s - 1].End == start && spans[s - 1].Type == type, before = s + 1 < spans.Count && spans[s + 1].Start == end && spans[s + 1].Type == type;
            for (int i = start; i < end; i++)
            {
                bool first = i == start, last = i == end - 1;
                char prefix = encoding switch
                {
                    SpanEncoding.Iob1 => first && behind ? 'B' : 'I',
                    SpanEncoding.Iob2 => first ? 'B' : 'I',
                    SpanEncoding.Ioe1 => last && before ? 'E' : 'I',
                    SpanEncoding.Ioe2 => last ? 'E' : 'I',
                    _ => first ? last ? 'S' : 'B' : last ? 'E' : 'I',
                };
                sentence[i] = Label(prefix, type);
            }
        }
    }

    /// <summary>Writes the spans of a sentence, however they are written, in this encoding; labels that are new are added.</summary>
    /// <param name="sentence">Labels; replaced.</param>
    /// <param name="encoding">How they are written then.</param>
    public void Recode(Span<int> sentence, SpanEncoding encoding)
    {
        _spans.Clear();
        Decode(sentence, _spans);
        Encode(_spans, encoding, sentence);
    }

    /// <summary>
    /// Turns a sentence's labels round: the last token's come first, and spans are written in the order read, so that a B stands at a span's last token. Done twice,
    /// a well-formed sentence is what it was. Chunks of English are easier to label from the right (Kudo, Matsumoto 2001).
    /// </summary>
    /// <param name="sentence">Labels; replaced.</param>
    /// <param name="encoding">How they are written, before and after.</param>
    public void Reverse(Span<int> sentence, SpanEncoding encoding)
    {
        _spans.Clear();
        Decode(sentence, _spans);
        _spans.Reverse();
        for (int i = 0; i < _spans.Count; i++) _spans[i] = _spans[i] with { Start = sentence.Length - _spans[i].End, End = sentence.Length - _spans[i].Start };
        Encode(_spans, encoding, sentence);
    }

    /// <summary>Footnote 6: each I-x of a sentence that follows neither B-x nor I-x becomes B-x; a label that is new is added.</summary>
    /// <returns>How many were replaced.</returns>
    public int Repair(Span<int> sentence)
    {
        var last = SpanTag.Outside;
        int replaced = 0;
        for (int i = 0; i < sentence.Length; i++)
        {
            var tag = Tag(sentence[i]);
            if (tag.Kind == SpanTagKind.I && !(last.Type == tag.Type && last.Kind is SpanTagKind.B or SpanTagKind.I))
            {
                sentence[i] = Label('B', tag.Type);
                tag = Tag(sentence[i]);
                replaced++;
            }
            last = tag;
        }
        return replaced;
    }

    private int Outside => _outside >= 0 ? _outside : _outside = labels.Add("O");

    private int Label(char prefix, int type)
    {
        if (!_labels.TryGetValue((prefix, type), out int label)) _labels.Add((prefix, type), label = labels.Add($"{prefix}-{Types[type]}"));
        return label;
    }

    /// <summary>The label split into prefix and type.</summary>
    internal SpanTag Tag(int label)
    {
        while (_tags.Count <= label)
        {
            string name = labels[_tags.Count];
            int dash = name.IndexOf('-');
            _tags.Add(new SpanTag(SpanTag.KindOf(dash < 0 ? name : name[..dash]), dash < 0 ? 0 : Types.Add(name[(dash + 1)..])));
        }
        return _tags[label];
    }
}
