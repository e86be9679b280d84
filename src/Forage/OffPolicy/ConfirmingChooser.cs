using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy;

/// <summary>
/// Chooses on one part of the log and confirms on another: the candidate a <see cref="ChoiceRule"/> takes on the choosing part is the only one whose interval is looked at on the
/// confirming part, so it may spend all of α there, however it was chosen. Better than sharing α when there are many candidates.
/// </summary>
/// <remarks>The parts must be fixed without looking at rewards: see <see cref="IsForConfirming"/>. Candidates must not have been trained on either part.</remarks>
public sealed class ConfirmingChooser
{
    private readonly ChoiceOptions _options;
    private readonly Candidate[] _choosing, _confirming;

    /// <summary>A choice among named candidates.</summary>
    public ConfirmingChooser(IReadOnlyList<string> candidates, ChoiceOptions? options = null)
    {
        _options = options ?? new ChoiceOptions();
        _choosing = Candidate.Create(candidates, _options);
        _confirming = Candidate.Create(candidates, _options);
    }

    /// <summary>How the candidate is chosen; where nothing is proved by the highest mean difference less one standard error.</summary>
    public ChoiceRule Rule { get; init; } = new();

    /// <summary>Whether decision <paramref name="number"/> belongs to the confirming part: pseudo-random, the same every time for a seed.</summary>
    /// <param name="number">0-based number of the decision.</param>
    /// <param name="fraction">Share of the log kept for confirming. Two thirds serves well: choosing needs only the order of the candidates.</param>
    /// <param name="seed">Seed of the split.</param>
    public static bool IsForConfirming(long number, double fraction = 2.0 / 3, ulong seed = 1) => new Features.Rng(seed).Fork((ulong)number).NextDouble() < fraction;

    /// <summary>Takes in one decision as one candidate sees it; every candidate has to see every decision.</summary>
    public void Add(bool confirming, int candidate, scoped in Observation observation) => (confirming ? _confirming : _choosing)[candidate].Add(observation);

    /// <summary>The choice; the results are those of the confirming part.</summary>
    public Choice Result()
    {
        CandidateEvidence[] evidence = [.. _choosing.Select(c => c.Evidence)];
        int best = Rule.Best(evidence);
        if (!(evidence[best].Cautious > 0)) best = -1;
        CandidateResult[] results = [.. _confirming.Select(c => c.Result(_options.Error))];
        // Only the one chosen beforehand may be called better.
        for (int i = 0; i < results.Length; i++)
            if (i != best) results[i] = results[i] with { Better = false };
        return new Choice
        {
            Index = best >= 0 && results[best].Better ? best : -1,
            Closest = best,
            Candidates = results,
            Confidence = _options.Confidence,
        };
    }
}
