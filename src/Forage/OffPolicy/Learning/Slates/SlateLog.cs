using Forage.Extreme.Embedding;
using Forage.Features;

namespace Forage.OffPolicy.Learning.Slates;

/// <summary>Decisions over a fixed set of actions, made ready for learning by <see cref="SlateLearner"/>s: features, rewards on [0, 1], candidates.</summary>
public sealed class SlateLog
{
    private readonly double[][] _rewards;
    private readonly double[][] _logPropensities;
    private readonly int[][] _shown;

    /// <summary>Prepares a log.</summary>
    /// <param name="log">The log; every decision over the same fixed set of actions.</param>
    /// <param name="candidates">Its candidates, or null if nothing is known of the logging policy but propensities.</param>
    /// <param name="range">Range of the rewards.</param>
    /// <param name="vectors">Numbers of the decisions' dense vectors, to learn from them instead of the shared features; 0: from the features.</param>
    /// <exception cref="ForageException">Actions have features of their own, or a propensity is missing.</exception>
    public SlateLog(IDecisionLog log, CandidateActions? candidates, RewardRange range, int vectors = 0)
    {
        Log = log;
        Candidates = candidates;
        VectorDimension = vectors;
        _rewards = new double[log.Count][];
        _logPropensities = new double[log.Count][];
        _shown = new int[log.Count][];
        for (int i = 0; i < log.Count; i++)
        {
            var context = log.Context(i);
            if (context.HasActionFeatures) throw new ForageException($"Decision {i + 1} describes its actions by features; learning one vector an action needs a fixed set of actions.");
            Actions = Math.Max(Actions, context.ActionCount);
            if (vectors > 0) Rows.Append(context.Vectors ?? throw new ForageException($"Decision {i + 1} has no dense vector; expected one of {vectors} numbers."), context.VectorRow, 1);
            else Rows.Append(context.Rows, context.FirstRow, 1);
            var slate = log.Slate(i);
            SlateLength = Math.Max(SlateLength, slate.Length);
            _rewards[i] = new double[slate.Length];
            _logPropensities[i] = new double[slate.Length];
            _shown[i] = new int[slate.Length];
            for (int j = 0; j < slate.Length; j++)
                (_shown[i][j], _rewards[i][j], _logPropensities[i][j]) = (slate[j].Action, range.ToUnit(slate[j].Reward), slate[j].LogPropensity);
        }
    }

    /// <summary>The log.</summary>
    public IDecisionLog Log { get; }

    /// <summary>Candidates of each decision.</summary>
    public CandidateActions? Candidates { get; }

    /// <summary>Numbers of the dense vectors learnt from; 0: the shared features are.</summary>
    public int VectorDimension { get; }

    /// <summary>What is learnt from, one row a decision.</summary>
    public FeatureBlock Rows { get; } = new();

    /// <summary>Number of actions.</summary>
    public int Actions { get; }

    /// <summary>Longest slate.</summary>
    public int SlateLength { get; }

    /// <summary>Actions shown in decision <paramref name="i"/>.</summary>
    public ReadOnlySpan<int> Shown(int i) => _shown[i];

    /// <summary>Rewards of decision <paramref name="i"/>, on [0, 1].</summary>
    public ReadOnlySpan<double> Rewards(int i) => _rewards[i];

    /// <summary>ln ρ_j of decision <paramref name="i"/>.</summary>
    public ReadOnlySpan<double> LogPropensities(int i) => _logPropensities[i];
}
