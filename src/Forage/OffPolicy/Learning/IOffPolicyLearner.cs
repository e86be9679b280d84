namespace Forage.OffPolicy.Learning;

/// <summary>
/// Learns a policy from logged decisions, one at a time and in as many passes as wanted. Rewards are in [0, 1] unless a learner says otherwise
/// (a reward range maps others there). A slate is learnt from position by position with its conditional propensities.
/// </summary>
public interface IOffPolicyLearner
{
    /// <summary>What has been learnt so far; it goes on changing with the learner.</summary>
    IActionScorer Scorer { get; }

    /// <summary>Takes in one decision.</summary>
    /// <param name="context">What was known.</param>
    /// <param name="slate">What was shown, with conditional propensity and reward.</param>
    /// <param name="scratch">Working memory; whoever calls clears it between decisions (<see cref="PolicyScratch.Clear"/>).</param>
    /// <exception cref="ForageException">A propensity is needed and missing, or a reward lies outside what the learner's loss allows.</exception>
    void Learn(scoped in DecisionContext context, scoped ReadOnlySpan<LoggedAction> slate, PolicyScratch scratch);

    /// <summary>Says that a pass over the log has ended.</summary>
    void EndPass();
}
