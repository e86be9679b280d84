using System.Runtime.CompilerServices;
using Forage.Features;

namespace Forage.Data.Internals;

/// <summary>A <see cref="RowWriter"/> with the free memory of its block at hand, so that adding a feature is two stores.</summary>
internal ref struct FeatureSink(RowWriter writer)
{
    private const int Room = 256;

    private RowWriter _writer = writer;
    private Span<uint> _indices;
    private Span<float> _values;
    private int _count;
    private byte _namespace;
    private bool _open;

    /// <summary>Where the block stands; call it between groups only.</summary>
    public readonly RowWriter.Mark Position => _writer.Position;

    /// <summary>Starts a row that inherits the groups of row <paramref name="sharedRow"/>, if that is not negative.</summary>
    public void BeginRow(int sharedRow = -1) => _writer.BeginRow(sharedRow);

    /// <summary>Ends the row and returns its number.</summary>
    public int EndRow() => _writer.EndRow();

    /// <summary>Starts a group of namespace <paramref name="ns"/>. It comes into being with its first feature.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void BeginGroup(byte ns) => _namespace = ns;

    /// <summary>Ends the group; it vanishes if it is empty.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void EndGroup()
    {
        if (_open) Close();
    }

    /// <summary>Adds a feature to the group; one of value 0 is left out, as it could change nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(uint index, float value)
    {
        if (value == 0) return;
        int n = _count;
        if ((uint)n >= (uint)_indices.Length) n = Grow();
        _indices[n] = index;
        _values[n] = value;
        _count = n + 1;
    }

    /// <summary>Room for <paramref name="count"/> (at most 256) more features of the group, to be filled in place and confirmed with <see cref="Advance"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Reserve(int count, out Span<uint> indices, out Span<float> values)
    {
        if (_indices.Length - _count < count) Grow();
        indices = _indices[_count..];
        values = _values[_count..];
    }

    /// <summary>Makes the next <paramref name="count"/> features, filled in place, part of the group.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance(int count) => _count += count;

    /// <summary>Takes back all that was written since <paramref name="mark"/>.</summary>
    public void Rollback(RowWriter.Mark mark)
    {
        _open = false;
        _count = 0;
        _indices = default;
        _writer.Rollback(mark);
    }

    /// <summary>Makes room, and opens the group if this is its first feature: until then there is no room, so that <see cref="Add"/> comes here.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Grow()
    {
        if (_open) _writer.Commit(_count);
        else _writer.BeginGroup(_namespace);
        _open = true;
        _writer.Reserve(Math.Max(Room, 2 * _count), out _indices, out _values);
        return _count = 0;
    }

    private void Close()
    {
        _writer.Commit(_count);
        _writer.EndGroup();
        _open = false;
        _count = 0;
        _indices = default;
    }
}
