namespace Forage.Cli.Reproductions.Elimination;

/// <summary>
/// "Contextual Bandit Learning with Predictable Rewards" (Agarwal, Dudík, Kale, Langford, Schapire 2012): where realizability pays (Lemma 6.1), where it cannot (Theorem 5.1), what
/// the radius is for, and what the convex program costs.
/// </summary>
internal sealed class EliminationReproduction : IReproduction
{
    public string Name => "regressor-elimination";

    public string Summary => "RegressorElimination: flat regret where regressors tell, the worst case over gaps, radii, the certificate";

    public ReproduceResult Run(ReproduceContext context)
    {
        var result = context.Begin(Name);
        TellingMeasure.Run(context, result);
        GapMeasure.Run(context, result);
        ControlMeasure.Run(context, result);
        SolverMeasure.Run(context, result);
        return result;
    }
}
