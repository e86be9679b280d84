namespace Forage.Linear.Internals;

/// <summary>Regressors of a pool in blocks of up to seven, to predict the signs of their scores only (see <see cref="PackedBlock"/>). Predicting from several threads is safe.</summary>
/// <remarks>
/// A block is packed as soon as the last of its regressors was read, whose tables serve the next ones then: read in the order of the blocks, a pool never stands in memory as it was.
/// </remarks>
internal sealed class RegressorPack : IDisposable
{
    private readonly BlockArena _arena = new();
    private readonly PackedBlock[] _blocks;
    private readonly SavedTable?[] _tables;
    private readonly Stack<SavedTable> _spare = [];
    private readonly Dictionary<int, int> _placeOf = [];
    private readonly int[] _missing;

    /// <summary>A pack that waits for its regressors.</summary>
    /// <param name="members">Seven regressors for each block; -1 for none.</param>
    /// <exception cref="ForageException">A regressor stands in two places.</exception>
    public RegressorPack(ReadOnlySpan<int> members)
    {
        (_blocks, _missing, _tables) = (new PackedBlock[members.Length / PackedBlock.Most], new int[members.Length / PackedBlock.Most], new SavedTable?[members.Length]);
        for (int i = 0; i < members.Length; i++)
        {
            if (members[i] < 0) continue;
            if (!_placeOf.TryAdd(members[i], i)) throw new ForageException($"The model has two nodes with regressor {members[i]}.");
            _missing[i / PackedBlock.Most]++;
        }
    }

    /// <summary>Regressors it takes.</summary>
    public int Count => _placeOf.Count;

    /// <summary>True if regressors 0, 1, … below a count are those it takes.</summary>
    public bool Takes(int count) => count == _placeOf.Count && _placeOf.Keys.All(r => r < count);

    /// <summary>A table to read the next regressor into.</summary>
    public SavedTable Spare() => _spare.TryPop(out var table) ? table : new SavedTable();

    /// <summary>Takes a regressor's table.</summary>
    /// <param name="regressor">Its number.</param>
    /// <param name="table">Its table.</param>
    /// <param name="packer">What packs.</param>
    public void Add(int regressor, SavedTable table, BlockPacker packer)
    {
        int place = _placeOf[regressor];
        _tables[place] = table;
        int block = place / PackedBlock.Most;
        if (--_missing[block] > 0) return;
        var tables = _tables.AsSpan(PackedBlock.Most * block, PackedBlock.Most);
        packer.Pack(ref _blocks[block], tables);
        foreach (ref var done in tables)
        {
            if (done is not null) _spare.Push(done);
            done = null;
        }
    }

    /// <summary>All were read.</summary>
    public void Complete()
    {
        _spare.Clear();
        _placeOf.Clear();
    }

    /// <summary>Asks the memory for the weights of a row's features; the row must be gathered with values scaled by x/N.</summary>
    public void Fetch(int block, PooledRow row) => _blocks[block].Fetch(row);

    /// <summary>Bit k is 1 if the score of the block's regressor k is positive.</summary>
    public uint Positive(int block, PooledRow row) => _blocks[block].Positive(row);

    /// <inheritdoc/>
    public void Dispose() => _arena.Dispose();

    /// <summary>What packs regressors of a pool.</summary>
    /// <param name="scales">Largest magnitude N of each feature.</param>
    /// <param name="features">Number of features.</param>
    /// <param name="power">Tables hold w N^power.</param>
    public BlockPacker NewPacker(float[] scales, int features, int power)
        => new(power == 1 ? null : Array.ConvertAll(scales[..features], n => power == 0 ? n : 1 / n), features, _arena);
}
