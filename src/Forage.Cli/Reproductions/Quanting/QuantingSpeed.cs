using Forage.Quantiles;

namespace Forage.Cli.Reproductions.Quanting;

/// <summary>Seconds to train 100 classifiers and rows predicted a second.</summary>
internal static class QuantingSpeed
{
    private const int Rows = 100_000;

    public static void Measure(ReproduceContext context, QuantingData data, ReproduceResult result)
    {
        var clock = context.Session.Terminal.Clock;
        int threads = Environment.ProcessorCount;
        var train = data.All.Select(data.Splits[0].Train);
        int[] many = [.. Enumerable.Range(0, Rows).Select(i => i % data.All.Count)];
        var table = data.All.Table.Select(many);
        foreach (string method in new[] { QuantingMethods.Boosted, QuantingMethods.Tree, QuantingMethods.Logistic })
        {
            double training = double.PositiveInfinity, predicting = double.PositiveInfinity;
            for (int run = 0; run < 3; run++)
            {
                long begun = clock.GetTimestamp();
                var model = QuantingMethods.Train(method, train, context.Session.Seed, threads, context.Session.Cancellation, 100, [0.5]);
                training = Math.Min(training, clock.GetElapsedTime(begun).TotalSeconds);
                begun = clock.GetTimestamp();
                model.PredictAll(table, threads, context.Session.Cancellation);
                predicting = Math.Min(predicting, clock.GetElapsedTime(begun).TotalSeconds);
            }
            string what = $"{data.Set.Name}, {method}, 100 classifiers";
            result.Rows.Add(new MeasuredRow(what, "training", training, "s", Note: $"best of three, {threads} threads"));
            result.Rows.Add(new MeasuredRow(what, "predicting", Rows / predicting, "rows/s"));
            if (method == QuantingMethods.Logistic) continue;
            result.Targets.Add(new MeasuredTarget($"{method}: 100 classifiers train", training, "<=", 10, "s"));
            result.Targets.Add(new MeasuredTarget($"{method}: 100 classifiers predict", Rows / predicting, ">=", 100_000, "rows/s"));
        }
    }
}
