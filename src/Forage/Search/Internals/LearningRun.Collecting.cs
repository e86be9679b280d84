using Forage.Features;

namespace Forage.Search.Internals;

/// <summary>What is run on an example: the roll-in, and a deviation for every step and action that may matter.</summary>
internal sealed partial class LearningRun
{
    /// <summary>Collects the cost-sensitive examples of one input into <see cref="Examples"/> (or learns them at once, if updates are immediate).</summary>
    /// <param name="program">Runs the program on the input.</param>
    /// <param name="example">Number of the example, over all passes: the key of its coins.</param>
    /// <param name="referenceShare">The reference's share in a mixed policy.</param>
    public void Collect(Action program, long example, double referenceShare)
    {
        (_coins, _referenceShare) = (new Rng(options.Seed).Fork((ulong)example), referenceShare);
        Examples.Clear();
        RunIn(program);
        if (_path.Count > 0 && !_lossReported) SearchThrow.NoLoss();
        Counts.Examples++;
        Counts.Steps += _path.Count;
        bool check = options.Check > 0 && _coins.Fork(ulong.MaxValue).NextDouble() < options.Check;
        if (check) RunAgain(program);
        bool needed = options.RollIn == RollIn.Reference || options.RollOut is RollOut.None or RollOut.Reference || set.Count == 0;
        if (needed && _path.Count > 0 && !_referenceSeen) SearchThrow.NoReference();
        if (options.RollOut == RollOut.None) return;
        do
        {
            _reachGrew = false;
            Examples.Clear();
            _predictionMemory.Clear();
            _lossMemory.Clear();
            for (int t = 0; t < _path.Count && !_reachGrew; t++)
                if (_path[t].Choices(set.Actions) > 1) Deviate(program, t);
        }
        while (_reachGrew && !Immediate); // a step looked back farther than states were told apart by: once more from the start
    }

    private void RunIn(Action program)
    {
        (_phase, _step, _calls, _lossReported, _referenceSeen) = (Phase.RollIn, 0, 0, false, false);
        _path.Clear();
        Counts.Runs++;
        program();
    }

    private void RunAgain(Action program)
    {
        (_phase, _step, _calls, _deviated) = (Phase.Replay, 0, 0, false);
        program();
        if (_step != _path.Count) SearchThrow.Differs(_step, $"it ended after {_step} predictions instead of {_path.Count}");
        Counts.Checks++;
    }

    private void Deviate(Action program, int t)
    {
        var step = _path[t];
        int actions = set.Actions[step.Policy];
        _example = -1;
        double least = double.PositiveInfinity;
        Span<double> losses = actions <= 256 ? stackalloc double[actions] : new double[actions];
        for (int a = 0; a < actions; a++)
        {
            losses[a] = double.PositiveInfinity;
            if (step.Allowed is { } allowed && !allowed.Contains(a)) continue;
            BeginDeviation(t, a, options.Shortcuts);
            program();
            losses[a] = EndDeviation();
            if (_reachGrew && !Immediate) return;
            if (options.Check > 0 && options.Shortcuts != Shortcuts.None) CheckShortcuts(program, t, a, losses[a]);
            least = Math.Min(least, losses[a]);
        }
        var costs = Examples.Costs(_example);
        bool differ = false;
        for (int a = 0; a < actions; a++)
        {
            costs[a] = (float)(losses[a] - least);
            differ |= costs[a] > 0 && costs[a] < float.PositiveInfinity;
        }
        if (!differ) Examples.RemoveLast();
        else if (Immediate) LearnAll();
    }

    private void CheckShortcuts(Action program, int t, int a, double loss)
    {
        if (Coin(t, CheckCoin).Fork((ulong)a).NextDouble() >= options.Check) return;
        int matched = _matchedAt, jumped = _jumpedFrom;
        BeginDeviation(t, a, Shortcuts.None);
        program();
        double whole = EndDeviation();
        Counts.Checks++;
        if (whole.Equals(loss)) return;
        if (matched < 0 && jumped >= 0) SearchThrow.Jumped(t, jumped, $"action {a} leads to a loss of {loss} instead of {whole}");
        SearchThrow.Lied(t, a, matched, loss, whole);
    }

    /// <summary>Learns from the collected examples, one after the other.</summary>
    public void LearnAll()
    {
        for (int i = 0; i < Examples.Count; i++)
        {
            var learner = learners[Examples.Policy(i)];
            _scorer.Score(learner.Table, Examples.Indices(i), Examples.Values(i));
            _scorer.Learn(learner, options, Examples.Indices(i), Examples.Values(i), Examples.Costs(i));
        }
        Counts.Updates += Examples.Count;
        Examples.Clear();
    }
}
