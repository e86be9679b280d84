using Forage.Data;
using Forage.Evaluation;
using Forage.Linear;
using Forage.OffPolicy;
using Forage.OffPolicy.Learning;

namespace Forage.Training;

/// <summary>
/// Learns a policy from a log of decisions in one go over it or several, in pooled memory. Before it learns from a decision it says which action it
/// would take; the inverse-propensity value of those choices, Σ 1{a = shown} r/ρ / n, is the progressive estimate of the policy's worth (Langford,
/// Strehl, Wortman 2008).
/// </summary>
public sealed class BanditTrainer : IDisposable
{
    private readonly LinearLearner _regressor;
    private readonly LinearLearner? _correction;
    private readonly IOffPolicyLearner _learner;
    private readonly PolicyScratch _scratch = new();
    private readonly bool _fixedActions;
    private long _seen;

    /// <summary>A trainer that knows nothing.</summary>
    /// <param name="method">How it learns.</param>
    /// <param name="options">Bits, rate and interactions of the regressor; its loss is squared.</param>
    /// <param name="fixedActions">Number of actions of a fixed set; 0 if actions bring their own features.</param>
    /// <param name="weightCap">Largest weight 1/ρ used in learning.</param>
    public BanditTrainer(BanditMethod method, LinearOptions options, int fixedActions, float weightCap = 100)
    {
        if (!(weightCap >= 1)) throw new ForageException($"The cap of weights is {weightCap}; expected 1 or more.");
        _fixedActions = fixedActions > 0;
        bool invariant = method is BanditMethod.Mtr or BanditMethod.Dm;
        _regressor = new LinearLearner(invariant ? options with { Loss = LossKind.Squared } : ActionModel.Regression(options), Math.Max(1, fixedActions));
        var model = new ActionModel(_regressor);
        if (method == BanditMethod.Dr) _correction = new LinearLearner(ActionModel.Regression(options), Math.Max(1, fixedActions));
        _learner = method switch
        {
            BanditMethod.Mtr => new InvariantRegressionLearner(model, weightCap),
            BanditMethod.Dm => new InvariantRegressionLearner(model),
            BanditMethod.Dr => new DoublyRobustLearner(model, _correction!, RewardLoss.Squared, weightCap),
            BanditMethod.Ips => new SoftmaxLearner(model, new SoftmaxLearnerOptions { WeightCap = weightCap, Translation = 0 }),
            BanditMethod.Snips => new SoftmaxLearner(model, new SoftmaxLearnerOptions { WeightCap = weightCap }),
            _ => throw new ArgumentOutOfRangeException(nameof(method)),
        };
        Method = method;
    }

    /// <summary>How it learns.</summary>
    public BanditMethod Method { get; }

    /// <summary>Decisions learnt from.</summary>
    public long Decisions { get; private set; }

    /// <summary>Decisions without an outcome, or marked not to be learnt from.</summary>
    public long Unlabelled { get; private set; }

    /// <summary>Mean reward of what was shown.</summary>
    public double LoggedReward => _logged / Decisions;

    /// <summary>Inverse-propensity value of the choices made before learning.</summary>
    public double ProgressiveReward => _progressive / Decisions;

    /// <summary>The policy learnt: the action with the highest score.</summary>
    public IPolicy Policy => new GreedyPolicy(new ScorePolicy(_learner.Scorer));

    private double _logged, _progressive;

    /// <summary>Learns from every decision of a batch.</summary>
    /// <exception cref="ForageException">A decision that is not of the kind the trainer was made for, or has no propensity where one is needed.</exception>
    public void Learn(DecisionBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            var record = batch[i];
            var slate = batch.Slate(i);
            _seen++;
            if (slate.IsEmpty || record.SkipLearn)
            {
                Unlabelled++;
                continue;
            }
            bool hasRows = record.RowCount > 1;
            if (hasRows == _fixedActions || (_fixedActions && record.ActionCount > _regressor.Slots)) ThrowKind(record);
            _scratch.Clear();
            var context = new DecisionContext(batch.Rows, record.FirstRow, hasRows, record.ActionCount, batch.Excluded(i), batch.Distribution(i), _seen - 1);
            var scores = _scratch.Floats(record.ActionCount);
            _learner.Scorer.Score(context, scores, _scratch);
            foreach (int excluded in batch.Excluded(i)) scores[excluded] = float.NegativeInfinity;
            int best = 0;
            for (int a = 1; a < scores.Length; a++)
                if (scores[a] > scores[best]) best = a;
            _learner.Learn(context, slate, _scratch);
            Decisions++;
            _logged += slate[0].Reward;
            if (slate[0].Action == best) _progressive += slate[0].Reward / slate[0].Propensity;
        }
    }

    /// <summary>A pass over the log has ended.</summary>
    public void EndPass() => _learner.EndPass();

    /// <inheritdoc/>
    public void Dispose()
    {
        _regressor.Dispose();
        _correction?.Dispose();
    }

    private void ThrowKind(DecisionRecord record) => throw new ForageException(record.RowCount > 1
        ? $"Decision {_seen - 1} brings features of its actions, and the learner was made for {_regressor.Slots} fixed ones."
        : _fixedActions
            ? $"Decision {_seen - 1} is among {record.ActionCount} actions, and the learner was made for {_regressor.Slots}."
            : $"Decision {_seen - 1} has no features of its {record.ActionCount} actions; say how many fixed ones there are (--actions {record.ActionCount}).");
}
