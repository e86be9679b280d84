using System.Runtime.InteropServices;

namespace Forage.Search.Internals;

/// <summary>
/// The loss that followed each state met on the current example's roll-outs. A state is where a snapshot was taken (its place in the program, the
/// number of predictions made, which roll-out policy is at work), what it holds, and the latest predictions, as far back as any step looks.
/// States are compared whole; nothing is left to a hash.
/// </summary>
internal sealed class LossMemory
{
    private byte[] _states = new byte[1024];
    private Entry[] _entries = new Entry[64];
    private int[] _places = new int[256];
    private int[] _marks = new int[256]; // generation in which a place was taken
    private int _generation = 1, _count, _used;

    public void Clear()
    {
        _count = _used = 0;
        _generation++;
    }

    /// <summary>The entry of a state, made if there was none.</summary>
    /// <returns>Its number, and whether its loss is known.</returns>
    public (int Entry, bool Known) Visit(int site, int step, int identity, ReadOnlySpan<byte> state, ReadOnlySpan<int> latest)
    {
        var history = MemoryMarshal.AsBytes(latest);
        int length = 12 + state.Length + history.Length;
        if (_used + length > _states.Length) Array.Resize(ref _states, Math.Max(2 * _states.Length, _used + length));
        var blob = _states.AsSpan(_used, length);
        MemoryMarshal.Write(blob, site);
        MemoryMarshal.Write(blob[4..], step);
        MemoryMarshal.Write(blob[8..], identity);
        state.CopyTo(blob[12..]);
        history.CopyTo(blob[(12 + state.Length)..]);
        if (2 * (_count + 1) > _places.Length) Grow();
        ulong hash = Hash(blob);
        int mask = _places.Length - 1, place = (int)(hash >> 32) & mask;
        for (; _marks[place] == _generation; place = (place + 1) & mask)
        {
            ref readonly var e = ref _entries[_places[place]];
            if (e.Hash == hash && blob.SequenceEqual(_states.AsSpan(e.Start, e.Length))) return (_places[place], e.Known);
        }
        if (_count == _entries.Length) Array.Resize(ref _entries, 2 * _count);
        _entries[_count] = new Entry(hash, _used, length);
        (_places[place], _marks[place]) = (_count, _generation);
        _used += length;
        return (_count++, false);
    }

    public double Loss(int entry) => _entries[entry].Loss;

    public void Set(int entry, double loss) => (_entries[entry].Loss, _entries[entry].Known) = (loss, true);

    private void Grow()
    {
        (_places, _marks) = (new int[2 * _places.Length], new int[2 * _places.Length]);
        int mask = _places.Length - 1;
        for (int e = 0; e < _count; e++)
        {
            int i = (int)(_entries[e].Hash >> 32) & mask;
            while (_marks[i] == _generation) i = (i + 1) & mask;
            (_places[i], _marks[i]) = (e, _generation);
        }
    }

    private static ulong Hash(ReadOnlySpan<byte> blob)
    {
        ulong h = (ulong)blob.Length * 0x9E3779B97F4A7C15;
        int i = 0;
        for (; i + 8 <= blob.Length; i += 8) h = (h ^ MemoryMarshal.Read<ulong>(blob[i..])) * 0xBF58476D1CE4E5B9 ^ h >> 32;
        for (; i < blob.Length; i++) h = (h ^ blob[i]) * 0x94D049BB133111EB ^ h >> 29;
        return (h ^ h >> 31) * 0xBF58476D1CE4E5B9;
    }

    private struct Entry(ulong hash, int start, int length)
    {
        public readonly ulong Hash = hash;
        public readonly int Start = start, Length = length;
        public double Loss;
        public bool Known;
    }
}
