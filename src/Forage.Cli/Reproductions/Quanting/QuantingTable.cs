using System.Globalization;
using Forage.Evaluation;
using Forage.Quantiles;
using Forage.Quantiles.Kernel;

namespace Forage.Cli.Reproductions.Quanting;

/// <summary>What a method came to on a set.</summary>
/// <param name="Set">The set.</param>
/// <param name="Method">The method.</param>
/// <param name="Scores">Loss and coverage of each level over all test rows.</param>
/// <param name="Seconds">Seconds a fit of all levels.</param>
/// <param name="Note">What else one should know.</param>
internal sealed record QuantingCell(QuantingSet Set, string Method, QuantileScore[] Scores, double Seconds, string? Note);

/// <summary>Methods × quantiles × (loss, coverage, seconds) on one set; a row is printed as soon as it is there.</summary>
internal static class QuantingTable
{
    public static List<QuantingCell> Measure(ReproduceContext context, QuantingData data, ReproduceResult result)
    {
        var cells = new List<QuantingCell>();
        using var meter = context.Session.Progress(data.Set.Name, "splits");
        foreach (string method in QuantingMethods.All)
        {
            var cell = method == QuantingMethods.Kernel ? Kernel(context, data, meter) : Fit(context, data, method, meter);
            cells.Add(cell);
            foreach (var s in cell.Scores)
            {
                string what = FormattableString.Invariant($"{data.Set.Name}, {method}, q = {s.Level}");
                result.Rows.Add(new MeasuredRow(what, "pinball loss", s.Loss, "", Note: cell.Note));
                result.Rows.Add(new MeasuredRow(what, "coverage", 100 * s.Coverage, "%", 100 * s.CoverageBelow, 100 * s.Coverage, Note: "interval: share below, share not above"));
            }
            result.Rows.Add(new MeasuredRow($"{data.Set.Name}, {method}", "seconds a fit", cell.Seconds, "s"));
        }
        Show(data, cells, result);
        return cells;
    }

    private static QuantingCell Fit(ReproduceContext context, QuantingData data, string method, Frame.ProgressMeter meter)
    {
        var clock = context.Session.Terminal.Clock;
        QuantileScore[] scores = [.. QuantingMethods.Levels.Select(q => new QuantileScore(q))];
        double seconds = 0;
        for (int s = 0; s < data.Splits.Count; s++)
        {
            var (train, test) = (data.All.Select(data.Splits[s].Train), data.All.Select(data.Splits[s].Test));
            long begun = clock.GetTimestamp();
            var model = QuantingMethods.Train(method, train, context.Session.Seed, Environment.ProcessorCount, context.Session.Cancellation);
            seconds += clock.GetElapsedTime(begun).TotalSeconds;
            var own = model.Score(test, Environment.ProcessorCount, context.Session.Cancellation);
            for (int l = 0; l < scores.Length; l++) scores[l].Merge(own[l]);
            meter.Report(s + 1, (s + 1.0) / data.Splits.Count, method);
        }
        return new QuantingCell(data.Set, method, scores, seconds / data.Splits.Count, null);
    }

    // C and γ are chosen in the first split of each repetition and kept for its other ones.
    private static QuantingCell Kernel(ReproduceContext context, QuantingData data, Frame.ProgressMeter meter)
    {
        var clock = context.Session.Terminal.Clock;
        QuantileScore[] scores = [.. QuantingMethods.Levels.Select(q => new QuantileScore(q))];
        var chosen = new Dictionary<(int, int), (double C, double Gamma)>();
        double seconds = 0;
        string note = "";
        for (int s = 0; s < data.Splits.Count; s++)
        {
            var split = data.Splits[s];
            var (train, test) = (data.All.Select(split.Train), data.All.Select(split.Test));
            for (int l = 0; l < scores.Length; l++)
            {
                bool known = chosen.TryGetValue((split.Repetition, l), out var pair);
                long begun = clock.GetTimestamp();
                KernelQuantileModel model = QuantingMethods.Kernels(train, scores[l].Level, known ? pair.C : null, known ? pair.Gamma : null, context.Session.Seed, Environment.ProcessorCount, context.Session.Cancellation);
                seconds += clock.GetElapsedTime(begun).TotalSeconds;
                if (!known) chosen[(split.Repetition, l)] = (model.C[0], model.Gamma[0]);
                if (s == 0) note += string.Create(CultureInfo.InvariantCulture, $"{(l > 0 ? "; " : "")}C {model.C[0]:G3}, gamma {model.Gamma[0]:G3}");
                scores[l].Merge(model.Score(test, Environment.ProcessorCount, context.Session.Cancellation)[0]);
            }
            meter.Report(s + 1, (s + 1.0) / data.Splits.Count, QuantingMethods.Kernel);
        }
        return new QuantingCell(data.Set, QuantingMethods.Kernel, scores, seconds / data.Splits.Count, $"at most {QuantingMethods.KernelRows} rows; {note}");
    }

    private static void Show(QuantingData data, List<QuantingCell> cells, ReproduceResult result)
    {
        double[] best = [.. Enumerable.Range(0, QuantingMethods.Levels.Length).Select(l => cells.Min(c => c.Scores[l].Loss))];
        result.Blocks.Add(new ReportHeading(data.Set.Name));
        result.Blocks.Add(new ReportTable([new("method"), .. QuantingMethods.Levels.SelectMany(q => new ReportColumn[] { new(FormattableString.Invariant($"loss, q = {q}"), true), new("coverage, %", true) }), new("seconds a fit", true)],
            [.. cells.Select(c => new ReportRow([c.Method, .. c.Scores.SelectMany((s, l) => new[] { s.Loss == best[l] ? $"**{Loss(s.Loss)}**" : Loss(s.Loss), $"{Percent(s.CoverageBelow)} .. {Percent(s.Coverage)}" }), c.Seconds.ToString("0.00", CultureInfo.InvariantCulture)],
                c.Method == QuantingMethods.Blend))],
            data.Set.Train > 0 ? FormattableString.Invariant($"{data.Set.Train:N0} rows learnt from, {data.All.Count - data.Set.Train:N0} tested on. Coverage: share of outcomes below and not above the prediction.")
                : FormattableString.Invariant($"Tenfold cross-validation, {data.Splits.Count / 10} times. Coverage: share of outcomes below and not above the prediction.")));
    }

    /// <summary>A loss in five digits.</summary>
    public static string Loss(double v) => v >= 1000 ? v.ToString("N0", CultureInfo.InvariantCulture) : v.ToString("G4", CultureInfo.InvariantCulture);

    private static string Percent(double v) => (100 * v).ToString("0.0", CultureInfo.InvariantCulture);
}
