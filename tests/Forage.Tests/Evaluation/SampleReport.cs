using Forage.Evaluation;
using Forage.Features;

namespace Forage.Tests.Evaluation;

/// <summary>A report with every kind of block, from made-up numbers.</summary>
internal static class SampleReport
{
    public static Report Make(ulong seed = 7)
    {
        var rng = new Rng(seed);
        var provenance = new ReportProvenance
        {
            Command = "./forage improve 'my log.json' --seed 7",
            Seed = seed,
            Versions = [(".NET", "10.0.0")],
            Data = [new ReportData("my log.json", 123_456, new string('a', 64))],
            Made = new DateTimeOffset(2026, 1, 2, 3, 4, 0, TimeSpan.Zero),
        };
        var report = new Report("A better policy for <this> log", provenance)
        {
            Lead = "The chosen policy earns **0.412 a decision** where the logging policy earned 0.345: 19 % more, and the interval of the difference excludes zero.",
        };
        report.Add(new ReportFigures([new("Logging policy", "0.345", "[0.338, 0.352]"), new("Chosen policy", "0.412", "[0.391, 0.433]", ReportTone.Good), new("Gain", "+19 %", "95 % confidence", ReportTone.Good), new("Effective sample", "2,113", "of 11,628 decisions", ReportTone.Warning)]));
        report.Heading("Values").Text("Each value is estimated from decisions that took *no* part in choosing. `SNIPS` divides by the sum of weights.");
        report.Add(new IntervalChart("Value of each policy, with 95 % intervals", "reward per decision",
        [
            new("doubly robust, λ = 1", 0.412, 0.391, 0.433, true, 0.405), new("direct method", 0.398, 0.372, 0.425, false, 0.391), new("inverse propensity", 0.36, 0.29, 0.43, false, 0.377),
            new("greedy logging policy", 0.371, 0.352, 0.39, false, 0.368), new("logging policy", 0.345, 0.338, 0.352),
        ])
        { Reference = new("logging policy", 0.345), Note = "A policy whose whisker lies right of the dashed line is better than what runs today." });
        report.Add(new ReportTable([new("policy"), new("value", true), new("interval", true), new("largest weight", true)],
            [new(["doubly robust", "0.412", "0.391 .. 0.433", "11.2"], true), new(["direct method", "0.398", "0.372 .. 0.425", "13.8"]), new(["logging & <others>", "0.345", "0.338 .. 0.352", "1.0"])], "All candidates"));
        report.Callout(ReportTone.Warning, "Few decisions overlap", "Only **18 %** of the decisions carry half of the weight; 4,000 more would halve the interval.");
        report.Heading("Over time");
        double[] x = new double[60], y = new double[60], low = new double[60], high = new double[60], z = new double[60];
        double level = 0.35;
        for (int i = 0; i < 60; i++)
        {
            level += 0.004 * rng.NextGaussian();
            (x[i], y[i], low[i], high[i], z[i]) = (i * 200, level, level - 0.02, level + 0.02, i is > 20 and < 24 ? double.NaN : level + 0.05);
        }
        report.Add(new LineChart("Reward over time", "decisions", "reward per decision", [new("logging policy", x, y, low, high), new("chosen policy", x, z)]) { Reference = new("mean", 0.35) });
        report.Add(new Histogram("Importance weights", "weight", "decisions", [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30], [120, 640, 2210, 4102, 3011, 640, 12]) { LogarithmicX = true });
        report.Add(new BarChart("Most influential features", "weight", [new("title:python", 1.92, true), new("title:web design", 1.21), new("url:blog with a name that is much longer than the space for it", 0.44), new("lang:de", -0.67), new("title:news", -1.4)]));
        report.Callout(ReportTone.Good, "Confirmed", "On the part of the log kept back the gain is 0.067.");
        report.Callout(ReportTone.Bad, "Propensities are impossible", "The mean weight is 1.8 where 1 is expected.");
        report.Add(new LineChart("Nothing here", "x", "y", []));
        return report;
    }
}
