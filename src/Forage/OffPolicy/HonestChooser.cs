using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy;

/// <summary>
/// Chooses among m candidates on one log: each candidate's paired difference to the logging policy gets the error α/m, and one is chosen only if its
/// interval lies above 0; of several the one with the highest lower end. The probability that a policy is chosen that is not better is at most α, however many
/// candidates there are and whenever one looks (Bonferroni over anytime-valid intervals).
/// </summary>
/// <remarks>The candidates must not have been trained on the decisions they are compared on. With many candidates <see cref="ConfirmingChooser"/> finds smaller gains.</remarks>
public sealed class HonestChooser
{
    private readonly ChoiceOptions _options;
    private readonly Candidate[] _candidates;

    /// <summary>A choice among named candidates.</summary>
    public HonestChooser(IReadOnlyList<string> candidates, ChoiceOptions? options = null)
    {
        _options = options ?? new ChoiceOptions();
        _candidates = Candidate.Create(candidates, _options);
    }

    /// <summary>Takes in one decision as one candidate sees it; every candidate has to see every decision.</summary>
    public void Add(int candidate, scoped in Observation observation) => _candidates[candidate].Add(observation);

    /// <summary>The choice on what was seen so far.</summary>
    public Choice Result()
    {
        CandidateResult[] results = [.. _candidates.Select(c => c.Result(_options.Error / _candidates.Length))];
        return new Choice
        {
            Index = Candidate.Best(results, r => r.Better, r => r.Difference.Lower),
            Closest = Candidate.Best(results, r => r.MoreDecisions is not null, r => -r.MoreDecisions!.Value),
            Candidates = results,
            Confidence = _options.Confidence,
        };
    }
}
