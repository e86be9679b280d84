using Forage.Features;
using Forage.Linear;
using Forage.Oracles;

namespace Forage.Bandits.Taming;

/// <summary>
/// The arg-max oracle, approximately, of linear policies π(x) = arg max_a w_a · x: rewards become cost-sensitive examples, one regressor an action learns
/// them by squared loss (the reduction of §6), and the policy takes the largest prediction, ties to the lower action. Squared loss is a surrogate: <see cref="IsExact"/> is false and
/// halting certifies nothing about Eq. 3, though every step the descent takes is justified by sums it computes itself.
/// </summary>
/// <remarks>
/// Every call trains anew, from nothing, over the contexts that have rewards, in order, several times; rewards are divided by their largest. A policy keeps its learner,
/// 16 bytes × 2^bits × K, as long as it has weight, so bits are few.
/// </remarks>
public sealed class LinearOracle : IArgMaxOracle
{
    private readonly FeatureBlock _rows = new();
    private readonly LinearOptions _options;
    private readonly int _passes;
    private readonly float[] _targets;

    /// <summary>An oracle that knows no context yet.</summary>
    /// <param name="actions">Number of actions K.</param>
    /// <param name="logPolicies">ln of the effective number of policies, say K times the number of features: linear policies are not finitely many.</param>
    /// <param name="options">The regressors, with squared loss; null for the defaults with 10 bits.</param>
    /// <param name="passes">Times the examples are gone over a call.</param>
    public LinearOracle(int actions, double logPolicies, LinearOptions? options = null, int passes = 3)
    {
        if (actions < 2) throw new ForageException($"Linear policies over {actions} action(s) were asked for; expected at least 2.");
        if (!(logPolicies is >= 0 and < double.PositiveInfinity)) throw new ForageException($"A logarithm of the number of policies of {logPolicies} was given; expected 0 or more.");
        if (passes < 1) throw new ForageException($"{passes} passes were asked for; expected at least 1.");
        _options = options ?? new LinearOptions { Bits = 10 };
        _options.Validate();
        if (_options.Loss != LossKind.Squared) throw new ForageException($"Linear policies with {_options.Loss} loss were asked for; expected squared loss.");
        (Actions, LogPolicies, _passes, _targets) = (actions, logPolicies, passes, new float[actions]);
    }

    /// <inheritdoc/>
    public int Actions { get; }

    /// <inheritdoc/>
    public int Contexts => _rows.RowCount;

    /// <inheritdoc/>
    public bool IsExact => false;

    /// <inheritdoc/>
    public double LogPolicies { get; }

    /// <summary>Copies a context's row; every context has a number of its own.</summary>
    /// <returns>Its number.</returns>
    public int Add(in FeatureRow row)
    {
        var writer = new RowWriter(_rows);
        writer.BeginRow();
        for (int g = 0; g < row.GroupCount; g++)
        {
            var group = row.Group(g);
            writer.BeginGroup(group.Namespace);
            writer.AddRange(row.Indices.Slice(group.Start, group.Count), row.Values.Slice(group.Start, group.Count));
            writer.EndGroup();
        }
        return writer.EndRow();
    }

    /// <inheritdoc/>
    public IContextPolicy Best(ReadOnlySpan<double> rewards)
    {
        if (rewards.Length != Contexts * Actions) throw new ArgumentException($"{rewards.Length} rewards were given; expected {Contexts * Actions}.", nameof(rewards));
        var learner = new LinearLearner(_options, Actions);
        double largest = 0;
        foreach (double reward in rewards) largest = Math.Max(largest, reward);
        for (int pass = 0; pass < _passes && largest > 0; pass++)
        {
            for (int x = 0; x < Contexts; x++)
            {
                var row = rewards.Slice(x * Actions, Actions);
                if (!row.ContainsAnyExcept(0)) continue;
                for (int a = 0; a < _targets.Length; a++) _targets[a] = (float)(row[a] / largest);
                learner.LearnAll(_rows[x], _targets);
            }
            learner.EndPass();
        }
        return new LinearPolicy(_rows, learner);
    }

    private sealed class LinearPolicy(FeatureBlock rows, LinearLearner learner) : IContextPolicy
    {
        private readonly float[] _scores = new float[learner.Slots];

        public void Choose(int first, Span<int> actions)
        {
            for (int x = 0; x < actions.Length; x++)
            {
                learner.PredictAll(rows[first + x], _scores);
                int best = 0;
                for (int a = 1; a < _scores.Length; a++)
                    if (_scores[a] > _scores[best]) best = a;
                actions[x] = best;
            }
        }
    }
}
