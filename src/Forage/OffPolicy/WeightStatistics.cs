using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy;

/// <summary>
/// What importance weights look like: a fold over the mean weight W of each decision. The mean should be 1: far from it, propensities are wrong or overlap is
/// missing. The effective sample size (ΣW)²/ΣW² says how many plain observations the weighted ones are worth (Kish 1965).
/// </summary>
public sealed class WeightStatistics : IMergeable<WeightStatistics>
{
    private Moments _weights;

    /// <summary>Decisions seen.</summary>
    public long Count => _weights.Count;

    /// <summary>Decisions of weight above 0: those the target policy could have made.</summary>
    public long NonzeroCount { get; private set; }

    /// <summary>Share of decisions of weight above 0: the overlap of target and log.</summary>
    public double NonzeroFraction => Count == 0 ? 0 : (double)NonzeroCount / Count;

    /// <summary>Mean weight; 1 in expectation.</summary>
    public double Mean => _weights.Mean;

    /// <summary>Standard error of <see cref="Mean"/>.</summary>
    public double MeanStandardError => _weights.StandardError;

    /// <summary>Largest weight.</summary>
    public double Largest { get; private set; }

    /// <summary>(ΣW)²/ΣW²; 0 if all weights are 0.</summary>
    public double EffectiveSampleSize => _weights.EffectiveSampleSize;

    /// <summary>Takes in one decision.</summary>
    public void Add(scoped in Observation observation) => Add(observation.MeanWeight);

    /// <summary>Takes in one decision's weight.</summary>
    public void Add(double weight)
    {
        if (!(weight >= 0 && weight <= double.MaxValue)) OffPolicyThrow.BadWeight(weight);
        _weights.Add(weight);
        if (weight > 0) NonzeroCount++;
        Largest = Math.Max(Largest, weight);
    }

    /// <inheritdoc/>
    public void Merge(WeightStatistics other)
    {
        _weights.Merge(other._weights);
        NonzeroCount += other.NonzeroCount;
        Largest = Math.Max(Largest, other.Largest);
    }
}
