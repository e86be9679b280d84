using Forage.Evaluation;

namespace Forage.Cli.Reproductions.Poxm;

/// <summary>Table 2 and Figure 1, as rows of the result and blocks of the report.</summary>
internal static class PoxmTables
{
    /// <summary>The table of one set.</summary>
    public static void Add(PoxmResults results, ReproduceResult result)
    {
        string part = results.Set.Name;
        foreach (string method in results.Methods)
        {
            string? note = results.Has(PaperTable.Skyline) ? "gap closed " + PoxmText.Share(PoxmResults.Mean(results.Gaps(method)).Mean) : null;
            foreach (var (name, metric) in PoxmResults.Metrics)
            {
                var (mean, error) = results.Summary(method, metric);
                result.Rows.Add(new MeasuredRow(part, $"{name} of {Shown(method)}", mean, "%", mean - error, mean + error, name == "R@5" ? note : null));
            }
        }
        result.Blocks.Add(new ReportHeading($"{part}: what the methods reach"));
        result.Blocks.Add(new ReportText($"On the test rows, in %; {(results.Seeds > 1 ? $"mean over {results.Seeds} seeds ± its standard error" : "± standard error over the test rows")}. Stochastic policies are measured in expectation over their slates. **Gap**: share of the way from the sampled logging policy to the model that saw all labels of all training rows, on R@5."));
        result.Blocks.Add(new ReportTable([new("method"), new("gap", true), .. PoxmResults.Metrics.Select(m => new ReportColumn(m.Name, true))],
            [.. results.Methods.Select(m => new ReportRow([Shown(m), PoxmText.Share(PoxmResults.Mean(results.Gaps(m)).Mean), .. PoxmResults.Metrics.Select(x => PoxmText.Mean(results.Summary(m, x.Of)))],
                m is PoxmMethods.Poxm or PoxmMethods.PoxmHeldOut))]));
        result.Blocks.Add(new BarChart($"R@5 on {part}", "R@5, %", [.. results.Methods.Select(m => new ReportBar(Shown(m), PoxmResults.Mean(results.Reward(m)).Mean, m == PoxmMethods.Poxm))]));
    }

    /// <summary>The paper's own numbers.</summary>
    public static void AddPaper(ReproduceResult result)
    {
        result.Blocks.Add(new ReportHeading("The paper's table"));
        result.Blocks.Add(new ReportText("Lopez, Dhillon and Jordan 2021, Table 2, on their own three sets, which cannot be had here; AttentionXML saw all labels. What can be compared is the order of the methods and the gaps."));
        result.Blocks.Add(new ReportTable([new("set"), new("method"), new("gap", true), .. PoxmResults.Metrics.Select(m => new ReportColumn(m.Name, true))],
            [.. PaperTable.Rows.Select(r => new ReportRow([r.Set, r.Method, PoxmText.Share(r.Gap), .. r.Values.Select(PoxmText.Two)], r.Method == PoxmMethods.Poxm))]));
    }

    /// <summary>Figure 1 over all sets.</summary>
    public static void AddCurves(IReadOnlyList<PoxmResults> sets, ReproduceResult result)
    {
        var known = sets.Where(s => s.Curve is not null).ToList();
        if (known.Count == 0) return;
        result.Blocks.Add(new ReportHeading("Logging policies (Figure 1)"));
        result.Blocks.Add(new LineChart("R@5 of the logging policy kept to its top k", "k", "R@5, %",
            [.. known.Select(s => new LineSeries(s.Set.Name, [.. s.Curve!.RewardPoints.Select(k => (double)k)], [.. s.Curve.Reward.Select(r => 100 * r.Value)]))])
        { FromZero = true });
        double[] all = [.. Enumerable.Range(1, known[0].Curve!.Mass.Count).Select(k => (double)k)];
        result.Blocks.Add(new LineChart("Probability within the top k (CDF)", "k", "share", [.. known.Select(s => new LineSeries(s.Set.Name, all, s.Curve!.Mass))]) { FromZero = true });
        result.Blocks.Add(new LineChart("Right labels within the top k", "k", "share", [.. known.Select(s => new LineSeries(s.Set.Name, all, s.Curve!.Covered))])
        {
            FromZero = true,
            Note = "Share of all right labels of the test rows that a method restricted to the top k can reach.",
        });
        foreach (var s in known)
        {
            foreach (int k in new[] { 10, 20, 50, 100 })
                result.Rows.Add(new MeasuredRow(s.Set.Name, $"right labels within the logging policy's top {k}", 100 * s.Curve!.Covered[k - 1], "%", Note: FormattableString.Invariant($"probability {100 * s.Curve.Mass[k - 1]:0.0} %")));
        }
    }

    private static string Shown(string method) => method == PaperTable.Skyline ? "Skyline (all labels)" : method;
}
