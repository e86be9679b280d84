namespace Forage.Budgets.Internals;

/// <summary>Refuses rounds that cannot have been.</summary>
internal static class BudgetRound
{
    public static void Check(int context, int contexts, int action, int actions, double probability, double reward, ReadOnlySpan<double> consumption, int resources)
    {
        if ((uint)context >= (uint)contexts) BudgetThrow.Wrong($"Context {context} was met; expected 0 to {contexts - 1}.");
        if ((uint)action >= (uint)actions) BudgetThrow.Wrong($"Action {action} was played; expected 0 to {actions - 1}.");
        if (!(probability is > 0 and <= 1 + 1e-9)) BudgetThrow.Wrong($"Action {action} was played with probability {probability}; expected one in (0, 1].");
        if (!(reward is >= 0 and <= 1)) BudgetThrow.Wrong($"A reward of {reward} was met; expected one in [0, 1].");
        if (consumption.Length != resources) BudgetThrow.Wrong($"Consumption of {consumption.Length} resources was met; expected {resources}.");
        for (int i = 0; i < consumption.Length; i++)
            if (!(consumption[i] is >= 0 and <= 1)) BudgetThrow.Wrong($"A consumption of {consumption[i]} of resource {i} was met; expected one in [0, 1].");
    }
}
