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
        var series = new List<LineSeries>();
        double worst = 0;
        foreach (double noise in new[] { 0.02, 0.1, 0.2 })
        {
            var steps = WeakSplitter.Run(Classes, noise, Splits, new Rng(1)).TakeWhile(s => s.Gamma > 0.01).ToList();
            double[] t = [.. steps.Select(s => (double)s.Splits)];
            series.Add(new LineSeries(FormattableString.Invariant($"{100 * noise:0} % astray"), t, [.. steps.Select(s => s.Entropy)]));
            if (noise == 0.02) series.Add(new LineSeries("promised for 2 % astray", t, [.. steps.Select(s => Math.Log(Classes) * WeakSplitter.Promise(s.Splits, s.Gamma, Classes))]));
            worst = Math.Max(worst, steps.Max(s => s.Entropy / (Math.Log(Classes) * WeakSplitter.Promise(s.Splits, s.Gamma, Classes))));
        }
        tables.Target("theorem-1", worst, "<=", 1, "entropy over what is promised");
        result.Blocks.Add(new ReportHeading("Theorem 1"));
        result.Blocks.Add(new LineChart("Tree entropy of 64 equally likely classes, the heaviest leaf split each time", "splits", "nats", series) { LogarithmicX = true, FromZero = true });
    }
}
