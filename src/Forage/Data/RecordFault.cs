namespace Forage.Data;

/// <summary>A malformed record: where it is and what was expected there.</summary>
/// <param name="Line">1-based line within the text that was parsed (a reader adds the lines before it).</param>
/// <param name="Column">1-based byte within the line.</param>
/// <param name="Message">The offending value and what was expected, one sentence without a period at its end.</param>
public readonly record struct RecordFault(long Line, int Column, string Message);
