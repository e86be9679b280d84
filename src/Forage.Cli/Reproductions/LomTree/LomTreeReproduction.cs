namespace Forage.Cli.Reproductions.LomTree;

/// <summary>"Logarithmic Time Online Multiclass prediction" (Choromanska, Langford 2015): its tables and figures on sets that can be had and on synthetic classes, beside vw.</summary>
internal sealed class LomTreeReproduction : IReproduction
{
    public string Name => "lomtree";

    public string Summary => "trees over many classes: the paper's tables and figures, up to 128,000 classes, beside vw";

    public ReproduceResult Run(ReproduceContext context)
    {
        var result = context.Begin(Name);
        using var tell = new RowTeller(context, result);
        var tables = new TreeTables(tell);
        var journal = new TrialJournal();
        int step = 0;
        void Told(string what, double share) => tell.Progress(++step, share, what);
        EntropyMeasure.Run(tables, result);
        RealMeasure.Run(context, tables, journal, result, Told);
        SyntheticMeasure.Run(context, tables, journal, Told);
        ClassSet[] large = context.Quick ? [] : [ClassSet.Synthetic(22_000, 110_000, 2000, 12), ClassSet.Synthetic(105_000, 315_000, 2000, 10)];
        SyntheticMeasure.Large(context, large, tables, journal, Told);
        tables.Finish();
        ScaleMeasure.Run(context, tables, journal, result, Told);
        if (!context.Quick)
        {
            var sets = tables.Results.Select(r => r.Set).DistinctBy(s => s.Name).Where(s => !s.Name.Contains("standard", StringComparison.Ordinal));
            EqualMeasure.Run(context, [.. sets.OrderBy(s => s.Classes)], tables, journal, result, Told);
        }
        VwRace.Run(context, tables, Told);
        return result;
    }
}
