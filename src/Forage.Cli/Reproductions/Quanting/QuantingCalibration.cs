using Forage.Evaluation;
using Forage.Quantiles;

namespace Forage.Cli.Reproductions.Quanting;

/// <summary>The calibration plot: 19 quantiles of one model against the share of outcomes they cover.</summary>
internal static class QuantingCalibration
{
    public static void Measure(ReproduceContext context, QuantingData data, ReproduceResult result)
    {
        double[] levels = [.. Enumerable.Range(1, 19).Select(k => k / 20.0)];
        var (train, test) = (data.All.Select(data.Splits[0].Train), data.All.Select(data.Splits[0].Test));
        var model = QuantingMethods.Train(QuantingMethods.Boosted, train, context.Session.Seed, Environment.ProcessorCount, context.Session.Cancellation, 100, levels);
        var curve = CalibrationCurve.Of(model.Score(test, Environment.ProcessorCount, context.Session.Cancellation));
        result.Rows.Add(new MeasuredRow($"{data.Set.Name}, boosted trees, 19 quantiles", "largest distance of a quantile from its coverage", 100 * curve.Worst, "points"));
        result.Blocks.Add(new LineChart($"Calibration on {data.Set.Name}: 19 quantiles of one model", "quantile", "share of outcomes",
            [new("not above the prediction", levels, [.. curve.Points.Select(p => p.NotAbove)]), new("below it", levels, [.. curve.Points.Select(p => p.Below)]), new("ideal", levels, levels) { IsGuide = true }])
        { FromZero = true });
    }
}
