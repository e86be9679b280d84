using System.Runtime.CompilerServices;
using Forage.Persistence.Internals;

namespace Forage.Features;

/// <summary>
/// Rows of sparse features in a few flat arrays that grow and are reused. A batch of plain examples is a block of as many rows; a decision is a
/// block (or a run of rows) whose first row is the shared context and whose next rows are the actions. <see cref="RowWriter"/> is the only way in.
/// </summary>
/// <remarks>Not safe for writing from two threads. Reading concurrently is safe while nobody writes.</remarks>
public sealed class FeatureBlock
{
    private uint[] _indices;
    private float[] _values;
    private FeatureGroup[] _groups;
    private RowExtent[] _rows;

    /// <summary>An empty block with room for the given numbers before it grows.</summary>
    public FeatureBlock(int features = 64, int rows = 4)
    {
        _indices = new uint[features];
        _values = new float[features];
        _groups = new FeatureGroup[rows];
        _rows = new RowExtent[rows];
    }

    /// <summary>Number of finished rows.</summary>
    public int RowCount { get; internal set; }

    /// <summary>Number of stored features over all rows (shared ones once).</summary>
    public int FeatureCount { get; internal set; }

    internal int GroupCount { get; set; }

    /// <summary>A view of row <paramref name="row"/>; invalid once the block is written to again.</summary>
    public FeatureRow this[int row]
    {
        get
        {
            if ((uint)row >= (uint)RowCount) throw new ArgumentOutOfRangeException(nameof(row), row, $"The block has {RowCount} rows.");
            var extent = _rows[row];
            if (extent.GroupCount == 0) return default; // a row over all of the block's memory would be one group of all features
            return new FeatureRow(_indices.AsSpan(0, FeatureCount), _values.AsSpan(0, FeatureCount), _groups.AsSpan(extent.GroupStart, extent.GroupCount));
        }
    }

    /// <summary>Forgets all rows and keeps the memory.</summary>
    public void Clear() => RowCount = FeatureCount = GroupCount = 0;

    /// <summary>A compact copy of rows [<paramref name="first"/>, <paramref name="first"/> + <paramref name="count"/>) that shares nothing with this block.</summary>
    /// <remarks>Action rows keep their shared groups only if the shared row is the first row copied.</remarks>
    public FeatureBlock Copy(int first, int count)
    {
        if (first < 0 || count < 0 || first + count > RowCount) throw new ArgumentOutOfRangeException(nameof(first), $"Rows {first}..{first + count} of a block of {RowCount}.");
        var copy = new FeatureBlock(0, 0);
        copy.Append(this, first, count);
        return copy;
    }

    /// <summary>Appends copies of rows of another block.</summary>
    public void Append(FeatureBlock source, int first, int count)
    {
        int features = 0, groups = 0;
        for (int r = first; r < first + count; r++)
        {
            var e = source._rows[r];
            groups += e.GroupCount;
            for (int g = e.GroupStart; g < e.GroupStart + e.GroupCount - e.SharedGroups; g++) features += source._groups[g].Count;
        }
        EnsureFeatures(features);
        EnsureGroups(groups);
        int sharedStart = 0, sharedCount = 0;
        for (int r = first; r < first + count; r++)
        {
            var e = source._rows[r];
            int start = GroupCount, inherited = 0;
            for (int g = e.GroupStart; g < e.GroupStart + e.GroupCount - e.SharedGroups; g++)
            {
                var group = source._groups[g];
                source._indices.AsSpan(group.Start, group.Count).CopyTo(_indices.AsSpan(FeatureCount));
                source._values.AsSpan(group.Start, group.Count).CopyTo(_values.AsSpan(FeatureCount));
                _groups[GroupCount++] = new FeatureGroup(group.Namespace, FeatureCount, FeatureCount + group.Count);
                FeatureCount += group.Count;
            }
            if (e.SharedGroups == 0) (sharedStart, sharedCount) = (start, GroupCount - start);
            else if (sharedCount == e.SharedGroups)
            {
                _groups.AsSpan(sharedStart, sharedCount).CopyTo(_groups.AsSpan(GroupCount));
                GroupCount += sharedCount;
                inherited = sharedCount;
            }
            AddRow(new RowExtent(start, GroupCount - start, inherited));
        }
    }

    /// <summary>Row <paramref name="row"/> without what it inherits from the shared context.</summary>
    public FeatureRow Own(int row)
    {
        var whole = this[row];
        int own = whole.Groups.Length - _rows[row].SharedGroups;
        return own == 0 ? default : new FeatureRow(whole.Indices, whole.Values, whole.Groups[..own]);
    }

    /// <summary>Writes the rows as raw arrays.</summary>
    internal void Store(ref ArrayBlock block)
    {
        block.Write<uint>(_indices.AsSpan(0, FeatureCount));
        block.Write<float>(_values.AsSpan(0, FeatureCount));
        block.Write<FeatureGroup>(_groups.AsSpan(0, GroupCount));
        block.Write<RowExtent>(_rows.AsSpan(0, RowCount));
    }

    /// <summary>Reads what <see cref="Store"/> wrote, in place of what there was.</summary>
    internal void Restore(ref ArrayBlock block)
    {
        FeatureCount = block.Read(ref _indices);
        int values = block.Read(ref _values);
        GroupCount = block.Read(ref _groups);
        RowCount = block.Read(ref _rows);
        if (values != FeatureCount) throw new InvalidDataException($"{FeatureCount} indices but {values} values.");
        if (_values.Length < _indices.Length) Array.Resize(ref _values, _indices.Length);
        if (_indices.Length < _values.Length) Array.Resize(ref _indices, _values.Length);
    }

    internal Span<uint> FreeIndices => _indices.AsSpan(FeatureCount);

    internal Span<float> FreeValues => _values.AsSpan(FeatureCount);

    internal RowExtent Extent(int row) => _rows[row];

    internal Span<FeatureGroup> GroupSpan => _groups.AsSpan(0, GroupCount);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void EnsureFeatures(int more)
    {
        if (FeatureCount + more > _indices.Length) GrowFeatures(more);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void GrowFeatures(int more)
    {
        int size = Math.Max(FeatureCount + more, 2 * _indices.Length);
        Array.Resize(ref _indices, size);
        Array.Resize(ref _values, size);
    }

    internal void EnsureGroups(int more)
    {
        if (GroupCount + more > _groups.Length) Array.Resize(ref _groups, Math.Max(GroupCount + more, 2 * _groups.Length));
    }

    internal void AddRow(RowExtent extent)
    {
        if (RowCount == _rows.Length) Array.Resize(ref _rows, Math.Max(RowCount + 1, 2 * RowCount));
        _rows[RowCount++] = extent;
    }

    /// <summary>Where a row's groups stand; the last <paramref name="SharedGroups"/> of them are the shared context's.</summary>
    internal readonly record struct RowExtent(int GroupStart, int GroupCount, int SharedGroups);
}
