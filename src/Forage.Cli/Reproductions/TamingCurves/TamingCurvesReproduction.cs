namespace Forage.Cli.Reproductions.TamingCurves;

/// <summary>
/// "Taming the Monster" (Agarwal, Hsu, Kale, Langford, Li, Schapire 2014), its algorithm itself: how regret, oracle calls and time grow with the rounds,
/// in worlds whose truth is known.
/// </summary>
internal sealed class TamingCurvesReproduction : IReproduction
{
    public string Name => "taming-curves";

    public string Summary => "ILOVETOCONBANDITS in worlds of known truth: growth of regret, oracle calls and time";

    public ReproduceResult Run(ReproduceContext context)
    {
        var result = context.Begin(Name);
        var curves = new List<FiniteCurve>();
        foreach (var setting in TamingSetting.All)
        {
            var curve = FiniteCurve.Measure(context, setting);
            curves.Add(curve);
            TamingTables.Add(curve, result);
        }
        TreeCurve[] trees = [TreeCurve.Measure(context, counted: true), TreeCurve.Measure(context, counted: false)];
        foreach (var tree in trees) TamingTables.Add(tree, result);
        TamingCharts.Add(curves, trees, result);
        return result;
    }
}
