namespace Forage.Cli.Reproductions.Search;

/// <summary>
/// "A Credit Assignment Compiler for Joint Prediction" / "Learning to search" (paper 06): training time against accuracy (Figures 2 and 3), speed of prediction
/// (Figure 4), what the shortcuts are worth (section 6.1), time against length and labels (section 4.3), dependency parsing, and others' programs where they are on PATH.
/// </summary>
internal sealed class SearchReproduction : IReproduction
{
    public string Name => "search";

    public string Summary => "learning to search: tagging, chunking and parsing, time against accuracy, and what the shortcuts are worth";

    public ReproduceResult Run(ReproduceContext context)
    {
        var log = new RowLog(context, new ReproduceResult(Name));
        foreach (var set in SearchSet.Load(context, log.Result))
        {
            CurveMeasure.Run(context, set, log);
            PeerMeasure.Run(context, set, log);
        }
        ShortcutMeasure.Run(context, log);
        GrowthMeasure.Run(context, log);
        ParsingMeasure.Run(context, log);
        return log.Result;
    }
}

/// <summary>Collects rows, and shows each on standard error as it comes.</summary>
internal sealed class RowLog(ReproduceContext context, ReproduceResult result)
{
    public ReproduceResult Result { get; } = result;

    public void Row(string part, string measure, double value, string unit, string? note = null)
    {
        Result.Rows.Add(new MeasuredRow(part, measure, value, unit, Note: note));
        if (!context.Session.Quiet) context.Session.Terminal.Error.WriteLine(FormattableString.Invariant($"{part}: {measure} {value:G6} {unit}{(note is null ? "" : $" ({note})")}"));
    }

    public void Target(string id, double value, string sense, double bound, string unit) => Result.Targets.Add(new MeasuredTarget(id, value, sense, bound, unit));

    public void Skip(string id, string why) => Result.Skipped.Add(new SkippedTarget(id, why));
}
