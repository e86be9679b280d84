using Forage.Bandits;
using Forage.Bandits.Elimination;
using Forage.Bandits.Taming;
using Forage.Simulation.Finite;

namespace Forage.Cli.Reproductions.Elimination;

/// <summary>An algorithm of the comparison.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Policies">True if it sees policies only, not what the regressors predict.</param>
/// <param name="Drawn">True if the chart has a line for it.</param>
/// <param name="Make">A fresh one for a class, a world whose distribution of contexts it may know, and a horizon.</param>
internal sealed record ComparedBandit(string Name, bool Policies, bool Drawn, Func<RegressorTable, FiniteWorld, long, IFiniteBandit> Make)
{
    public const string Paper = "RegressorElimination", Tight = "RegressorElimination, radius ½ ln(N/δ)", Agnostic = "PolicyElimination", Uniform = "uniform play";
    public const string Taming = "ILOVETOCONBANDITS, ψ = 1, µ × 0.1", PaperTaming = "ILOVETOCONBANDITS";

    /// <summary>All of them; an algorithm over policies is one line more.</summary>
    public static readonly ComparedBandit[] All =
    [
        new(Paper, false, true, (f, world, rounds) => new RegressorElimination(f, new() { Horizon = rounds }, world.Probabilities)),
        new(Tight, false, true, (f, world, rounds) => new RegressorElimination(f, new() { Horizon = rounds, Radius = EliminationRadius.Supermartingale }, world.Probabilities)),
        new(Agnostic, true, true, (f, world, _) => new PolicyElimination(f.Policies, new(), world.Probabilities)),
        new("PolicyElimination, radius × 0.1", true, false, (f, world, _) => new PolicyElimination(f.Policies, new() { RadiusMultiplier = 0.1 }, world.Probabilities)),
        new(PaperTaming, true, true, (f, _, _) => new Ilovetoconbandits(new FiniteClassOracle(f.Policies), new() { Schedule = EpochSchedule.Doubling })),
        new(Taming, true, true, (f, _, _) => new Ilovetoconbandits(new FiniteClassOracle(f.Policies), new() { Schedule = EpochSchedule.Doubling, Psi = 1, MuScale = 0.1 })),
        new("ε-greedy over the policies", true, true, (f, _, _) => new ClassEpsilonGreedy(f.Policies)),
        new(Uniform, true, false, (f, _, _) => new UniformPlay(f.Actions)),
    ];

    /// <summary>The one of a name.</summary>
    public static ComparedBandit Named(string name) => Array.Find(All, b => b.Name == name)!;
}
