namespace Forage.Search.Text.Internals;

/// <summary>Prefixes of labels of spans.</summary>
internal enum SpanTagKind : byte
{
    O,
    B,
    I,
    E,
    S,
    Other,
}

/// <summary>A label of spans: its prefix and type (0 for none).</summary>
internal readonly record struct SpanTag(SpanTagKind Kind, int Type)
{
    public static SpanTag Outside => default;

    public static SpanTagKind KindOf(string prefix) => prefix switch
    {
        "O" or "." => SpanTagKind.O, // the script takes a full stop as outside
        "B" => SpanTagKind.B,
        "I" => SpanTagKind.I,
        "E" => SpanTagKind.E,
        "S" => SpanTagKind.S,
        _ => SpanTagKind.Other,
    };

    /// <summary>conlleval's startOfChunk.</summary>
    public static bool Begins(SpanTag last, SpanTag tag) => tag.Kind switch
    {
        SpanTagKind.O => false,
        SpanTagKind.B or SpanTagKind.S => true,
        SpanTagKind.I or SpanTagKind.E when last.Kind is SpanTagKind.O or SpanTagKind.E or SpanTagKind.S => true,
        _ => last.Type != tag.Type,
    };

    /// <summary>conlleval's endOfChunk, for a span that is open.</summary>
    public static bool Ends(SpanTag last, SpanTag tag)
        => last.Kind != SpanTagKind.O && (tag.Kind is SpanTagKind.O or SpanTagKind.B or SpanTagKind.S || last.Kind is SpanTagKind.E or SpanTagKind.S || last.Type != tag.Type);
}
