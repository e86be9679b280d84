namespace Forage.Cli.Reproductions.Knapsacks;

/// <summary>"Resourceful Contextual Bandits" (Badanidiyuru, Langford, Slivkins 2014): budgets that hold, MixtureElimination's regret, where contexts matter, pricing, the lower bound, and algorithms for use.</summary>
internal sealed class KnapsacksReproduction : IReproduction
{
    public string Name => "knapsacks";

    public string Summary => "Contextual bandits under budgets: no overdraw, growth of regret, contexts, pricing, the lower bound, speed";

    public ReproduceResult Run(ReproduceContext context)
    {
        var result = context.Begin(Name);
        using var tell = new RowTeller(context, result);
        OverdrawMeasure.Run(context, tell);
        ScalingMeasure.Run(context, tell);
        RadiusMeasure.Run(context, tell);
        ContextsMeasure.Run(context, tell);
        PricingMeasure.Run(context, tell);
        HardMeasure.Run(context, tell);
        UseMeasure.Run(context, tell);
        return result;
    }
}
