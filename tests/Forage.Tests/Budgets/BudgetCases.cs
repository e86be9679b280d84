using Forage.Bandits;
using Forage.Budgets;
using Forage.Budgets.Elimination;
using Forage.Features;
using Forage.Simulation.Budgets;

namespace Forage.Tests.Budgets;

/// <summary>Random instances.</summary>
internal static class BudgetCases
{
    /// <summary>A world of random events; budgets are a random share of what uniform play would consume.</summary>
    public static BudgetedWorld World(int contexts, int actions, int resources, long horizon, ref Rng rng, double share = 0.5)
    {
        double[] p = new double[contexts], events = new double[contexts * actions], rewards = new double[contexts * actions], used = new double[contexts * actions * resources], limits = new double[resources];
        foreach (ref double v in p.AsSpan()) v = rng.NextExponential();
        double sum = p.Sum();
        foreach (ref double v in p.AsSpan()) v /= sum;
        for (int cell = 0; cell < events.Length; cell++)
        {
            if (cell % actions == 0) continue;
            (events[cell], rewards[cell]) = (rng.NextDouble(), rng.NextDouble());
            for (int i = 0; i < resources; i++) used[cell * resources + i] = rng.NextDouble() < 0.3 ? 0 : rng.NextDouble();
        }
        foreach (ref double limit in limits.AsSpan()) limit = horizon * share * (0.05 + 0.3 * rng.NextDouble());
        return new BudgetedWorld(p, events, rewards, used, new ResourceBudgets(horizon, limits));
    }

    /// <summary>A tuple of N policies, the last of them null.</summary>
    public static ExpectedOutcomes Outcomes(int policies, int resources, ref Rng rng)
    {
        double[] r = new double[policies], c = new double[resources * policies];
        for (int i = 0; i < policies - 1; i++)
        {
            r[i] = rng.NextDouble();
            for (int k = 0; k < resources; k++) c[k * policies + i] = rng.NextDouble();
        }
        return new ExpectedOutcomes(r, c);
    }

    /// <summary>A box of random widths around a tuple, the null policy's of no width.</summary>
    public static ConfidenceBox Around(ExpectedOutcomes truth, double width, ref Rng rng)
    {
        var box = new ConfidenceBox(truth.Count, truth.Resources);
        for (int q = 0; q <= truth.Resources; q++)
        {
            for (int i = 0; i < truth.Count; i++)
            {
                double value = q == 0 ? truth.Rewards[i] : truth.Consumption(q - 1)[i], radius = i == truth.Count - 1 ? 0 : width * rng.NextDouble();
                box.Intersect(q, i, value + radius * (2 * rng.NextDouble() - 1), radius);
            }
        }
        return box;
    }

    /// <summary>A random member of a box; ends of intervals come often.</summary>
    public static ExpectedOutcomes Member(ConfidenceBox box, ref Rng rng)
    {
        double[] r = new double[box.Policies], c = new double[box.Resources * box.Policies];
        for (int i = 0; i < r.Length; i++) r[i] = Between(box.RewardLow[i], box.RewardHigh[i], ref rng);
        for (int i = 0; i < c.Length; i++) c[i] = Between(box.ConsumptionLow[i], box.ConsumptionHigh[i], ref rng);
        return new ExpectedOutcomes(r, c);
    }

    private static double Between(double low, double high, ref Rng rng)
    {
        int kind = rng.NextInt(3);
        return kind == 0 ? low : kind == 1 ? high : low + (high - low) * rng.NextDouble();
    }
}
