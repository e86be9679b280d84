namespace Forage.Search.Internals;

/// <summary>Deviations: the roll-in again up to a step, a forced action there, a roll-out after it.</summary>
internal sealed partial class LearningRun
{
    private readonly List<double> _losses = [];
    private readonly List<(int Entry, int Losses)> _visited = [];
    private Shortcuts _shortcuts;
    private int _deviateAt, _forced, _example, _jumpedFrom, _matchedAt;
    private double _tail;
    private bool _deviated, _fastForwarded, _reachGrew;

    /// <summary>The index of the cost-sensitive example of the step deviated from; -1 before its features are known.</summary>
    public int Example => _example;

    /// <summary>Step of the snapshot where the last run was cut short; -1 if it was not.</summary>
    public int MatchedAt => _matchedAt;

    private void BeginDeviation(int step, int action, Shortcuts shortcuts)
    {
        (_phase, _deviateAt, _forced, _shortcuts) = (Phase.Deviation, step, action, shortcuts);
        (_step, _calls, _tail, _jumpedFrom, _matchedAt) = (0, 0, 0, -1, -1);
        (_deviated, _fastForwarded) = (false, false);
        _losses.Clear();
        _visited.Clear();
        Counts.Runs++;
    }

    /// <summary>Loss from the deviation on, summed from the end, so that a stored loss to go is a partial sum and every way gives the same bits.</summary>
    private double EndDeviation()
    {
        if (!_deviated) SearchThrow.Differs(_deviateAt, $"it ended after {_step} predictions instead of going on");
        double sum = _tail;
        int v = _visited.Count - 1;
        for (int i = _losses.Count; i >= 0; i--)
        {
            for (; v >= 0 && _visited[v].Losses == i; v--) _lossMemory.Set(_visited[v].Entry, sum);
            if (i > 0) sum = _losses[i - 1] + sum;
        }
        if (_deviateAt < _path.Count) _predictions[_deviateAt] = _path[_deviateAt].Action;
        return sum;
    }

    private void AddLoss(double loss) => _losses.Add(loss);

    private int DeviatedStep(Reference reference, ActionSet? allowed, int policy)
    {
        if (_fastForwarded) return _step < _path.Count ? _path[_step].Action : allowed?.First ?? 0; // the outcome is known; the program only has to end
        if (_step < _deviateAt)
        {
            ref readonly var step = ref _path[_step];
            if ((_shortcuts & Shortcuts.Memory) != 0) return step.Action;
            return step.Choices(set.Actions) == 1 ? step.Action : Choose(RollInComponent(reference), reference, allowed, policy);
        }
        if (_step > _deviateAt) return RollOutStep(reference, allowed, policy);
        if (_gather.Hash(policy, allowed) != _path[_step].Hash)
        {
            if (_jumpedFrom >= 0) SearchThrow.Jumped(_step, _jumpedFrom, "the features or allowed actions are others");
            SearchThrow.Differs(_step, "the features or allowed actions are others");
        }
        if (_example < 0)
        {
            _example = Examples.Count;
            Examples.Add(policy, _gather.Indices, _gather.Values, set.Actions[policy]);
        }
        _deviated = true;
        return _forced;
    }

    private int RollOutStep(Reference reference, ActionSet? allowed, int policy)
    {
        if (allowed is { Count: 1 }) return allowed.First;
        if (set.Actions[policy] == 1) return 0;
        int component = options.RollOut switch
        {
            RollOut.Reference => PolicySet.Reference,
            RollOut.Learnt => set.Draw(_coins, (ulong)_step * CoinPurposes + ComponentCoin),
            RollOut.MixedPerStep => Mixed(reference),
            _ => RollOutIdentity == 1 ? PolicySet.Reference : set.Draw(_coins, (ulong)_step * CoinPurposes + ComponentCoin),
        };
        if (component == PolicySet.Reference && !reference.IsKnown) component = set.Draw(_coins, (ulong)_step * CoinPurposes + ComponentCoin);
        if (component == PolicySet.Reference || (_shortcuts & Shortcuts.Memory) == 0) return Choose(component, reference, allowed, policy);
        ulong key = _gather.Hash(policy, allowed) + (ulong)component * 0x9E3779B97F4A7C15;
        if (_predictionMemory.TryFind(key, out int known))
        {
            Counts.Remembered++;
            return known;
        }
        int action = Choose(component, reference, allowed, policy);
        _predictionMemory.Add(key, action);
        return action;
    }

    /// <summary>Which policy completes deviations at this step where a coin decides: 1 the reference, 0 what is learnt. All actions of a step share the coin.</summary>
    private int RollOutIdentity => options.RollOut == RollOut.MixedPerRoll && _coins.Fork((ulong)_deviateAt * CoinPurposes + ReferenceCoin).NextDouble() < options.Beta ? 1 : 0;

    private void ReplaySnapshot(int site, Span<byte> state)
    {
        if (_fastForwarded) return;
        if (_step <= _deviateAt && !_deviated)
        {
            if (_jumpedFrom >= 0 || (_shortcuts & Shortcuts.JumpTo) == 0) return;
            int last = _path.LastSnapshot(site, _deviateAt);
            if (last < 0 || _path.Snapshot(last).Step <= _step) return;
            Restore(last, state);
            _jumpedFrom = _step;
            Counts.Jumps++;
            return;
        }
        if ((_shortcuts & Shortcuts.FastForward) == 0) return;
        int reach = Math.Min(_reach, _step);
        var (entry, known) = _lossMemory.Visit(site, _step, RollOutIdentity, state, _predictions.AsSpan(_step - reach, reach));
        if (!known)
        {
            _visited.Add((entry, _losses.Count));
            return;
        }
        (_tail, _fastForwarded, _matchedAt) = (_lossMemory.Loss(entry), true, _step);
        Counts.FastForwards++;
        int end = _path.LastSnapshot(site, int.MaxValue);
        if (end >= 0 && _path.Snapshot(end).Step > _step) Restore(end, state);
    }

    private void Restore(int snapshot, Span<byte> state)
    {
        ref readonly var mark = ref _path.Snapshot(snapshot);
        var stored = _path.State(mark);
        if (stored.Length != state.Length) throw new ForageException($"A snapshot has {state.Length} bytes where it had {stored.Length}; a state must have one size at one place of the program.");
        stored.CopyTo(state);
        for (; _step < mark.Step; _step++)
        {
            if (_step == _predictions.Length) Array.Resize(ref _predictions, 2 * _step);
            _predictions[_step] = _path[_step].Action;
        }
    }

    /// <summary>A run of the same path again, comparing.</summary>
    private int ReplayedStep(Reference reference, ActionSet? allowed, int policy)
    {
        if (_step >= _path.Count) SearchThrow.Differs(_step, "it asks for one more prediction");
        ref readonly var step = ref _path[_step];
        if (step.Policy != policy || _gather.Hash(policy, allowed) != step.Hash) SearchThrow.Differs(_step, "the policy, the features or the allowed actions are others");
        return step.Action;
    }
}
