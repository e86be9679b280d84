using Forage.Persistence;
using Forage.Quantiles.Internals;

namespace Forage.Quantiles.Quanting;

/// <summary>
/// Thresholds t_0 &lt; … &lt; t_(T-1) between the smallest and the largest target, each owning a cell [e_k, e_(k+1)] of the range; cells tile it. If exactly the classifiers below a threshold say yes, the prediction
/// is off by no more than the cell.
/// </summary>
public sealed class ThresholdMesh
{
    private readonly double[] _thresholds, _edges;

    private ThresholdMesh(double[] thresholds, double[] edges, bool exact) => (_thresholds, _edges, IsExact) = (thresholds, edges, exact);

    /// <summary>Smallest prediction.</summary>
    public double Lowest => _edges[0];

    /// <summary>Largest prediction.</summary>
    public double Highest => _edges[^1];

    /// <summary>Number of thresholds T; 0 if all targets are equal.</summary>
    public int Count => _thresholds.Length;

    /// <summary>The thresholds, ascending.</summary>
    public ReadOnlySpan<double> Thresholds => _thresholds;

    /// <summary>T + 1 edges of cells, ascending.</summary>
    public ReadOnlySpan<double> Edges => _edges;

    /// <summary>The targets have at most T + 1 values and there is a threshold at each but the first: no mesh error.</summary>
    public bool IsExact { get; }

    /// <summary>Largest distance between an edge of a cell and its threshold: the mesh error of classifiers that are right.</summary>
    public double Error
    {
        get
        {
            double error = 0;
            for (int k = 0; k < _thresholds.Length && !IsExact; k++) error = Math.Max(error, Math.Max(_thresholds[k] - _edges[k], _edges[k + 1] - _thresholds[k]));
            return error;
        }
    }

    /// <summary>n equal cells.</summary>
    /// <param name="lowest">Lower end.</param>
    /// <param name="highest">Upper end.</param>
    /// <param name="count">n.</param>
    /// <param name="midpoints">Thresholds in the middle of their cells (error at most half a cell), or at their lower edges as the paper's 0, 1/n, …: at most a cell.</param>
    public static ThresholdMesh Uniform(double lowest, double highest, int count, bool midpoints = true)
    {
        if (!(lowest <= highest) || !double.IsFinite(highest - lowest)) QuantileThrow.Wrong($"The range of thresholds is {lowest} to {highest}; expected finite ends in this order.");
        if (count < 1) QuantileThrow.Wrong($"{count} thresholds were asked for; expected at least 1.");
        if (lowest == highest) return Constant(lowest);
        double width = highest - lowest;
        double[] edges = [.. Enumerable.Range(0, count + 1).Select(k => k == count ? highest : lowest + width * k / count)];
        return new ThresholdMesh([.. Enumerable.Range(0, count).Select(k => midpoints ? lowest + width * (k + 0.5) / count : edges[k])], edges, false);
    }

    /// <summary>Thresholds at quantiles of the targets; at all values but the smallest if there are no more.</summary>
    public static ThresholdMesh OfTargets(ReadOnlySpan<double> targets, int count)
    {
        if (count < 1) QuantileThrow.Wrong($"{count} thresholds were asked for; expected at least 1.");
        double[] sorted = targets.ToArray();
        Array.Sort(sorted);
        double[] values = Distinct(sorted);
        if (values.Length - 1 <= count) return values.Length == 1 ? Constant(values[0]) : new ThresholdMesh(values[1..], values, true);
        var chosen = new List<double>(count);
        for (int k = 1; k <= count; k++)
        {
            double t = sorted[(int)((long)k * sorted.Length / (count + 1))];
            if (t > sorted[0] && (chosen.Count == 0 || t > chosen[^1])) chosen.Add(t);
        }
        if (chosen.Count == 0) chosen.Add(values[1]);
        return Of(sorted[0], sorted[^1], [.. chosen]);
    }

    /// <summary>Given thresholds in (lowest, highest], ascending; cells end halfway between neighbours.</summary>
    public static ThresholdMesh Of(double lowest, double highest, double[] thresholds)
    {
        for (int k = 0; k < thresholds.Length; k++)
            if (!(thresholds[k] > (k == 0 ? lowest : thresholds[k - 1]) && thresholds[k] <= highest)) QuantileThrow.Wrong($"The threshold {thresholds[k]} is out of order or range; expected ascending ones above {lowest} up to {highest}.");
        double[] edges = new double[thresholds.Length + 1];
        (edges[0], edges[^1]) = (lowest, highest);
        for (int k = 1; k < thresholds.Length; k++) edges[k] = (thresholds[k - 1] + thresholds[k]) / 2;
        return new ThresholdMesh(thresholds, edges, false);
    }

    /// <summary>Number of thresholds at or below y: the classifiers that should say yes.</summary>
    public int RankOf(double y)
    {
        int low = 0, high = _thresholds.Length;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (_thresholds[middle] <= y) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /// <summary><see cref="RankOf"/> of each target.</summary>
    public int[] Ranks(ReadOnlySpan<double> targets)
    {
        int[] ranks = new int[targets.Length];
        for (int i = 0; i < ranks.Length; i++) ranks[i] = RankOf(targets[i]);
        return ranks;
    }

    internal void Save(ModelWriter writer)
    {
        writer.Write(_thresholds);
        writer.Write(_edges);
        writer.Write(IsExact);
    }

    internal static ThresholdMesh Load(ModelReader reader) => new(reader.ReadDoubles(), reader.ReadDoubles(), reader.ReadBoolean());

    private static ThresholdMesh Constant(double value) => new([], [value], true);

    private static double[] Distinct(double[] sorted)
    {
        var values = new List<double> { sorted[0] };
        foreach (double v in sorted)
            if (v > values[^1]) values.Add(v);
        return [.. values];
    }
}
