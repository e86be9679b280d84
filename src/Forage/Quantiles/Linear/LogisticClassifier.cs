using Forage.Persistence;
using Forage.Quantiles.Quanting;

namespace Forage.Quantiles.Linear;

/// <summary>P(positive | x) = 1/(1 + exp(-(b + Σ v_j (x_j - m_j)))); a missing value counts as the mean m_j.</summary>
/// <param name="bias">b.</param>
/// <param name="weights">v.</param>
/// <param name="means">m.</param>
public sealed class LogisticClassifier(double bias, double[] weights, double[] means) : IBinaryClassifier
{
    internal const string Name = "logistic";

    /// <inheritdoc/>
    public string Kind => Name;

    /// <summary>b.</summary>
    public double Bias => bias;

    /// <summary>v.</summary>
    public ReadOnlySpan<double> Weights => weights;

    /// <inheritdoc/>
    public float Probability(ReadOnlySpan<float> row)
    {
        double sum = bias;
        for (int j = 0; j < weights.Length; j++)
            if (!float.IsNaN(row[j])) sum += weights[j] * (row[j] - means[j]);
        return (float)(1 / (1 + Math.Exp(-sum)));
    }

    /// <inheritdoc/>
    public void Save(ModelWriter writer)
    {
        writer.Write(bias);
        writer.Write(weights);
        writer.Write(means);
    }

    internal static LogisticClassifier Load(ModelReader reader)
    {
        var (bias, weights, means) = (reader.ReadDouble(), reader.ReadDoubles(), reader.ReadDoubles());
        return weights.Length == means.Length ? new LogisticClassifier(bias, weights, means) : throw new ForageException($"The model has a logistic classifier of {weights.Length} weights and {means.Length} means; expected as many of each.");
    }
}
