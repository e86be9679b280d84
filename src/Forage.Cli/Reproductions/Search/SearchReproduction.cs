namespace Forage.Cli.Reproductions.Search;

/// <summary>
/// "Efficient programmable learning to search" (paper 06): training time against accuracy (Figures 2 and 3), speed of prediction
/// (Figure 4), what the shortcuts are worth (section 6.1), time against length and labels (section 4.3), dependency parsing, and others' programs where they are on PATH.
/// </summary>
internal sealed class SearchReproduction : IReproduction
{
    public string Name => "search";

    public string Summary => "learning to search: tagging, chunking and parsing, time against accuracy, and what the shortcuts are worth";

    public ReproduceResult Run(ReproduceContext context)
    {
        using var log = new RowTeller(context, context.Begin(Name));
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
