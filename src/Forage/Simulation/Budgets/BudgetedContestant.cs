using Forage.Budgets;
using Forage.Budgets.Elimination;
using Forage.Budgets.Oracle;
using Forage.Budgets.Practical;

namespace Forage.Simulation.Budgets;

/// <summary>An algorithm that can be started in any world. As people type them: a name, then options, as in <c>elimination:radius=0.5</c>.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Start">Makes a fresh one for a world.</param>
public sealed record BudgetedContestant(string Name, Func<BudgetedSetup, IBudgetedBandit> Start)
{
    /// <summary>Names with what they are and their options, in the order of the help.</summary>
    public static IReadOnlyList<(string Name, string What)> Names { get; } =
    [
        ("perfect", "an LP-perfect mixture, played by who knows the truth"),
        ("elimination", "MixtureElimination over a class of policies (radius=0.25, 0 for the proved one; growth=1.1, noise)"),
        ("lagrange", "regression and prices (greed=16, step=2)"),
        ("oracle", "mixtures by calls of an arg-max oracle, over every policy there is (psi=0.3, mu=0.1, growth=1.4, steps=500)"),
        ("primaldual", "every policy an arm: the reduction to no contexts (radius=0.5)"),
        ("greedy", "regression without prices, until the budget is gone (greed=16)"),
        ("uniform", "any action but the null one"),
    ];

    /// <summary>Reads an algorithm.</summary>
    /// <param name="text">What was typed.</param>
    /// <exception cref="ForageException">An unknown name or option. Values are checked when it starts.</exception>
    public static BudgetedContestant Parse(string text)
    {
        var options = new NamedOptions(text);
        Func<BudgetedSetup, IBudgetedBandit> start;
        switch (options.Name)
        {
            case "perfect":
                start = s => new FixedMixture(s.Policies, s.Perfect.Mixture);
                break;
            case "elimination":
                double radius = options.Number("radius", 0.25);
                var elimination = new MixtureEliminationOptions { Radius = radius == 0 ? null : radius, Growth = options.Number("growth", 1.1), Noise = options.Number("noise") };
                start = s => new MixtureElimination(s.Policies, s.World.Probabilities, s.World.Budgets, elimination);
                break;
            case "lagrange" or "greedy":
                var prices = new LagrangianOptions { Greed = options.Number("greed", 16), PriceStep = options.Name == "greedy" ? 0 : options.Number("step", 2) };
                start = s => new LagrangianRegression(s.World.Actions, s.World.Contexts, s.World.Budgets, prices);
                break;
            case "oracle":
                var calls = new OracleBudgetOptions { Psi = options.Number("psi", 0.3), MuScale = options.Number("mu", 0.1), Growth = options.Number("growth", 1.4), MostSteps = options.Whole("steps", 500, 1, 1_000_000) };
                start = s => new OracleBudgets(new EveryPolicyOracle(s.World.Actions, s.World.Contexts), s.World.Budgets, calls);
                break;
            case "primaldual":
                double confidence = options.Number("radius", 0.5);
                start = s => new PrimalDualPolicies(s.Policies, s.World.Budgets, confidence);
                break;
            case "uniform":
                start = s => FixedMixture.Uniform(s.World.Actions, s.World.Contexts);
                break;
            default:
                throw new ForageException($"The algorithm '{options.Name}' is not known; expected {string.Join(", ", Names.Select(n => n.Name))}.");
        }
        options.Done();
        return new BudgetedContestant(text, start);
    }
}
