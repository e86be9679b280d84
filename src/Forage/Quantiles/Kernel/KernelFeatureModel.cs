using System.Buffers;
using Forage.Persistence;
using Forage.Quantiles.Kernel.Internals;
using Forage.Quantiles.Quanting;

namespace Forage.Quantiles.Kernel;

/// <summary>What <see cref="KernelFeature"/> learns: the feature, and classifiers that see it after the others.</summary>
public sealed class KernelFeatureModel : IThresholdModel
{
    internal const string Tag = "QKFT";

    private readonly KernelFeatureMap _feature;

    internal KernelFeatureModel(KernelFeatureMap feature, IThresholdModel inner) => (_feature, Inner) = (feature, inner);

    /// <summary>The classifiers.</summary>
    public IThresholdModel Inner { get; }

    /// <summary>Rows the feature rests on.</summary>
    public int Centres => _feature.Centres;

    /// <inheritdoc/>
    public int Thresholds => Inner.Thresholds;

    /// <inheritdoc/>
    public bool LogOdds => Inner.LogOdds;

    /// <inheritdoc/>
    public void Score(ReadOnlySpan<float> row, Span<float> scores) => ScoreRows(row, 1, scores);

    /// <inheritdoc/>
    public void ScoreRows(ReadOnlySpan<float> rows, int count, Span<float> scores)
    {
        int d = _feature.Columns;
        float[] space = ArrayPool<float>.Shared.Rent(count * (d + 1));
        var longer = space.AsSpan(0, count * (d + 1));
        for (int i = 0; i < count; i++)
        {
            var row = rows.Slice(i * d, d);
            row.CopyTo(longer[(i * (d + 1))..]);
            longer[i * (d + 1) + d] = _feature.Of(row);
        }
        Inner.ScoreRows(longer, count, scores);
        ArrayPool<float>.Shared.Return(space);
    }

    /// <inheritdoc/>
    public void Save(ModelWriter writer)
    {
        writer.BeginChunk(Tag, 1);
        _feature.Save(writer);
        writer.EndChunk();
        Inner.Save(writer);
    }

    internal static KernelFeatureModel Load(ModelReader reader, Func<ModelReader, IThresholdModel> inner)
    {
        reader.BeginChunk(Tag, 1);
        var feature = KernelFeatureMap.Load(reader);
        reader.EndChunk();
        return new KernelFeatureModel(feature, inner(reader));
    }
}
