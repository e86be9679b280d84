namespace Forage.Budgets;

/// <summary>When a run under budgets ends (paper 01, §3 and footnote 3). The rewards differ by what one round can earn for each resource.</summary>
public enum StoppingRule
{
    /// <summary>An action is taken only if the most it can consume is left of every resource, else nothing is done in that round. Nothing is ever overdrawn; this is for use.</summary>
    Reserve,

    /// <summary>The run stops at the first round whose consumption violates a budget; that round is not booked. This is how the paper counts.</summary>
    Violation,
}
