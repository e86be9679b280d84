using Forage.Persistence;
using Forage.Quantiles.Quanting;
using Forage.Quantiles.Trees.Internals;

namespace Forage.Quantiles.Trees;

/// <summary>What <see cref="SlotBoost"/> learns: log-odds of y ≥ t are a bias a threshold and a leaf's steps of each tree. Rows are scored in blocks, a tree at a time, so that a tree's leaves stay in the cache.</summary>
public sealed class SlotBoostModel : IThresholdModel
{
    internal const string Tag = "QBST";

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
        scores = scores[..(count * _bias.Length)];
        scores.Clear();
        foreach (var tree in _trees) tree.AddTo(rows, Columns, count, scores);
        for (int i = 0; i < count; i++)
        {
            var own = scores.Slice(i * _bias.Length, _bias.Length);
            for (int k = 0; k < own.Length; k++) own[k] = _bias[k] + _scale * own[k];
        }
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
