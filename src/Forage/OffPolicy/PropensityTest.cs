using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy;

/// <summary>
/// Tests that logged propensities are what was drawn with: the weights w = π/ρ of any reference policy π that the log covers have mean 1, given everything before. Betting against that,
/// on both sides, wins much money only if it is false.
/// </summary>
/// <remarks>
/// <para>"Mean above 1" (propensities too small): wealth Π (1 + β (w - 1)), β = 0.98 · 2^-j mixed; valid without any bound on w.</para>
/// <para>"Mean below 1" (propensities too large, or actions the log never takes): wealth Π (1 - λ (w - 1)) needs a bound B on w so that λ &lt; 1/(B - 1), as a rare huge weight that has not come yet may
/// make up the mean. With whole distributions logged each decision has its own bound max_a π/ρ; else it must be declared, and without one four times
/// the largest weight seen is assumed and said so.</para>
/// <para>Each side rejects at wealth 2/α: valid at every time, with error at most α in all (Ville's inequality). Mergeable.</para>
/// </remarks>
public sealed class PropensityTest : IMergeable<PropensityTest>
{
    private const int Levels = 13, OpenLevels = 40, OpenUsed = 12;
    private const double AssumedMargin = 4;

    private readonly double _declared;
    private readonly double[] _above = new double[Levels], _bounded = new double[Levels], _open = new double[OpenLevels];
    private Moments _weights;
    private double _largest;
    private long _openCount;

    /// <summary>A test.</summary>
    /// <param name="maxWeight">A bound on every weight known beforehand (1 over the smallest possible propensity), or 0 if none is.</param>
    public PropensityTest(double maxWeight = 0)
    {
        if (maxWeight != 0 && !(maxWeight >= 1 && maxWeight <= double.MaxValue)) OffPolicyThrow.BadOption("The largest weight", maxWeight, "a finite number of at least 1, or 0 for unknown");
        _declared = maxWeight;
    }

    /// <summary>Weights seen.</summary>
    public long Count => _weights.Count;

    /// <summary>Takes in one weight.</summary>
    /// <param name="weight">w = π(a|x)/ρ(a|x) of what was chosen.</param>
    /// <param name="bound">The largest weight this decision could have had, max_a π(a|x)/ρ(a|x), or 0 if unknown.</param>
    public void Add(double weight, double bound = 0)
    {
        if (!(weight >= 0 && weight <= double.MaxValue)) OffPolicyThrow.BadWeight(weight);
        if (_declared > 0 && weight > _declared * (1 + 1e-9)) OffPolicyThrow.WeightAbove(weight, _declared);
        _weights.Add(weight);
        _largest = Math.Max(_largest, weight);
        double excess = weight - 1;
        for (int j = 0; j < Levels; j++) _above[j] += double.LogP1(MixtureBound.Beta(j) * excess);
        if (bound > 0)
        {
            if (weight > bound * (1 + 1e-6)) OffPolicyThrow.WeightAbove(weight, bound);
            if (bound <= 1) return; // then w = 1 always, and there is nothing to bet on
            for (int j = 0; j < Levels; j++) _bounded[j] += double.LogP1(-MixtureBound.Beta(j) / (bound - 1) * Math.Min(excess, bound - 1));
            return;
        }
        _openCount++;
        for (int j = 0; j < OpenLevels; j++)
        {
            double factor = 1 - MixtureBound.Beta(j) * excess;
            _open[j] = factor > 0 ? _open[j] + Math.Log(factor) : double.NegativeInfinity;
        }
    }

    /// <summary>What the bets came to.</summary>
    public PropensityTestResult Result(double confidence = 0.95)
    {
        Gaussian.CheckConfidence(confidence);
        double bound = _openCount == 0 ? 0 : _declared > 0 ? _declared : AssumedMargin * Math.Max(1, _largest);
        double above = LogMean(_above), below = LogMean(_bounded);
        if (_openCount > 0)
        {
            int first = 0;
            while (first < OpenLevels - OpenUsed && MixtureBound.Beta(first) * (bound - 1) > 0.98) first++;
            below += LogMean(_open.AsSpan(first, OpenUsed));
        }
        double threshold = Math.Log(2 / (1 - confidence));
        return new PropensityTestResult(Count, _weights.Mean, _weights.StandardError, above, below, above >= threshold, below >= threshold, bound, _openCount > 0 && _declared == 0, confidence);
    }

    /// <inheritdoc/>
    public void Merge(PropensityTest other)
    {
        if (other._declared != _declared) OffPolicyThrow.Mismatch("largest weights", OffPolicyThrow.Text(_declared), OffPolicyThrow.Text(other._declared));
        for (int j = 0; j < Levels; j++) (_above[j], _bounded[j]) = (_above[j] + other._above[j], _bounded[j] + other._bounded[j]);
        for (int j = 0; j < OpenLevels; j++) _open[j] += other._open[j];
        _weights.Merge(other._weights);
        _largest = Math.Max(_largest, other._largest);
        _openCount += other._openCount;
    }

    private static double LogMean(ReadOnlySpan<double> logs)
    {
        double largest = double.NegativeInfinity;
        foreach (double log in logs) largest = Math.Max(largest, log);
        if (double.IsNegativeInfinity(largest)) return largest;
        double sum = 0;
        foreach (double log in logs) sum += Math.Exp(log - largest);
        return largest + Math.Log(sum / logs.Length);
    }
}
