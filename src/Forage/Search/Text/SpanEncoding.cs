namespace Forage.Search.Text;

/// <summary>How labels of tokens write down spans (chunks, entities): a prefix, '-' and the span's type; <c>O</c> outside.</summary>
public enum SpanEncoding
{
    /// <summary>I inside; B only at the start of a span right behind another of its type.</summary>
    Iob1,

    /// <summary>B at each start, I inside: BIO, the encoding of CoNLL-2000 and of the paper.</summary>
    Iob2,

    /// <summary>I inside; E only at the end of a span right before another of its type.</summary>
    Ioe1,

    /// <summary>E at each end, I before.</summary>
    Ioe2,

    /// <summary>B at the start, E at the end, I between, S for a span of one token.</summary>
    Bioes,
}

/// <summary>A span of tokens.</summary>
/// <param name="Start">Position of the first.</param>
/// <param name="End">One past the last.</param>
/// <param name="Type">Number of the type in <see cref="SpanLabels.Types"/>.</param>
public readonly record struct LabelledSpan(int Start, int End, int Type);
