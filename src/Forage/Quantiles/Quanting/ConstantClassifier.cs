using Forage.Persistence;

namespace Forage.Quantiles.Quanting;

/// <summary>Says the same of everything: what is learnt where one class has all the weight.</summary>
/// <param name="probability">Probability of the positive class.</param>
public sealed class ConstantClassifier(float probability) : IBinaryClassifier
{
    internal const string Name = "constant";

    /// <inheritdoc/>
    public string Kind => Name;

    /// <inheritdoc/>
    public float Probability(ReadOnlySpan<float> row) => probability;

    /// <inheritdoc/>
    public void Save(ModelWriter writer) => writer.Write(probability);

    internal static ConstantClassifier Load(ModelReader reader) => new(reader.ReadSingle());
}
