using Forage.Persistence;
using Forage.Quantiles.Quanting.Internals;

namespace Forage.Quantiles.Quanting;

/// <summary>A classifier a threshold.</summary>
public sealed class ClassifierBank : IThresholdModel
{
    internal const string Tag = "QBNK";

    private readonly IBinaryClassifier[] _classifiers;

    /// <summary>A bank of classifiers in the order of their thresholds.</summary>
    public ClassifierBank(int columns, IReadOnlyList<IBinaryClassifier> classifiers) => (Columns, _classifiers) = (columns, [.. classifiers]);

    /// <summary>Number of features.</summary>
    public int Columns { get; }

    /// <inheritdoc/>
    public int Thresholds => _classifiers.Length;

    /// <inheritdoc/>
    public bool LogOdds => false;

    /// <summary>The classifiers.</summary>
    public IReadOnlyList<IBinaryClassifier> Classifiers => _classifiers;

    /// <inheritdoc/>
    public void Score(ReadOnlySpan<float> row, Span<float> scores)
    {
        var classifiers = _classifiers;
        for (int k = 0; k < classifiers.Length; k++) scores[k] = classifiers[k].Probability(row);
    }

    /// <inheritdoc/>
    public void Save(ModelWriter writer)
    {
        writer.BeginChunk(Tag, 1);
        writer.Write(Columns);
        writer.Write(_classifiers.Length);
        foreach (var c in _classifiers) ClassifierFile.Save(c, writer);
        writer.EndChunk();
    }

    internal static ClassifierBank Load(ModelReader reader)
    {
        reader.BeginChunk(Tag, 1);
        int columns = reader.ReadInt32();
        var classifiers = new IBinaryClassifier[reader.ReadInt32()];
        for (int k = 0; k < classifiers.Length; k++) classifiers[k] = ClassifierFile.Load(reader);
        reader.EndChunk();
        return new ClassifierBank(columns, classifiers);
    }
}
