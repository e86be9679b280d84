namespace Forage.Cli.Reproductions.Markets;

/// <summary>"Learning Performance of Prediction Markets with Kelly Bettors" (Beygelzimer, Langford, Pennock 2012): its theorems, its figures, large populations, and two real crowds.</summary>
internal sealed class MarketsReproduction : IReproduction
{
    public string Name => "markets";

    public string Summary => "Kelly markets: prices, Theorem 3, Figures 1 to 3, a million traders, forecasters and bookmakers";

    public ReproduceResult Run(ReproduceContext context)
    {
        var result = context.Begin(Name);
        TheoryMeasure.Run(context, result);
        FigureMeasure.Run(context, result);
        PopulationMeasure.Run(context, result);
        CrowdMeasure.Run(context, result);
        return result;
    }
}
