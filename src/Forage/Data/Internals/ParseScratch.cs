namespace Forage.Data.Internals;

/// <summary>Memory a parser needs while it is at one record; it lives in the batch, so that parsers have no state and nothing is allocated per record.</summary>
internal sealed class ParseScratch
{
    private int[] _positions = [];
    private ulong[] _bits = [];

    /// <summary>Labels, or action numbers.</summary>
    public List<int> Integers { get; } = [];

    /// <summary>Actions as a VW label lists them.</summary>
    public List<uint> Actions { get; } = [];

    /// <summary>Room for positions within a record; what it held is gone.</summary>
    public int[] Positions(int count) => _positions.Length >= count ? _positions : _positions = new int[2 * count];

    /// <summary>Room for bits within a record; what it held is left.</summary>
    public ulong[] Bits(int words) => _bits.Length >= words ? _bits : _bits = new ulong[2 * words];
}
