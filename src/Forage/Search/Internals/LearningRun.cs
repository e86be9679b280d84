using Forage.Features;

namespace Forage.Search.Internals;

/// <summary>
/// One example's way through paper 06's Algorithm 3: a roll-in that records, then one run a step and action that deviates from it. This part answers
/// the program's calls; the part on collecting decides what is run.
/// </summary>
internal sealed partial class LearningRun(PolicySet set, SearchOptions options, LearntPolicy[] learners)
{
    private enum Phase { RollIn, Deviation, Replay }

    private const ulong CoinPurposes = 4, DropCoin = 0, ReferenceCoin = 1, ComponentCoin = 2, CheckCoin = 3;

    private readonly Scorer _scorer = new(set.Actions.Max());
    private readonly FeatureGather _gather = new();
    private readonly RollInPath _path = new();
    private readonly PredictionMemory _predictionMemory = new();
    private readonly LossMemory _lossMemory = new();
    private int[] _predictions = new int[64];
    private Phase _phase;
    private Rng _coins;
    private double _referenceShare;
    private int _step, _reach;
    private long _calls;
    private bool _lossReported, _referenceSeen;

    /// <summary>What was counted so far.</summary>
    public SearchCounts Counts;

    /// <summary>What is to be learnt.</summary>
    public CostExamples Examples { get; } = new();

    public int Step => _step;

    public RollInPath Path => _path;

    public int Prediction(int step)
    {
        LooksBack(_step - step); // what the program does with it may depend on it
        return _predictions[step];
    }

    private bool Immediate => options.Updates == UpdateTiming.Immediate;

    public int Predict(SearchFeatures features, Reference reference, ReadOnlySpan<int> conditionOn, ActionSet? allowed, int policy)
    {
        if (_step >= options.MostSteps) SearchThrow.Endless(options.MostSteps);
        int actions = set.Actions[policy];
        if (!reference.Costs.IsEmpty && reference.Costs.Length != actions) SearchThrow.BadActions(reference.Costs.Length, actions, "Costs");
        if (reference.Action >= actions) SearchThrow.BadReference(reference.Action, actions);
        foreach (int c in conditionOn)
            if (c >= 0) LooksBack(_step - c);
        _gather.Fill(features, conditionOn, _predictions.AsSpan(0, _step));
        if (options.Dropout > 0) _gather.Drop(options.Dropout, Coin(_step, DropCoin).Key);
        int action = _phase switch
        {
            Phase.RollIn => VisitStep(reference, allowed, policy),
            Phase.Deviation => DeviatedStep(reference, allowed, policy),
            _ => ReplayedStep(reference, allowed, policy),
        };
        if (_step == _predictions.Length) Array.Resize(ref _predictions, 2 * _step);
        _predictions[_step++] = action;
        return action;
    }

    public void Loss(double loss)
    {
        if (!double.IsFinite(loss)) SearchThrow.NotFinite(loss);
        CountCall();
        _lossReported = true;
        if (_phase == Phase.RollIn) Counts.RollInLoss += loss;
        else if (_deviated && !_fastForwarded) AddLoss(loss);
    }

    public void Snapshot(int site, Span<byte> state)
    {
        CountCall();
        if (options.RollOut == RollOut.None) return; // nothing will come back to it
        if (_phase == Phase.RollIn) _path.AddSnapshot(site, _step, state);
        else if (_phase == Phase.Deviation) ReplaySnapshot(site, state);
    }

    private void LooksBack(int steps)
    {
        if (steps > _reach) (_reach, _reachGrew) = (steps, true);
    }

    // A program that loops without asking for a prediction is endless as well, if it calls anything.
    private void CountCall()
    {
        if (++_calls > 64L * options.MostSteps) SearchThrow.Endless(options.MostSteps);
    }

    private Rng Coin(int step, ulong purpose) => _coins.Fork((ulong)step * CoinPurposes + purpose);

