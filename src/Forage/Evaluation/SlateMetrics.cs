using System.Globalization;
using Forage.Extreme;

namespace Forage.Evaluation;

/// <summary>
/// What slates of a policy are worth where all right labels are known: R@k, nDCR@k and PSR@k for every k up to l, each an expectation over the policy's slates,
/// averaged over rows, with the standard error of that average. A fold over rows; <see cref="PolicyMetrics"/> fills it.
/// </summary>
/// <remarks>
/// <para>With h_j = P(y_j ∈ Y*) and g_j = Σ_{y∈Y*} P(y_j = y)/p_y, p the labels' propensities (<see cref="LabelPropensities"/>), of one row:</para>
/// <para>R@k = (1/k) Σ_{j≤k} h_j (Lopez, Dhillon, Jordan 2021, Eq. 13);</para>
/// <para>nDCR@k = Σ_{j≤k} h_j/log₂(j+1) / Σ_{j≤min(k,|Y*|)} 1/log₂(j+1), as nDCG@k; 0 without right labels;</para>
/// <para>PSR@k = (1/k) Σ_{j≤k} g_j, as PSP@k of Jain, Prabhu, Varma 2016; <see cref="PropensityScored"/> divides its sum over rows by that of the best slates, as the Extreme
/// Classification Repository reports it (a ratio of sums, error by linearisation), <see cref="PropensityScoredRaw"/> does not.</para>
/// <para>The first k of a Plackett-Luce slate of l are a slate of k, so one slate length serves every k.</para>
/// </remarks>
public sealed class SlateMetrics
{
    private readonly double[] _discounts;
    private readonly Sums[] _reward, _gain, _scored, _best, _scoredSquare;
    private readonly List<double> _inverses = [];

    /// <summary>An empty fold.</summary>
    /// <param name="length">Longest slate l ≥ 1.</param>
    /// <param name="propensities">Propensities of the labels; null: PSR@k is not measured.</param>
    public SlateMetrics(int length, LabelPropensities? propensities = null)
    {
        if (length < 1) throw new ForageException($"Metrics of slates of {length} positions were asked for; expected at least 1.");
        Length = length;
        Propensities = propensities;
        _discounts = new double[length];
        for (int j = 0; j < length; j++) _discounts[j] = 1 / Math.Log2(j + 2);
        (_reward, _gain, _scored, _best, _scoredSquare) = (new Sums[length], new Sums[length], new Sums[length], new Sums[length], new Sums[length]);
    }

    /// <summary>l.</summary>
    public int Length { get; }

    /// <summary>Propensities of the labels, or null.</summary>
    public LabelPropensities? Propensities { get; }

    /// <summary>Rows taken in.</summary>
    public long Count { get; private set; }

    /// <summary>Takes in a row.</summary>
    /// <param name="right">Y*, its right labels.</param>
    /// <param name="hits">h_j for each position.</param>
    /// <param name="scored">g_j for each position; empty without propensities.</param>
    public void Add(ReadOnlySpan<int> right, ReadOnlySpan<double> hits, ReadOnlySpan<double> scored)
    {
        if (hits.Length != Length || scored.Length != (Propensities is null ? 0 : Length)) throw new ArgumentException($"Metrics of {Length} positions were given {hits.Length} and {scored.Length} of a row.");
        Count++;
        if (Propensities is not null) RankInverses(right);
        double reward = 0, gain = 0, ideal = 0, weighted = 0, best = 0;
        for (int j = 0; j < Length; j++)
        {
            reward += hits[j];
            gain += hits[j] * _discounts[j];
            if (j < right.Length) ideal += _discounts[j];
            _reward[j].Add(reward / (j + 1));
            _gain[j].Add(ideal > 0 ? gain / ideal : 0);
            if (Propensities is null) continue;
            weighted += scored[j];
            if (j < right.Length) best += _inverses[j];
            double raw = weighted / (j + 1), top = best / (j + 1);
            _scored[j].Add(raw);
            _best[j].Add(top);
            _scoredSquare[j].Add(raw * top);
        }
    }

    /// <summary>R@k.</summary>
    /// <param name="k">1 to <see cref="Length"/>.</param>
    public MetricValue Reward(int k) => _reward[At(k)].Mean(Count);

    /// <summary>nDCR@k.</summary>
    /// <inheritdoc cref="Reward"/>
    public MetricValue NormalizedGain(int k) => _gain[At(k)].Mean(Count);

    /// <summary>PSR@k over that of the best slates, in [0, 1]; NaN without propensities.</summary>
    /// <inheritdoc cref="Reward"/>
    public MetricValue PropensityScored(int k)
    {
        int j = At(k);
        Sums raw = _scored[j], best = _best[j];
        if (Propensities is null || Count == 0 || best.Total <= 0) return new MetricValue(double.NaN, double.NaN);
        double value = raw.Total / best.Total;
        // Errors raw_i - value·best_i have sum 0.
        double squares = raw.Squares - 2 * value * _scoredSquare[j].Total + value * value * best.Squares;
        return new MetricValue(value, Count < 2 ? double.NaN : Math.Sqrt(Math.Max(0, squares) / (Count - 1.0) * Count) / best.Total);
    }

    /// <summary>PSR@k as it is, not normalised; NaN without propensities.</summary>
    /// <inheritdoc cref="Reward"/>
    public MetricValue PropensityScoredRaw(int k) => Propensities is null ? new MetricValue(double.NaN, double.NaN) : _scored[At(k)].Mean(Count);

    private void RankInverses(ReadOnlySpan<int> right)
    {
        _inverses.Clear();
        foreach (int label in right) _inverses.Add(Propensities!.Inverse(label));
        _inverses.Sort(static (a, b) => b.CompareTo(a));
    }

    private int At(int k) => k >= 1 && k <= Length ? k - 1 : throw new ArgumentOutOfRangeException(nameof(k), k, $"Slates have 1 to {Length} positions.");

    private struct Sums
    {
        public double Total, Squares;

        public void Add(double x)
        {
            Total += x;
            Squares += x * x;
        }

        public readonly MetricValue Mean(long count)
        {
            if (count == 0) return new MetricValue(double.NaN, double.NaN);
            double mean = Total / count;
            return new MetricValue(mean, count < 2 ? double.NaN : Math.Sqrt(Math.Max(0, Squares / count - mean * mean) / (count - 1)));
        }
    }
}

/// <summary>A metric over rows.</summary>
/// <param name="Value">Its mean (or ratio of sums), a share of 1.</param>
/// <param name="StandardError">Standard error over the rows; NaN below two rows.</param>
public readonly record struct MetricValue(double Value, double StandardError)
{
    /// <summary>In per cent: "28.61 ± 0.35".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{100 * Value:0.00} ± {100 * StandardError:0.00}");
}
