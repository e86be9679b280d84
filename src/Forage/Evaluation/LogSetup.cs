using Forage.Linear;
using Forage.OffPolicy;

namespace Forage.Evaluation;

/// <summary>What has to be settled before policies can be learnt or valued from a log: the scale of its rewards, its weights, the size of models.</summary>
public static class LogSetup
{
    /// <summary>Reward range and slate length.</summary>
    /// <param name="log">The log.</param>
    /// <param name="given">The range, if known; else [0, 1] if all rewards lie there, else from the smallest to the largest of the log.</param>
    /// <param name="remarks">Receives what the user should know.</param>
    public static RewardScale Scale(DecisionLog log, RewardRange? given, List<string> remarks)
    {
        RewardRange range;
        if (given is { } known) range = known;
        else if (log.MinReward >= 0 && log.MaxReward <= 1) range = RewardRange.Unit;
        else
        {
            range = new RewardRange(log.MinReward, log.MaxReward);
            if (range.Upper > range.Lower)
                remarks.Add(FormattableString.Invariant($"The rewards range from {range.Lower:G6} to {range.Upper:G6} in this log, and the intervals take that for the range of all rewards there can be; give the true range if it is wider."));
        }
        if (!(range.Upper > range.Lower) || log.MinReward == log.MaxReward)
            throw new ForageException(FormattableString.Invariant($"All rewards of the log are {log.MinReward}: there is nothing to learn from them."));
        return new RewardScale { Range = range, SlateLength = log.SlateLength };
    }

    /// <summary>Weights of slates: inclusion probabilities where the logging distribution is known, else full prefixes.</summary>
    public static SlateWeighting Weighting(DecisionLog log, IPolicy? asked, SlateWeighting? given) =>
        log.SlateLength == 1 ? SlateWeighting.Prefix : given ?? (log.HasDistributions || asked is not null ? SlateWeighting.Inclusion : SlateWeighting.Prefix);

    /// <summary>How decisions are weighed.</summary>
    /// <param name="log">The log.</param>
    /// <param name="asked">The logging policy, if it can be asked.</param>
    /// <param name="weighting">Weights of slates.</param>
    /// <param name="remarks">Receives what the user should know.</param>
    /// <exception cref="ForageException">There are no propensities and no policy to ask for them.</exception>
    public static PolicyWeigherOptions Weigher(DecisionLog log, IPolicy? asked, SlateWeighting weighting, List<string> remarks)
    {
        var options = new PolicyWeigherOptions { Slates = weighting };
        if (log.HasPropensities) return weighting == SlateWeighting.Inclusion && !log.HasDistributions ? options with { Logging = asked } : options;
        if (asked is null)
            throw new ForageException("Propensities are missing, so no policy but the log's own can be valued from it: log them, give the logging policy (--logging-policy), or ask for them to be estimated (--estimate-propensities).");
        remarks.Add("The log lacks propensities of actions shown; those of the logging policy that was given or estimated are used.");
        return options with { Logging = asked };
    }

    /// <summary>Bits and interactions of the regressors candidates are made of.</summary>
    public static LinearOptions Table(DecisionLog log, int? givenBits, IReadOnlyList<string>? givenInteractions)
    {
        var interactions = givenInteractions ?? (log.HasActionFeatures ? Internals.LogShape.Interactions(log) : []);
        int bits = givenBits ?? Internals.LogShape.Bits(log, interactions.Count > 0);
        return new LinearOptions { Bits = bits, Interactions = interactions };
    }
}