    /// <summary>A prediction of the roll-in.</summary>
    private int VisitStep(Reference reference, ActionSet? allowed, int policy)
    {
        _referenceSeen |= reference.IsKnown;
        bool hashed = options.RollOut != RollOut.None || options.Check > 0;
        ulong hash = hashed ? _gather.Hash(policy, allowed) : 0;
        int choices = allowed?.Count ?? set.Actions[policy], action;
        if (choices == 1)
        {
            action = allowed?.First ?? 0;
        }
        else
        {
            int component = RollInComponent(reference);
            bool teach = options.RollOut == RollOut.None && reference.IsKnown;
            if (teach && Immediate)
            {
                var learner = learners[policy];
                Score(learner.Table);
                action = component == 0 ? _scorer.Best(set.Actions[policy], allowed) : Choose(component, reference, allowed, policy);
                if (reference.Costs.IsEmpty) _scorer.Learn(learner, options, _gather.Indices, _gather.Values, Checked(reference, allowed), allowed);
                else _scorer.Learn(learner, options, _gather.Indices, _gather.Values, Costs(reference, allowed, Examples.Add(policy, default, default, set.Actions[policy])));
                Examples.Clear();
            }
            else
            {
                action = Choose(component, reference, allowed, policy);
                if (teach) Costs(reference, allowed, Examples.Add(policy, _gather.Indices, _gather.Values, set.Actions[policy]));
            }
        }
        _path.Add(new Step(action, policy, allowed, hash));
        return action;
    }

    /// <summary>The costs a reference states, the least 0.</summary>
    private Span<float> Costs(Reference reference, ActionSet? allowed, Span<float> costs)
    {
        int right = reference.Costs.IsEmpty ? Checked(reference, allowed) : ReferenceAction(reference, allowed);
        float least = reference.Costs.IsEmpty ? 0 : reference.Costs[right];
        for (int a = 0; a < costs.Length; a++)
        {
            if (allowed is not null && !allowed.Contains(a)) costs[a] = float.PositiveInfinity;
            else costs[a] = reference.Costs.IsEmpty ? a == right ? 0 : 1 : reference.Costs[a] - least;
        }
        return costs;
    }

    private static int Checked(Reference reference, ActionSet? allowed)
    {
        if (allowed is not null && !allowed.Contains(reference.Action)) throw new ForageException($"The reference is action {reference.Action}, which is not among the allowed ones.");
        return reference.Action;
    }

    private int RollInComponent(Reference reference)
    {
        switch (options.RollIn)
        {
            case RollIn.Reference:
                return reference.IsKnown ? PolicySet.Reference : set.Draw(_coins, (ulong)_step * CoinPurposes + ComponentCoin);
            case RollIn.Learnt:
                return set.Draw(_coins, (ulong)_step * CoinPurposes + ComponentCoin);
            default:
                return Mixed(reference);
        }
    }

    /// <summary>The interpolated policy's coin at this step: tied, so whoever asks at this step is answered by the same policy.</summary>
    private int Mixed(Reference reference)
    {
        if (reference.IsKnown && (_referenceShare >= 1 || (_referenceShare > 0 && Coin(_step, ReferenceCoin).NextDouble() < _referenceShare))) return PolicySet.Reference;
        return set.Draw(_coins, (ulong)_step * CoinPurposes + ComponentCoin);
    }

    private int Choose(int component, Reference reference, ActionSet? allowed, int policy)
    {
        if (component == PolicySet.Reference) return ReferenceAction(reference, allowed);
        if (component >= set.Count) return allowed?.First ?? 0; // nothing is learnt yet and there is no reference either
        Score(set.Table(component, policy));
        return _scorer.Best(set.Actions[policy], allowed);
    }

    private static int ReferenceAction(Reference reference, ActionSet? allowed)
    {
        if (reference.Costs.IsEmpty) return Checked(reference, allowed);
        int best = -1;
        for (int a = 0; a < reference.Costs.Length; a++)
        {
            if (allowed is not null && !allowed.Contains(a)) continue;
            if (!float.IsFinite(reference.Costs[a])) throw new ForageException($"The reference's cost of action {a} is {reference.Costs[a]}; expected a number.");
            if (best < 0 || reference.Costs[a] < reference.Costs[best]) best = a;
        }
        return best;
    }

    private void Score(ActionTable table)
    {
        Counts.Predictions++;
        _scorer.Score(table, _gather.Indices, _gather.Values);
    }
}
