using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Forage.Linear.Internals;

/// <summary>Makes packed blocks of regressors' tables.</summary>
/// <param name="factors">What makes of a table's weight what the feature adds to a score at its largest magnitude, w N, so that rounding does no harm however features are scaled; null: all 1.</param>
/// <param name="features">Number of features.</param>
/// <param name="arena">Where blocks take their memory from.</param>
internal sealed unsafe class BlockPacker(float[]? factors, int features, BlockArena arena)
{
    /// <summary>A cell of three rows holds this many features on average.</summary>
    private const double RowsACell = 1.35;

    private readonly int[] _met = new int[features];
    private int _round;

    /// <summary>Packs a block.</summary>
    /// <param name="block">Receives its rows.</param>
    /// <param name="tables">Its regressors' tables, whose weights are changed; null where there is none.</param>
    /// <exception cref="ForageException">There is no memory for it.</exception>
    public void Pack(ref PackedBlock block, ReadOnlySpan<SavedTable?> tables)
    {
        try
        {
            Reserve(ref block, tables);
        }
        catch (OutOfMemoryException e)
        {
            throw new ForageException("The memory that the model's packed weights take cannot be had on this machine.", e);
        }
        for (int lane = 0; lane < tables.Length; lane++)
            if (tables[lane] is { } table) Fill(block, lane, table);
    }

    private void Reserve(ref PackedBlock block, ReadOnlySpan<SavedTable?> tables)
    {
        int dense = 0;
        foreach (var table in tables) dense = Math.Max(dense, table?.DenseOctave ?? 0);
        block.DenseOctave = dense;
        if (dense > 0) block.Dense = (short*)arena.TakeExactly((nuint)(sizeof(short) * PackedBlock.Lanes) << (dense - 1));
        int keyed = 0;
        _round++;
        foreach (var table in tables)
            if (table is not null) keyed += CountNew(table.Ids.AsSpan(0, table.Count), dense);
        if (keyed > 0)
        {
            block.CellCount = (uint)Math.Ceiling(keyed / RowsACell);
            block.Cells = (byte*)arena.TakeExactly((nuint)block.CellCount * PackedBlock.CellBytes);
            for (uint c = 0; c < block.CellCount; c++) PackedBlock.Keys(block.Cells + (nint)PackedBlock.CellBytes * c)[PackedBlock.Rows] = uint.MaxValue;
        }
    }

    /// <summary>How many of these features no table of the block had before and have a key in it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int CountNew(ReadOnlySpan<int> ids, int dense)
    {
        int count = 0, first = dense == 0 ? 0 : 1 << (dense - 1);
        foreach (int id in ids)
        {
            if (id < first || _met[id] == _round) continue;
            _met[id] = _round;
            count++;
        }
        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Fill(in PackedBlock block, int lane, SavedTable table)
    {
        var dense = table.Dense.AsSpan(0, Math.Min(table.DenseCount, features));
        var ids = table.Ids.AsSpan(0, table.Count);
        var weights = table.Weights.AsSpan(0, table.Count);
        if (factors is not null)
        {
            TensorPrimitives.Multiply(dense, factors.AsSpan(0, dense.Length), dense);
            for (int i = 0; i < ids.Length; i++) weights[i] *= factors[ids[i]];
        }
        float largest = Math.Max(dense.IsEmpty ? 0 : MathF.Abs(TensorPrimitives.MaxMagnitude<float>(dense)), weights.IsEmpty ? 0 : MathF.Abs(TensorPrimitives.MaxMagnitude<float>(weights)));
        if (largest == 0) return;
        double steps = short.MaxValue / (double)largest; // of the smallest floats too
        short* row = block.Dense + lane;
        for (int f = 0; f < dense.Length; f++, row += PackedBlock.Lanes) *row = (short)Math.Round(dense[f] * steps);
        for (int i = 0; i < ids.Length; i++) block.RowOf(ids[i])[lane] = (short)Math.Round(weights[i] * steps);
    }
}
