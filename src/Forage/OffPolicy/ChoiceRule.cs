namespace Forage.OffPolicy;

/// <summary>
/// Which of several candidates to take, on decisions none of them learnt from: of those proved better than the logging policy there whose weights are believable, the one of the highest
/// self-normalised value; if there is none, the one whose cautious estimate is highest.
/// </summary>
/// <remarks>
/// Among candidates that are all clearly better the lower end of an interval prefers those that stay close to the log, since their weights vary least, and that is not what is wanted; the
/// self-normalised value ranks them much as the truth does. The proof and the veto keep out what is lucky or has overfitted propensities. Whatever is chosen like this was inspected,
/// so what is claimed of it has to come from other decisions: see <see cref="ConfirmingChooser"/>.
/// </remarks>
public sealed record ChoiceRule
{
    /// <summary>Weights that are not believed.</summary>
    public WeightVeto Veto { get; init; } = new();

    /// <summary>Whether a candidate may be chosen by its self-normalised value.</summary>
    public bool IsFinalist(CandidateEvidence candidate) =>
        candidate.Lower > 0 && double.IsFinite(candidate.SelfNormalized) && Veto.Believes(candidate.MeanWeight, candidate.EffectiveSampleSize, candidate.Count);

    /// <summary>Number of the candidate to take; of equals the first.</summary>
    /// <exception cref="ForageException">There is no candidate.</exception>
    public int Best(IReadOnlyList<CandidateEvidence> candidates)
    {
        if (candidates.Count == 0) throw new ForageException("There are 0 candidates to choose from: expected at least one.");
        int best = 0;
        bool finalist = IsFinalist(candidates[0]);
        for (int k = 1; k < candidates.Count; k++)
        {
            bool joins = IsFinalist(candidates[k]);
            bool better = joins != finalist ? joins
                : joins ? candidates[k].SelfNormalized > candidates[best].SelfNormalized
                : candidates[k].Cautious > candidates[best].Cautious;
            if (better) (best, finalist) = (k, joins);
        }
        return best;
    }
}

/// <summary>What the decisions to choose on say about a candidate.</summary>
/// <param name="SelfNormalized">Its self-normalised value.</param>
/// <param name="Lower">Lower end of its difference to the logging policy.</param>
/// <param name="Cautious">What decides where nothing is proved, such as that lower end or the mean difference less its standard error.</param>
/// <param name="MeanWeight">Its mean weight.</param>
/// <param name="EffectiveSampleSize">(Σw)²/Σw².</param>
/// <param name="Count">Decisions.</param>
public readonly record struct CandidateEvidence(double SelfNormalized, double Lower, double Cautious, double MeanWeight, double EffectiveSampleSize, long Count);
