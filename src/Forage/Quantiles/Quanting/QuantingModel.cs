using System.Buffers;
using Forage.Persistence;
using Forage.Quantiles.Kernel;
using Forage.Quantiles.Linear;
using Forage.Quantiles.Quanting.Internals;
using Forage.Quantiles.Trees;

namespace Forage.Quantiles.Quanting;

/// <summary>
/// Quantiles by classification (Algorithm 2): classifiers say for each threshold whether the quantile is above it, and the prediction is the length of the range for which they say yes. Answers that are not
/// monotone in the threshold are averaged by that. Predictions lie between the smallest and the largest training target.
/// </summary>
public sealed class QuantingModel : IQuantileModel
{
    /// <summary>Tag of the chunk it begins with in a model file.</summary>
    public const string Tag = "QTNG";

    private readonly double[] _levels;
    private readonly double[] _probabilities; // read at this probability, a level each
    private readonly float[] _cuts; // the same as a score
    private readonly IThresholdModel[] _models; // one for all levels or one a level; none if the target is constant

    internal QuantingModel(int columns, double[] levels, QuantileReadout readout, ThresholdMesh mesh, IThresholdModel[] models, bool shared, double[] probabilities)
    {
        (Columns, _levels, Readout, Mesh, _models, IsShared, _probabilities) = (columns, levels, readout, mesh, models, shared, probabilities);
        _cuts = Array.ConvertAll(_probabilities, p => CellReadout.Cut(p, models is [{ LogOdds: true }, ..]));
    }

    /// <inheritdoc/>
    public int Columns { get; }

    /// <inheritdoc/>
    public IReadOnlyList<double> Levels => _levels;

    /// <summary>How a prediction is made.</summary>
    public QuantileReadout Readout { get; }

    /// <summary>The thresholds.</summary>
    public ThresholdMesh Mesh { get; }

    /// <summary>The probability of y ≥ t at which the classifiers are read for each level: 1 - q if they are shared, else ½, unless calibrated.</summary>
    public IReadOnlyList<double> Probabilities => _probabilities;

    /// <summary>One set of classifiers, learnt with equal weights, serves all levels.</summary>
    public bool IsShared { get; }

    /// <summary>The classifiers: one set for all levels, one a level, or none if the target was constant.</summary>
    public IReadOnlyList<IThresholdModel> Classifiers => _models;

    /// <inheritdoc/>
    public double Lowest => Mesh.Lowest;

    /// <inheritdoc/>
    public double Highest => Mesh.Highest;

    /// <summary>Predictions of the training rows by what was learnt without them, rows × levels; null if there are none or the model was loaded.</summary>
    internal double[]? OutOfFold { get; init; }

    /// <inheritdoc/>
    public void Predict(ReadOnlySpan<float> row, Span<double> quantiles) => PredictRows(row, 1, quantiles);

    /// <inheritdoc/>
    public void PredictRows(ReadOnlySpan<float> rows, int count, Span<double> quantiles)
    {
        int levels = _levels.Length, thresholds = Mesh.Count;
        quantiles = quantiles[..(count * levels)];
        if (_models.Length == 0)
        {
            quantiles.Fill(Mesh.Lowest);
            return;
        }
        float[] space = ArrayPool<float>.Shared.Rent(count * thresholds);
        var scores = space.AsSpan(0, count * thresholds);
        for (int l = 0; l < levels; l++)
        {
            var model = _models[Math.Min(l, _models.Length - 1)];
            if (l < _models.Length) model.ScoreRows(rows, count, scores);
            for (int i = 0; i < count; i++)
            {
                var own = scores.Slice(i * thresholds, thresholds);
                quantiles[i * levels + l] = CellReadout.Read(Readout, Mesh, own, _cuts[l], _probabilities[l], model.LogOdds);
            }
        }
        ArrayPool<float>.Shared.Return(space);
        for (int i = 0; i < count; i++) QuantileModels.Uncross(quantiles.Slice(i * levels, levels));
    }

    /// <inheritdoc/>
    public void Save(ModelWriter writer)
    {
        writer.BeginChunk(Tag, 1);
        writer.Write(Columns);
        writer.Write(_levels);
        writer.Write((int)Readout);
        writer.Write(IsShared);
        writer.Write(_probabilities);
        Mesh.Save(writer);
        writer.Write(_models.Length);
        writer.EndChunk();
        foreach (var model in _models) model.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static QuantingModel Load(ModelReader reader)
    {
        reader.BeginChunk(Tag, 1);
        int columns = reader.ReadInt32();
        double[] levels = reader.ReadDoubles();
        var readout = (QuantileReadout)reader.ReadInt32();
        bool shared = reader.ReadBoolean();
        double[] probabilities = reader.ReadDoubles();
        var mesh = ThresholdMesh.Load(reader);
        int count = reader.ReadInt32();
        reader.EndChunk();
        var models = new IThresholdModel[count];
        for (int m = 0; m < count; m++) models[m] = LoadClassifiers(reader);
        return new QuantingModel(columns, levels, readout, mesh, models, shared, probabilities);
    }

    private static IThresholdModel LoadClassifiers(ModelReader reader) => reader.PeekChunk() switch
    {
        OneClassifier.Model.Tag => OneClassifier.Model.Load(reader),
        SlotBoostModel.Tag => SlotBoostModel.Load(reader),
        OnlineSlotsModel.Tag => OnlineSlotsModel.Load(reader),
        KernelFeatureModel.Tag => KernelFeatureModel.Load(reader, LoadClassifiers),
        _ => ClassifierBank.Load(reader),
    };
}
