using Forage.Evaluation;
using Forage.Quantiles;
using MathNet.Numerics.Statistics;

namespace Forage.Cli.Reproductions.Quanting;

/// <summary>Figure 2: loss of the 0.9-quantile against the number of classifiers, linear and kernel regression as lines.</summary>
internal static class QuantingFigure
{
    private const double Level = 0.9;

    private static readonly int[] s_classifiers = [1, 2, 4, 8, 16, 32, 50, 100, 200];

    public static void Measure(ReproduceContext context, QuantingData data, List<QuantingCell> cells, ReproduceResult result)
    {
        using var meter = context.Session.Progress($"Figure 2, {data.Set.Name}", "points");
        var splits = data.Splits.Take(data.Set.Train > 0 ? 1 : 10).ToList();
        var series = new List<LineSeries>();
        double[] x = [.. s_classifiers.Select(k => (double)k)];
        foreach (string method in context.Quick ? new[] { QuantingMethods.Tree, QuantingMethods.Logistic } : [QuantingMethods.Tree, QuantingMethods.Logistic, QuantingMethods.Boosted])
        {
            double[] losses = new double[s_classifiers.Length];
            double[,] each = new double[s_classifiers.Length, splits.Count];
            for (int k = 0; k < losses.Length; k++)
            {
                var score = new QuantileScore(Level);
                for (int s = 0; s < splits.Count; s++)
                {
                    var one = QuantingMethods.Train(method, data.All.Select(splits[s].Train), context.Session.Seed, Environment.ProcessorCount, context.Session.Cancellation, s_classifiers[k], [Level])
                        .Score(data.All.Select(splits[s].Test), Environment.ProcessorCount, context.Session.Cancellation)[0];
                    each[k, s] = one.Loss;
                    score.Merge(one);
                }
                losses[k] = score.Loss;
                result.Rows.Add(new MeasuredRow($"Figure 2, {data.Set.Name}, {method}", $"loss, q = 0.9, {s_classifiers[k]} classifiers", score.Loss, ""));
                meter.Report(k + 1, double.NaN, method);
            }
            series.Add(new LineSeries(method, x, losses));
            int fifty = Array.IndexOf(s_classifiers, 50), hundred = Array.IndexOf(s_classifiers, 100);
            // On small sets splits differ by more than what is asked: two standard errors of the differences are allowed.
            double error = splits.Count < 2 ? 0 : Enumerable.Range(0, splits.Count).Select(s => each[fifty, s] - each[hundred, s]).StandardDeviation() / Math.Sqrt(splits.Count);
            result.Targets.Add(new MeasuredTarget($"Figure 2, {data.Set.Name}, {method}: 50 classifiers over 100", losses[fifty] / losses[hundred], "<=", 1.05 + 2 * error / losses[hundred], "times the loss"));
        }
        foreach (string line in new[] { QuantingMethods.Linear, QuantingMethods.Kernel })
        {
            double loss = cells.First(c => c.Method == line).Scores[^1].Loss;
            series.Add(new LineSeries(line, [x[0], x[^1]], [loss, loss]));
        }
        result.Blocks.Add(new LineChart($"Figure 2: loss against the number of classifiers, {data.Set.Name}, q = 0.9", "classifiers", "pinball loss", series) { LogarithmicX = true });
    }
}
