using Forage.Persistence;

namespace Forage.Quantiles.Quanting;

/// <summary>A binary classifier c(x). Reading only: safe from several threads.</summary>
public interface IBinaryClassifier
{
    /// <summary>What kind it is, for loading.</summary>
    string Kind { get; }

    /// <summary>Estimated probability of the positive class under the weights it learnt with, in [0, 1]; it decides for the positive class at ½ and above.</summary>
    /// <param name="row">The features; NaN is a missing value.</param>
    float Probability(ReadOnlySpan<float> row);

    /// <summary>Writes it into the current chunk.</summary>
    void Save(ModelWriter writer);
}
