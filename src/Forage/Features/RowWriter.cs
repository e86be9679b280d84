using System.Runtime.CompilerServices;

namespace Forage.Features;

/// <summary>
/// Writes rows into a <see cref="FeatureBlock"/>: <c>BeginRow</c>, then groups of features, then <c>EndRow</c>. A row that turns out to be bad is
/// taken back with <see cref="Rollback"/>.
/// </summary>
public struct RowWriter(FeatureBlock block)
{
    private int _rowStart;
    private int _sharedRow;

    /// <summary>The block written to.</summary>
    public readonly FeatureBlock Block => block;

    /// <summary>The state to return to with <see cref="Rollback"/>.</summary>
    public readonly Mark Position => new(block.RowCount, block.GroupCount, block.FeatureCount);

    /// <summary>Starts a row. With <paramref name="sharedRow"/> ≥ 0 the groups of that earlier row (the shared context) are part of the new one, after its own.</summary>
    public void BeginRow(int sharedRow = -1)
    {
        _rowStart = block.GroupCount;
        _sharedRow = sharedRow;
    }

    /// <summary>Starts a group; features added from here on belong to namespace <paramref name="ns"/>.</summary>
    public readonly void BeginGroup(byte ns)
    {
        block.EnsureGroups(1);
        block.GroupCount++;
        block.GroupSpan[^1] = new FeatureGroup(ns, block.FeatureCount, block.FeatureCount);
    }

    /// <summary>Adds one feature to the current group.</summary>
    public readonly void Add(uint index, float value)
    {
        block.EnsureFeatures(1);
        block.FreeIndices[0] = index;
        block.FreeValues[0] = value;
        block.FeatureCount++;
    }

    /// <summary>Adds features to the current group.</summary>
    public readonly void AddRange(ReadOnlySpan<uint> indices, ReadOnlySpan<float> values)
    {
        var (i, v) = (indices.Length, values.Length);
        if (i != v) throw new ArgumentException($"{i} indices but {v} values.");
        block.EnsureFeatures(i);
        indices.CopyTo(block.FreeIndices);
        values.CopyTo(block.FreeValues);
        block.FeatureCount += i;
    }

    /// <summary>Room for up to <paramref name="count"/> features, to be filled in place and confirmed with <see cref="Commit"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Reserve(int count, out Span<uint> indices, out Span<float> values)
    {
        block.EnsureFeatures(count);
        indices = block.FreeIndices[..count];
        values = block.FreeValues[..count];
    }

    /// <summary>Makes the first <paramref name="count"/> reserved features part of the current group.</summary>
    public readonly void Commit(int count) => block.FeatureCount += count;

    /// <summary>Ends the current group; an empty one is dropped.</summary>
    public readonly void EndGroup()
    {
        ref var g = ref block.GroupSpan[^1];
        if (g.Start == block.FeatureCount) block.GroupCount--;
        else g = g with { End = block.FeatureCount };
    }

    /// <summary>Ends the row and returns its number in the block.</summary>
    public readonly int EndRow()
    {
        int inherited = 0;
        if (_sharedRow >= 0)
        {
            var shared = block.Extent(_sharedRow);
            inherited = shared.GroupCount;
            block.EnsureGroups(inherited);
            int at = block.GroupCount;
            block.GroupCount += inherited;
            block.GroupSpan.Slice(shared.GroupStart, inherited).CopyTo(block.GroupSpan[at..]);
        }
        block.AddRow(new FeatureBlock.RowExtent(_rowStart, block.GroupCount - _rowStart, inherited));
        return block.RowCount - 1;
    }

    /// <summary>Takes back all that was written since <paramref name="mark"/>.</summary>
    public readonly void Rollback(Mark mark)
    {
        block.RowCount = mark.Rows;
        block.GroupCount = mark.Groups;
        block.FeatureCount = mark.Features;
    }

    /// <summary>A position in a block.</summary>
    public readonly record struct Mark(int Rows, int Groups, int Features);
}
