using System.Numerics.Tensors;
using Forage.Persistence;
using Forage.Quantiles.Internals;
using Forage.Quantiles.Quanting;

namespace Forage.Quantiles.Linear;

/// <summary>What <see cref="OnlineSlots"/> learns: log-odds linear in the scaled features, a column of weights a threshold.</summary>
public sealed class OnlineSlotsModel : IThresholdModel
{
    internal const string Tag = "QLIN";

    private const int Most = 4096;

    private readonly ColumnScales _scales;
    private readonly FourierFeatures? _map;
    private readonly float[] _weights; // features and constant × thresholds

    internal OnlineSlotsModel(ColumnScales scales, FourierFeatures? map, float[] weights, int thresholds) => (_scales, _map, _weights, Thresholds) = (scales, map, weights, thresholds);

    /// <inheritdoc/>
    public int Thresholds { get; }

    /// <inheritdoc/>
    public bool LogOdds => true;

    /// <inheritdoc/>
    public void Score(ReadOnlySpan<float> row, Span<float> scores)
    {
        int columns = _scales.Columns, width = _map?.Features ?? columns, room = width + columns;
        Span<float> space = room <= Most ? stackalloc float[room] : new float[room];
        Span<float> scaled = space[..columns], values = space[columns..];
        _scales.Scale(row, scaled);
        if (_map is null) values = scaled;
        else _map.Apply(scaled, values);
        scores = scores[..Thresholds];
        _weights.AsSpan(width * Thresholds, Thresholds).CopyTo(scores);
        for (int j = 0; j < width; j++)
            if (values[j] != 0) TensorPrimitives.MultiplyAdd(_weights.AsSpan(j * Thresholds, Thresholds), values[j], scores, scores);
    }

    /// <inheritdoc/>
    public void Save(ModelWriter writer)
    {
        writer.BeginChunk(Tag, 1);
        _scales.Save(writer);
        writer.Write(Thresholds);
        writer.Write(_weights);
        writer.Write(_map is not null);
        _map?.Save(writer);
        writer.EndChunk();
    }

    internal static OnlineSlotsModel Load(ModelReader reader)
    {
        reader.BeginChunk(Tag, 1);
        var scales = ColumnScales.Load(reader);
        int thresholds = reader.ReadInt32();
        float[] weights = reader.ReadSingles();
        var map = reader.ReadBoolean() ? FourierFeatures.Load(reader) : null;
        reader.EndChunk();
        return new OnlineSlotsModel(scales, map, weights, thresholds);
    }
}
