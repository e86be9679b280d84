namespace Forage.Cli.Reproductions.Foundation;

/// <summary>The targets of the foundation: learning quality on real text, honest improvement of a policy, values from a real log, speed, start-up.</summary>
internal sealed class FoundationReproduction : IReproduction
{
    public string Name => "foundation";

    public string Summary => "text classification, a better policy from a log, a policy's value from another's log, speed, start-up";

    public ReproduceResult Run(ReproduceContext context)
    {
        var result = context.Begin(Name);
        StartUpMeasure.Run(context, result);
        TextMeasure.Run(context, result);
        ImproveMeasure.Run(context, result);
        OpenBanditMeasure.Run(context, result);
        SpeedMeasure.Run(context, result);
        return result;
    }
}
