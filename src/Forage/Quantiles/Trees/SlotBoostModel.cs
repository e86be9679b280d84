using System.Buffers;
using System.Numerics.Tensors;
using Forage.Persistence;
using Forage.Quantiles.Quanting;
using Forage.Quantiles.Trees.Internals;

namespace Forage.Quantiles.Trees;

/// <summary>What <see cref="SlotBoost"/> learns: log-odds of y ≥ t are a bias a threshold and a leaf's steps of each tree. Rows are scored in blocks, a tree at a time, so that a tree's leaves stay in the cache.</summary>
public sealed class SlotBoostModel : IThresholdModel
{
    internal const string Tag = "QBST";

    private const int Block = 512; // rows: their scores stay in the second cache, and the leaves of four trees are fetched once for all of them

    private readonly float[] _bias;
    private readonly float _scale;
    private readonly SlotTree[] _trees;

    internal SlotBoostModel(int columns, float[] bias, float scale, SlotTree[] trees) => (Columns, _bias, _scale, _trees) = (columns, bias, scale, trees);

    /// <summary>Number of features.</summary>
    public int Columns { get; }

    /// <summary>Number of trees, over all runs.</summary>
    public int Trees => _trees.Length;

    /// <summary>Number of leaves, over all trees.</summary>
    public int Leaves => _trees.Sum(t => t.Leaves);

    /// <inheritdoc/>
    public int Thresholds => _bias.Length;

    /// <inheritdoc/>
    public bool LogOdds => true;

    /// <summary>How often each column is asked about.</summary>
    public int[] SplitsOfColumns()
    {
        int[] splits = new int[Columns];
        foreach (var tree in _trees) tree.CountSplits(splits);
        return splits;
    }

    /// <inheritdoc/>
    public void Score(ReadOnlySpan<float> row, Span<float> scores) => ScoreRows(row, 1, scores);

    /// <inheritdoc/>
    public void ScoreRows(ReadOnlySpan<float> rows, int count, Span<float> scores)
    {
        int slots = _bias.Length, stride = SlotKernels.Padded(slots);
        scores = scores[..(count * slots)];
        rows = rows[..(count * Columns)];
        Span<int> leaves = stackalloc int[4 * Block];
        int pitch = SlotKernels.Padded(Math.Min(Block, count));
        float[] space = ArrayPool<float>.Shared.Rent(pitch * stride), turned = ArrayPool<float>.Shared.Rent(pitch * Columns);
        for (int from = 0; from < count; from += Block)
        {
            int n = Math.Min(Block, count - from), t = 0;
            Turn(rows.Slice(from * Columns, n * Columns), turned, pitch);
            var sums = space.AsSpan(0, n * stride);
            sums.Clear();
            for (; t + 3 < _trees.Length; t += 4)
            {
                var four = _trees.AsSpan(t, 4);
                for (int j = 0; j < 4; j++) four[j].LeavesOf(turned, pitch, n, leaves.Slice(j * Block, Block));
                SlotKernels.AddLeaves(sums, stride, leaves, Block, four[0].Padded, four[1].Padded, four[2].Padded, four[3].Padded);
            }
            for (; t < _trees.Length; t++)
            {
                _trees[t].LeavesOf(turned, pitch, n, leaves);
                for (int i = 0; i < n; i++)
                {
                    var own = sums.Slice(i * stride, slots);
                    TensorPrimitives.Add(own, _trees[t].Values(leaves[i]), own);
                }
            }
            for (int i = 0; i < n; i++) TensorPrimitives.MultiplyAdd(sums.Slice(i * stride, slots), _scale, _bias, scores.Slice((from + i) * slots, slots));
        }
        ArrayPool<float>.Shared.Return(space);
        ArrayPool<float>.Shared.Return(turned);
    }

    /// <summary>Rows become columns.</summary>
    private void Turn(ReadOnlySpan<float> rows, Span<float> to, int pitch)
    {
        for (int i = 0, at = 0; at < rows.Length; i++)
            for (int c = 0; c < Columns; c++, at++) to[c * pitch + i] = rows[at];
    }

    /// <inheritdoc/>
    public void Save(ModelWriter writer)
    {
        writer.BeginChunk(Tag, 1);
        writer.Write(Columns);
        writer.Write(_bias);
        writer.Write(_scale);
        writer.Write(_trees.Length);
        foreach (var tree in _trees) tree.Save(writer);
        writer.EndChunk();
    }

    internal static SlotBoostModel Load(ModelReader reader)
    {
        reader.BeginChunk(Tag, 1);
        int columns = reader.ReadInt32();
        float[] bias = reader.ReadSingles();
        float scale = reader.ReadSingle();
        int count = reader.ReadInt32();
        var trees = new List<SlotTree>();
        for (int t = 0; t < count; t++) trees.Add(SlotTree.Load(reader, columns, bias.Length));
        reader.EndChunk();
        return new SlotBoostModel(columns, bias, scale, [.. trees]);
    }
}
