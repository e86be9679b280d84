using Forage.Features;

namespace Forage.Quantiles.Quanting;

/// <summary>An importance-weighted binary classification learner: A of Algorithm 1 (Langford, Oliveira, Zadrozny 2006). Any will do.</summary>
public interface IBinaryLearner
{
    /// <summary>Does once what all thresholds share: bins, sorted columns, scales.</summary>
    /// <param name="table">The features of the examples.</param>
    /// <param name="rng">For what is random and shared by all thresholds.</param>
    IBinaryTraining Prepare(NumericTable table, Rng rng);
}

/// <summary>A learner over one table of features. Safe from several threads.</summary>
public interface IBinaryTraining
{
    /// <summary>Learns one classifier.</summary>
    /// <param name="positive">The class of each row; both occur with weight.</param>
    /// <param name="weights">Weight of each row, ≥ 0; rows of weight 0 are not examples.</param>
    /// <param name="rng">For what is random.</param>
    IBinaryClassifier Learn(ReadOnlySpan<bool> positive, ReadOnlySpan<float> weights, Rng rng);
}
