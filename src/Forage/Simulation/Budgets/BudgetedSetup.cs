using Forage.Bandits;
using Forage.Budgets.Programs;
using Forage.Features;

namespace Forage.Simulation.Budgets;

/// <summary>A world to play in, with a class of policies for the algorithms that need one and what is best.</summary>
public sealed class BudgetedSetup
{
    private const int MostOfAll = 4096, Drawn = 1000;

    /// <summary>A setup.</summary>
    /// <param name="name">What tables call it.</param>
    /// <param name="world">The world.</param>
    /// <param name="policies">Class of policies; null for every policy there is if they are at most 4096, else for those that always play the same action and 1000 random ones.</param>
    /// <param name="seed">Draws the random ones.</param>
    public BudgetedSetup(string name, BudgetedWorld world, PolicyTable? policies = null, ulong seed = 1)
    {
        (Name, World) = (name, world);
        Policies = policies ?? (Math.Pow(world.Actions, world.Contexts) <= MostOfAll ? PolicyTable.All(world.Actions, world.Contexts) : Draw(world, seed));
        Perfect = KnapsackProgram.Optimum(world.Outcomes(Policies), world.Budgets);
        Best = world.BestValue();
    }

    /// <summary>What tables call it.</summary>
    public string Name { get; }

    /// <summary>The world.</summary>
    public BudgetedWorld World { get; }

    /// <summary>The class Π.</summary>
    public PolicyTable Policies { get; }

    /// <summary>OPT_LP(Π) and a mixture that is LP-perfect.</summary>
    public PerfectMixture Perfect { get; }

    /// <summary>OPT_LP of all policies there are.</summary>
    public double Best { get; }

    private static PolicyTable Draw(BudgetedWorld world, ulong seed)
    {
        var rng = new Rng(seed);
        var choices = new int[(world.Actions + Drawn) * world.Contexts];
        for (int i = 0; i < choices.Length; i++) choices[i] = i < world.Actions * world.Contexts ? i / world.Contexts : rng.NextInt(world.Actions);
        return new PolicyTable(world.Actions, world.Contexts, choices);
    }
}
