namespace Forage.Data.Internals;

/// <summary>Memory a parser needs while it is at one record; it lives in the batch, so that parsers have no state and nothing is allocated per record.</summary>
internal sealed class ParseScratch
{
    /// <summary>Labels, or action numbers.</summary>
    public List<int> Integers { get; } = [];
}
