using Forage.OffPolicy;
using Forage.OffPolicy.Learning.Slates;

namespace Forage.Cli.Reproductions.Poxm;

/// <summary>
/// <see cref="SelectivePolicy"/> over rows whose candidates were found beforehand: the same distribution at O(p d) a row instead of asking the logging policy about all actions
/// again for every policy that is measured.
/// </summary>
internal sealed class CandidatesPolicy(ISelectiveScorer scorer, CandidateActions candidates, int top, double temperature) : IPolicy
{
    /// <inheritdoc/>
    public ActionDistribution Distribution(scoped in DecisionContext context, PolicyScratch scratch)
    {
        int row = (int)context.Number;
        var actions = candidates.Actions(row, top);
        var scores = scratch.Floats(actions.Length);
        scorer.Score(context, actions, candidates.LogPrior(row, top), scores, scratch);
        return new ActionDistribution(actions, SelectivePolicy.Softmax(scores, temperature, scratch));
    }
}
