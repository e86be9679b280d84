using Forage.Features;
using Forage.Persistence;
using Forage.Quantiles;

namespace Forage.Training;

/// <summary>A model of quantiles and which features its columns are.</summary>
/// <param name="columns">The columns.</param>
/// <param name="model">The model.</param>
public sealed class TrainedQuantiles(TableColumns columns, IQuantileModel model)
{
    /// <summary>Tag of the chunk it begins with in a model file.</summary>
    public const string Tag = "QTAB";

    /// <summary>Which features its columns are.</summary>
    public TableColumns Columns => columns;

    /// <summary>The model.</summary>
    public IQuantileModel Model => model;

    /// <summary>Predicts rows of a block.</summary>
    /// <param name="rows">The block.</param>
    /// <param name="first">First row.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="space">Memory to work in: count × columns.</param>
    /// <param name="quantiles">Receives count × levels predictions.</param>
    public void Predict(FeatureBlock rows, int first, int count, Span<float> space, Span<double> quantiles)
    {
        for (int i = 0; i < count; i++) columns.Fill(rows[first + i], space.Slice(i * columns.Count, columns.Count));
        model.PredictRows(space[..(count * columns.Count)], count, quantiles);
    }

    /// <summary>Writes it as chunks.</summary>
    public void Save(ModelWriter writer)
    {
        writer.BeginChunk(Tag, 1);
        columns.Save(writer);
        writer.EndChunk();
        model.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static TrainedQuantiles Load(ModelReader reader)
    {
        reader.BeginChunk(Tag, 1);
        var columns = TableColumns.Load(reader);
        reader.EndChunk();
        var model = QuantileModels.Load(reader);
        return model.Columns == columns.Count ? new TrainedQuantiles(columns, model) : throw new ForageException($"The model has {columns.Count} columns and a model of quantiles over {model.Columns}; expected as many.");
    }
}
