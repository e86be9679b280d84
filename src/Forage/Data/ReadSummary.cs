namespace Forage.Data;

/// <summary>What was read.</summary>
/// <param name="Source">Name of the source.</param>
/// <param name="Records">Well-formed records.</param>
/// <param name="Malformed">Malformed records, skipped.</param>
/// <param name="FirstFaults">The first three malformed ones as "file:line:column: message".</param>
/// <param name="Lines">Lines read.</param>
/// <param name="TextBytes">Bytes of text, after decompression.</param>
/// <param name="Skipped">Lines that were neither records nor faults.</param>
public sealed record ReadSummary(string Source, long Records, long Malformed, IReadOnlyList<string> FirstFaults, long Lines, long TextBytes, long Skipped);
