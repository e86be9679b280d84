namespace Forage.Cli.Reproductions;

/// <summary>The targets of the foundation: learning quality on real text, honest improvement of a policy, speed, start-up.</summary>
internal sealed class FoundationReproduction : IReproduction
{
    public string Name => "foundation";

    public string Summary => "start-up";

    public ReproduceResult Run(ReproduceContext context)
    {
        var result = new ReproduceResult(Name);
        StartUpMeasure.Run(context, result);
        return result;
    }
}
