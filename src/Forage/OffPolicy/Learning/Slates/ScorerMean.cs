namespace Forage.OffPolicy.Learning.Slates;

/// <summary>
/// s(x, y) = (1/m) Σ_i s_i(x, y) + β ln ρ(y|x): what several learners agree on, leaning on the logging policy where they know little. Learners with different objectives err
/// differently, so their mean is as a rule better than the best of them.
/// </summary>
public sealed class ScorerMean : ISelectiveScorer
{
    /// <summary>A mean.</summary>
    /// <param name="members">s_i, at least one.</param>
    /// <param name="priorWeight">β.</param>
    public ScorerMean(IReadOnlyList<ISelectiveScorer> members, float priorWeight = 0)
    {
        if (members.Count == 0) throw new ForageException("A mean of no scores was asked for; expected at least one.");
        (Members, PriorWeight) = (members, priorWeight);
    }

    /// <summary>s_i.</summary>
    public IReadOnlyList<ISelectiveScorer> Members { get; }

    /// <summary>β.</summary>
    public float PriorWeight { get; }

    /// <inheritdoc/>
    public int ActionCount => Members[0].ActionCount;

    /// <inheritdoc/>
    public bool NeedsPrior => PriorWeight != 0 || Members.Any(m => m.NeedsPrior);

    /// <inheritdoc/>
    public void Score(scoped in DecisionContext context, scoped ReadOnlySpan<int> actions, scoped ReadOnlySpan<float> logPrior, scoped Span<float> scores, PolicyScratch scratch)
    {
        var one = scratch.Floats(scores.Length);
        scores.Clear();
        for (int m = 0; m < Members.Count; m++)
        {
            Members[m].Score(context, actions, logPrior, one, scratch);
            for (int k = 0; k < one.Length; k++) scores[k] += one[k];
        }
        float share = 1f / Members.Count;
        for (int k = 0; k < scores.Length; k++) scores[k] = scores[k] * share + (PriorWeight == 0 ? 0 : PriorWeight * logPrior[k]);
    }
}
