namespace Forage.Data;

/// <summary>How a log is read.</summary>
public sealed record ReadOptions
{
    /// <summary>Stop at the first malformed record instead of skipping and counting it.</summary>
    public bool Strict { get; init; }

    /// <summary>Threads that parse beside the one that learns; 0 parses on that one.</summary>
    public int Helpers { get; init; } = 1;

    /// <summary>Bytes of text parsed at a time.</summary>
    public int PieceBytes { get; init; } = 1 << 20;

    /// <summary>Longest record in bytes; a longer one ends the reading with an error.</summary>
    public int LongestRecord { get; init; } = 1 << 28;
}
