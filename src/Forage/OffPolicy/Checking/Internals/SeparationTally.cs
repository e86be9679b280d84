using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy.Checking.Internals;

/// <summary>Paired differences of a policy to the logging policy, for how many decisions a comparison takes.</summary>
internal sealed class SeparationTally(string name, IPolicy policy, bool needsDistribution)
{
    private const int SampledSlates = 2048;
    private const double Absurd = 1e100; // keeps weights of absurd propensities finite

    private readonly PolicyWeigher _single = new(policy, new PolicyWeigherOptions { MaxWeight = Absurd });
    private readonly PolicyWeigher _slates = new(policy, new PolicyWeigherOptions { MaxWeight = Absurd, Slates = SlateWeighting.Inclusion });
    private readonly WeightStatistics _weights = new();
    private Moments _differences;
    private long _stride = 1;

    public string Name { get; } = name;

    /// <summary>Takes in a decision whose propensities are valid; slates by inclusion weights if they have a distribution, on a thinning sample as that is slow.</summary>
    public void Add(LoggedDecision decision, long number, bool hasDistribution)
    {
        bool slate = decision.Slate.Count > 1;
        if ((needsDistribution || slate) && !hasDistribution) return;
        if (slate && number % _stride != 0) return;
        var seen = (slate ? _slates : _single).Weigh(decision, number);
        double gain = seen.WeightedReward - decision.Reward;
        if (!double.IsFinite(gain) || !double.IsFinite(seen.MeanWeight)) return;
        _differences.Add(gain);
        _weights.Add(seen.MeanWeight);
        if (slate && _differences.Count % SampledSlates == 0) _stride *= 2;
    }

    public SeparationSummary? Summary(double meanReward, double confidence)
    {
        if (_differences.Count < 2) return null;
        double variance = _differences.Variance, error = 1 - confidence;
        return new SeparationSummary(Name, _differences.Count, _differences.Mean, _differences.StandardError, variance, _weights.EffectiveSampleSize, _weights.Largest,
            _weights.NonzeroFraction, SampleSize.Sequence(_differences.Mean, variance, error), SampleSize.Sequence(0.1 * meanReward, variance, error));
    }
}
