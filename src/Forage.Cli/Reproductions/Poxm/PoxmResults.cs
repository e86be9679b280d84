using Forage.Evaluation;

namespace Forage.Cli.Reproductions.Poxm;

/// <summary>What all methods reached on one set, over the seeds.</summary>
internal sealed class PoxmResults(PoxmSet set)
{
    private readonly Dictionary<string, List<SlateMetrics>> _metrics = [];
    private readonly List<string> _methods = [];

    /// <summary>The metrics of a row, as in the paper's table.</summary>
    public static readonly (string Name, Func<SlateMetrics, MetricValue> Of)[] Metrics =
    [
        ("R@3", m => m.Reward(3)), ("R@5", m => m.Reward(5)),
        ("nDCR@3", m => m.NormalizedGain(3)), ("nDCR@5", m => m.NormalizedGain(5)),
        ("PSR@3", m => m.PropensityScored(3)), ("PSR@5", m => m.PropensityScored(5)),
    ];

    /// <summary>The set.</summary>
    public PoxmSet Set { get; } = set;

    /// <summary>Methods, in the order they were measured first.</summary>
    public IReadOnlyList<string> Methods => _methods;

    /// <summary>Number of seeds.</summary>
    public int Seeds => _metrics.Count == 0 ? 0 : _metrics[_methods[0]].Count;

    /// <summary>Curve of the first seed's logging policy.</summary>
    public SelectorCurve? Curve { get; set; }

    /// <summary>Takes in what a method reached with the next seed.</summary>
    public void Add(string method, SlateMetrics metrics)
    {
        if (!_metrics.TryGetValue(method, out var list))
        {
            _metrics[method] = list = [];
            _methods.Add(method);
        }
        list.Add(metrics);
    }

    /// <summary>True if a method was measured.</summary>
    public bool Has(string method) => _metrics.ContainsKey(method);

    /// <summary>A metric of a method in %, seed by seed.</summary>
    public double[] Values(string method, Func<SlateMetrics, MetricValue> metric) => [.. _metrics[method].Select(m => 100 * metric(m).Value)];

    /// <summary>R@5 of a method in %, seed by seed.</summary>
    public double[] Reward(string method) => Values(method, m => m.Reward(5));

    /// <summary>Mean over the seeds and its standard error; with one seed that over the test rows.</summary>
    public (double Mean, double Error) Summary(string method, Func<SlateMetrics, MetricValue> metric)
    {
        double[] values = Values(method, metric);
        return values.Length == 1 ? (values[0], 100 * metric(_metrics[method][0]).StandardError) : Mean(values);
    }

    /// <summary>Share in % of the gap from the sampled logging policy to the skyline closed on R@5, seed by seed.</summary>
    public double[] Gaps(string method)
    {
        double[] of = Reward(method), from = Reward(PoxmMethods.Logging), to = Reward(PaperTable.Skyline);
        return [.. of.Select((r, s) => 100 * (r - from[s]) / (to[s] - from[s]))];
    }

    /// <summary>Mean and standard error of the mean.</summary>
    public static (double Mean, double Error) Mean(double[] values)
    {
        double mean = values.Average();
        return (mean, values.Length < 2 ? double.NaN : Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1) / values.Length));
    }
}
