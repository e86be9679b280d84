using Forage.Evaluation;
using Forage.Features;
using Forage.Multiclass.Trees;

namespace Forage.Cli.Reproductions.LomTree;

/// <summary>Theorem 1: tree entropy against splits with a weak learner, and what the theorem promises.</summary>
internal static class EntropyMeasure
{
    private const int Classes = 64, Splits = 4000;

    public static void Run(TreeTables tables, ReproduceResult result)
    {
        var (chart, worst) = Measure();
        tables.Target("theorem-1", worst, "<=", 1, "entropy over what is promised");
        result.Blocks.Add(new ReportHeading("Theorem 1"));
        result.Blocks.Add(chart);
    }

    /// <summary>The chart, and the largest entropy as a share of what is promised.</summary>
    internal static (LineChart Chart, double Worst) Measure()
    {
        var series = new List<LineSeries>();
        double worst = 0;
        foreach (double noise in new[] { 0.02, 0.1, 0.2 })
        {
            var steps = WeakSplitter.Run(Classes, noise, Splits, new Rng(1)).TakeWhile(s => s.Gamma > 0.01).ToList();
            double[] t = [.. steps.Select(s => (double)s.Splits)], promised = [.. steps.Select(s => Math.Log(Classes) * WeakSplitter.Promise(s.Splits, s.Gamma, Classes))];
            series.Add(new LineSeries(FormattableString.Invariant($"{100 * noise:0} % astray"), t, [.. steps.Select(s => s.Entropy)]));
            if (noise == 0.02)
            {
                // A leaf with hardly more than one class has no balanced split: γ falls, and from there on nothing more is promised.
                int end = 1 + Enumerable.Range(0, promised.Length - 1).TakeWhile(i => promised[i + 1] <= promised[i]).Count();
                series.Add(new LineSeries("promised for 2 % astray", t[..end], promised[..end]));
            }
            worst = Math.Max(worst, steps.Select((s, i) => s.Entropy / promised[i]).Max());
        }
        return (new LineChart("Tree entropy of 64 equally likely classes, the heaviest leaf split each time", "splits", "nats", series) { LogarithmicX = true, FromZero = true }, worst);
    }
}
