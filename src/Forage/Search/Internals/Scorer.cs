namespace Forage.Search.Internals;

/// <summary>Workspace for scoring: one per search, so that several may use a model at once.</summary>
internal sealed unsafe class Scorer
{
    private uint[] _rows = new uint[64];
    private readonly float[] _scores, _gradient, _costs;

    /// <param name="mostActions">Of the largest policy.</param>
    public Scorer(int mostActions)
    {
        int width = (mostActions + 15) & ~15;
        _scores = GC.AllocateArray<float>(width + 16, pinned: true);
        _gradient = GC.AllocateArray<float>(width + 16, pinned: true);
        _costs = new float[mostActions];
    }

    /// <summary>Scores of the last features scored.</summary>
    public ReadOnlySpan<float> Scores(int actions) => _scores.AsSpan(0, actions);

    /// <summary>Scores all actions.</summary>
    public void Score(ActionTable table, ReadOnlySpan<uint> indices, ReadOnlySpan<float> values)
    {
        if (_rows.Length < indices.Length) _rows = new uint[2 * indices.Length];
        fixed (float* s = _scores) table.Score(indices, values, _rows, s);
    }

    /// <summary>The allowed action with the greatest score.</summary>
    public int Best(int actions, ActionSet? allowed)
    {
        fixed (float* s = _scores, mask = allowed?.Mask) return ActionKernels.Best(s, mask, actions);
    }

    /// <summary>Learns an example whose features were just scored.</summary>
    public void Learn(LearntPolicy policy, SearchOptions options, ReadOnlySpan<uint> indices, ReadOnlySpan<float> values, ReadOnlySpan<float> costs)
    {
        int n = policy.Table.Actions;
        bool moves = CostGradient.Of(options, _scores.AsSpan(0, n), costs, _gradient.AsSpan(0, n));
        Apply(policy, options, indices, values, moves);
    }

    /// <summary>Learns an example with one right action whose features were just scored.</summary>
    public void Learn(LearntPolicy policy, SearchOptions options, ReadOnlySpan<uint> indices, ReadOnlySpan<float> values, int right, ActionSet? allowed)
    {
        int n = policy.Table.Actions;
        bool moves = CostGradient.Of(options, _scores.AsSpan(0, n), right, allowed, _costs.AsSpan(0, n), _gradient.AsSpan(0, n));
        Apply(policy, options, indices, values, moves);
    }

    private void Apply(LearntPolicy policy, SearchOptions options, ReadOnlySpan<uint> indices, ReadOnlySpan<float> values, bool moves)
    {
        policy.Time++;
        if (!moves) return;
        _gradient.AsSpan(policy.Table.Actions).Clear();
        fixed (float* g = _gradient) policy.Table.Update(indices, values, g, options.Rate, options.InitialSum, policy.Time);
    }
}
