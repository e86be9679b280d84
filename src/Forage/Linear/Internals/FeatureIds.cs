using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Forage.Features;
using Forage.Persistence;

namespace Forage.Linear.Internals;

/// <summary>Numbers features 0, 1, 2, … in the order they are first met, and keeps the largest magnitude N of each. Open addressing, half full at most.</summary>
internal sealed unsafe class FeatureIds
{
    private const uint Spread = 2654435769;
    private const int SmallestToPrefetch = 1 << 14;

    /// <summary>Index in the upper half, number + 1 in the lower; 0 where nothing is.</summary>
    private ulong[] _slots = new ulong[256];
    private int _shift = 24;
    private uint[] _indices = new uint[128];

    /// <summary>N by number.</summary>
    public float[] Scales = new float[128];

    /// <summary>Features numbered so far.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes in use.</summary>
    public long Bytes => 8L * _slots.Length + 8L * _indices.Length;

    /// <summary>No more of them from now on.</summary>
    public long MostBytes { get; set; } = long.MaxValue;

    /// <summary>True once a feature got no number because there would have been more bytes than that.</summary>
    public bool IsFull { get; private set; }

    /// <summary>The number of a feature, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(uint index)
    {
        var slots = _slots;
        for (uint h = (index * Spread) >> _shift; ; h = (h + 1) & (uint)(slots.Length - 1))
        {
            ulong slot = slots[h];
            if (slot == 0) return -1;
            if ((uint)(slot >> 32) == index) return (int)((uint)slot - 1);
        }
    }

    /// <summary>The number of a feature, a new one if it is met for the first time; -1 if there is no room for one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int FindOrAdd(uint index)
    {
        int id = Find(index);
        return id >= 0 ? id : Add(index);
    }

    /// <summary>Asks the memory for the places of a row's features, where the table is large.</summary>
    public void Prefetch(ReadOnlySpan<uint> indices, uint xor, uint mask)
    {
        if (_slots.Length < SmallestToPrefetch || !Sse.IsSupported) return;
        fixed (ulong* slots = _slots)
        {
            foreach (uint index in indices) Sse.Prefetch0(slots + ((((index ^ xor) & mask) * Spread) >> _shift));
        }
    }

    public void Save(ModelWriter writer)
    {
        var indices = new int[Count];
        for (int i = 0; i < Count; i++) indices[i] = (int)_indices[i];
        writer.Write(indices);
        writer.Write(Scales.AsSpan(0, Count));
    }

    public static FeatureIds Load(ModelReader reader, bool isFull)
    {
        var ids = new FeatureIds { IsFull = isFull };
        foreach (int index in reader.ReadInt32s())
            if (ids.Find((uint)index) < 0) ids.Add((uint)index);
        float[] scales = reader.ReadSingles();
        if (scales.Length != ids.Count) throw new ForageException($"The model has {scales.Length} scales of {ids.Count} features.");
        scales.CopyTo(ids.Scales, 0);
        return ids;
    }

    private int Add(uint index)
    {
        if (2 * (Count + 1) > _slots.Length)
        {
            if (2 * Bytes > MostBytes)
            {
                IsFull = true;
                return -1;
            }
            Grow();
        }
        int id = Count++;
        (_indices[id], Scales[id]) = (index, 0);
        Place(index, id);
        return id;
    }

    private void Grow()
    {
        Array.Resize(ref _indices, _slots.Length);
        Array.Resize(ref Scales, _slots.Length);
        _slots = new ulong[2 * _slots.Length];
        _shift--;
        for (int i = 0; i < Count; i++) Place(_indices[i], i);
    }

    private void Place(uint index, int id)
    {
        uint h = (index * Spread) >> _shift;
        while (_slots[h] != 0) h = (h + 1) & (uint)(_slots.Length - 1);
        _slots[h] = ((ulong)index << 32) | (uint)(id + 1);
    }
}

/// <summary>Looks the features of a row up; scales grow with what is learnt from.</summary>
internal readonly struct GatherKernel(FeatureIds ids, PooledRow row, uint mask, bool learn) : IFeatureVisitor
{
    public void Visit(uint xor, float scale, ReadOnlySpan<uint> indices, ReadOnlySpan<float> values)
    {
        row.Reserve(indices.Length);
        ids.Prefetch(indices, xor, mask);
        for (int i = 0; i < indices.Length; i++)
        {
            float x = values[i] * scale;
            if (x == 0) continue;
            uint index = (indices[i] ^ xor) & mask;
            int id = learn ? ids.FindOrAdd(index) : ids.Find(index);
            if (id < 0) continue;
            float magnitude = RateKernel.Magnitude(x);
            if (learn && magnitude > ids.Scales[id]) ids.Scales[id] = magnitude;
            row.Add(id, MathF.CopySign(magnitude, x));
        }
    }
}
