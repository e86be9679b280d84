using Forage.OffPolicy.Checking.Internals;
using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy.Checking;

/// <summary>
/// Reads a log of decisions once and tells whether another policy can be evaluated from it: are the propensities there, possible and those drawn with; what was shown
/// how often; are there duplicates, late rewards, drift; and how many decisions a comparison takes. Memory is bounded.
/// </summary>
/// <remarks>
/// Nothing in a log stops it: what is impossible is counted and explained. Tests and their errors: <see cref="PropensityTest"/> and calibration of logged distributions by
/// betting, at most 1 - confidence each, valid at all times; drift of reward, propensity and action shares by empirical Bernstein intervals of fixed stretches, at most
/// 1 - confidence together if decisions are independent.
/// </remarks>
public sealed class LogCheck
{
    private readonly LogCheckOptions _options;
    private readonly PropensityTally _propensities;
    private readonly DistributionTally _distributions;
    private readonly ActionTally _actions;
    private readonly DelayTally _delays = new();
    private readonly DuplicateFilter _events;
    private readonly DriftMonitor _rewardDrift = new(), _propensityDrift = new();
    private readonly HashSet<string> _versions = [];
    private readonly SeparationTally[] _separations =
    [
        new("uniform policy", new UniformPolicy(), needsDistribution: false),
        new("greedy logging policy", new GreedyPolicy(new LoggingPolicy()), needsDistribution: true),
    ];

    private Moments _rewards, _decisionRewards;
    private long _decisions, _labelled, _skipLearn, _positions, _duplicates, _nonzero, _invalidRewards, _badActions;
    private double _smallestReward = double.PositiveInfinity, _largestReward = double.NegativeInfinity;
    private int _slateLength, _fewestActions = int.MaxValue, _mostActions;

    /// <summary>A check.</summary>
    public LogCheck(LogCheckOptions? options = null)
    {
        _options = options ?? new LogCheckOptions();
        _options.Validate();
        _propensities = new PropensityTally { Declared = _options.SmallestPropensity };
        _distributions = new DistributionTally(_options.Tolerance);
        _actions = new ActionTally(_options.MaxActions);
        _events = new DuplicateFilter(_options.EventMemory);
    }

    /// <summary>Takes in the next decision of the log.</summary>
    public void Add(LoggedDecision decision)
    {
        long number = _decisions++;
        if (decision.EventId.Length > 0 && _events.Seen(decision.EventId)) _duplicates++;
        if (decision.PolicyVersion is { } version && _versions.Count < 1000) _versions.Add(version);
        if (decision.SkipLearn) _skipLearn++;
        _fewestActions = Math.Min(_fewestActions, decision.ActionCount);
        _mostActions = Math.Max(_mostActions, decision.ActionCount);
        _delays.Add(decision.Time, decision.RewardTime);

        var slate = decision.Slate is LoggedAction[] array ? array : decision.Slate.ToArray();
        ReadOnlySpan<double> distribution = decision.Distribution is null ? default : decision.Distribution as double[] ?? [.. decision.Distribution];
        bool sound = distribution.IsEmpty || _distributions.Add(decision, distribution, slate);
        if (slate.Length == 0) return;
        _labelled++;
        _positions += slate.Length;
        _slateLength = Math.Max(_slateLength, slate.Length);
        bool valid = Rewards(slate, number) & Actions(decision, slate);
        int eligible = decision.ActionCount - decision.Excluded.Count;
        _propensities.Add(slate, eligible, sound && valid ? distribution : default);
        _actions.Add(number, slate);
        foreach (var a in slate) valid &= a.LogPropensity is <= 0 and > double.NegativeInfinity;
        if (slate[0].Propensity is > 0 and <= 1) _propensityDrift.Add(number, slate[0].Propensity);
        if (!valid) return;
        foreach (var separation in _separations) separation.Add(decision, number, !distribution.IsEmpty && sound);
    }

    /// <summary>What was found so far.</summary>
    public LogCheckReport Report()
    {
        double error = 1 - _options.Confidence;
        var drift = Drift(error);
        var report = new LogCheckReport
        {
            Findings = [],
            Decisions = _decisions,
            Labelled = _labelled,
            SkipLearn = _skipLearn,
            Positions = _positions,
            SlateLength = _slateLength,
            ActionCounts = _decisions == 0 ? (0, 0) : (_fewestActions, _mostActions),
            PolicyVersions = _versions.Count,
            Rewards = new RewardSummary(_rewards.Mean, _rewards.Count == 0 ? double.NaN : _smallestReward, _rewards.Count == 0 ? double.NaN : _largestReward, _nonzero, _invalidRewards),
            Propensities = _propensities.Summary(),
            PropensityTest = _propensities.Test.Count == 0 ? null : _propensities.Test.Result(_options.Confidence),
            Distributions = _distributions.Summary(_options.Confidence),
            Actions = _actions.Summary(),
            Delays = _delays.Summary(),
            Duplicates = _duplicates,
            Drift = drift,
            Separations = [.. _separations.Select(s => s.Summary(_decisionRewards.Mean, _options.Confidence)).OfType<SeparationSummary>()],
        };
        return report with { Findings = new FindingsWriter(report, _options, _badActions, _actions.Untracked).Write() };
    }

    private bool Rewards(LoggedAction[] slate, long number)
    {
        double sum = 0;
        bool valid = true;
        foreach (var a in slate)
        {
            if (!double.IsFinite(a.Reward))
            {
                _invalidRewards++;
                valid = false;
                continue;
            }
            _rewards.Add(a.Reward);
            if (a.Reward != 0) _nonzero++;
            _smallestReward = Math.Min(_smallestReward, a.Reward);
            _largestReward = Math.Max(_largestReward, a.Reward);
            sum += a.Reward;
        }
        if (!valid) return false;
        _decisionRewards.Add(sum);
        _rewardDrift.Add(number, sum / slate.Length);
        return true;
    }

    private bool Actions(LoggedDecision decision, LoggedAction[] slate)
    {
        for (int j = 0; j < slate.Length; j++)
        {
            bool repeated = false;
            for (int i = 0; i < j; i++) repeated |= slate[i].Action == slate[j].Action;
            if (!repeated && (uint)slate[j].Action < (uint)decision.ActionCount && !decision.Excluded.Contains(slate[j].Action)) continue;
            _badActions++;
            return false;
        }
        return true;
    }

    private DriftSummary Drift(double error)
    {
        if (_decisions > 0)
        {
            _rewardDrift.Reach(_decisions - 1);
            _propensityDrift.Reach(_decisions - 1);
        }
        var range = _options.Rewards ?? new RewardRange(_smallestReward, _largestReward);
        List<DriftChange> changes = [];
        if (_rewardDrift.Change("reward", range.Lower, range.Upper, _decisions, error / 3) is { } reward) changes.Add(reward);
        if (_propensityDrift.Change("propensity", 0, 1, _decisions, error / 3) is { } propensity) changes.Add(propensity);
        changes.AddRange(_actions.Changes(_decisions, error / 3));
        return new DriftSummary(_rewardDrift.BlockSize, _rewardDrift.Means(), _propensityDrift.Means(), changes);
    }
}
