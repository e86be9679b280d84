using Forage.Bandits;
using Forage.Budgets;

namespace Forage.Simulation.Budgets;

/// <summary>
/// The family of Theorem 18 of paper 01: n = T/B equally likely contexts, one resource of which every action but the null one takes a unit, and nothing earns anything but one action in one context, which earns 1. Following the right policy
/// earns B; with B ≤ √(KT)/2 the B units do not last to find it.
/// </summary>
public sealed class HardBudgetFamily
{
    private readonly ResourceBudgets _budgets;

    /// <summary>The family.</summary>
    /// <param name="actions">K ≥ 2.</param>
    /// <param name="horizon">T.</param>
    /// <param name="budget">B, a divisor of T.</param>
    public HardBudgetFamily(int actions, int horizon, int budget)
    {
        if (actions < 2 || budget < 1 || horizon % budget != 0) throw new ForageException($"A family of {actions} actions, {horizon} rounds and budget {budget} was asked for; expected at least 2 actions and a budget that divides the horizon.");
        (Actions, Contexts, _budgets) = (actions, horizon / budget, new ResourceBudgets(horizon, [budget]));
        var choices = new int[(actions - 1) * Contexts * Contexts];
        for (int i = 1; i < actions; i++)
            for (int j = 0; j < Contexts; j++) choices[((i - 1) * Contexts + j) * Contexts + j] = i;
        Policies = new PolicyTable(actions, Contexts, choices);
    }

    /// <summary>K.</summary>
    public int Actions { get; }

    /// <summary>n = T/B.</summary>
    public int Contexts { get; }

    /// <summary>Π: policy (i - 1) n + j plays action i in context j and nothing elsewhere.</summary>
    public PolicyTable Policies { get; }

    /// <summary>F_ij, in which action i earns 1 in context j; F_0, in which nothing does, for i = 0.</summary>
    public BudgetedWorld Instance(int action, int context)
    {
        int cells = Actions * Contexts;
        double[] probabilities = new double[Contexts], events = new double[cells], rewards = new double[cells], used = new double[cells];
        Array.Fill(probabilities, 1.0 / Contexts);
        Array.Fill(events, 1.0);
        for (int i = 0; i < cells; i++) used[i] = i % Actions == 0 ? 0 : 1;
        if (action > 0) rewards[context * Actions + action] = 1;
        return new BudgetedWorld(probabilities, events, rewards, used, _budgets);
    }
}
