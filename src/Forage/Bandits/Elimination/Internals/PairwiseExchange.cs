namespace Forage.Bandits.Elimination.Internals;

/// <summary>
/// Moves probability from the supported policy of least V to the policy of greatest V, as much of it as lowers L most (Böhning's vertex exchange). Only contexts in
/// which the two differ matter, and V is kept up to date by their cells alone.
/// </summary>
internal sealed class PairwiseExchange(ProgramState state)
{
    private const int Refreshed = 256; // steps after which rounding errors are thrown away
    private readonly int _actions = state.Inverse.Length / state.Context.Length;
    private readonly int[] _contexts = new int[state.Context.Length];
    private readonly double[] _weights = new double[state.Context.Length], _gaining = new double[state.Context.Length], _losing = new double[state.Context.Length];

    /// <summary>Exchanges until max V ≤ <paramref name="target"/> (times the state's total).</summary>
    /// <returns>Number of exchanges; <paramref name="most"/> if it was not reached.</returns>
    public int Until(double target, int most)
    {
        for (int step = 0; step < most; step++)
        {
            if (step % Refreshed == Refreshed - 1) state.Refresh();
            var (gainer, loser) = Extremes();
            if (state.V[gainer] <= target)
            {
                state.Refresh();
                (gainer, loser) = Extremes();
                if (state.V[gainer] <= target) return step;
            }
            if (!Exchange(gainer, loser))
            {
                state.Refresh();
                return step;
            }
        }
        state.Refresh();
        return most;
    }

    private (int Gainer, int Loser) Extremes()
    {
        int gainer = 0, loser = -1;
        var p = state.P;
        var v = state.V;
        for (int i = 0; i < v.Length; i++)
        {
            if (v[i] > v[gainer]) gainer = i;
            if (p[i] > 0 && (loser < 0 || v[i] < v[loser])) loser = i;
        }
        return (gainer, loser);
    }

    // False if nothing is to be gained in double precision.
    private bool Exchange(int gainer, int loser)
    {
        int differing = 0;
        for (int x = 0; x < _contexts.Length; x++)
        {
            var column = state.Column(x);
            if (column[gainer] == column[loser] || !(state.Context[x] > 0)) continue;
            _contexts[differing] = x;
            _weights[differing] = state.Context[x];
            _gaining[differing] = state.Probability(x, x * _actions + column[gainer]);
            _losing[differing++] = state.Probability(x, x * _actions + column[loser]);
        }
        double available = state.P[loser];
        double moved = LineSearch.Best(_weights.AsSpan(0, differing), _gaining.AsSpan(0, differing), _losing.AsSpan(0, differing), 1 - state.Smoothing, available);
        if (!(moved > 0)) return false;
        state.P[gainer] += moved;
        state.P[loser] = moved >= available ? 0 : available - moved;
        for (int d = 0; d < differing; d++) Shift(_contexts[d], state.Column(_contexts[d])[gainer], state.Column(_contexts[d])[loser], moved);
        return true;
    }

    private void Shift(int context, byte gaining, byte losing, double moved)
    {
        int g = context * _actions + gaining, l = context * _actions + losing;
        state.Mass[g] += moved;
        state.Mass[l] = Math.Max(0, state.Mass[l] - moved);
        double weight = state.Context[context];
        double lower = weight / state.Probability(context, g) - state.Inverse[g], higher = weight / state.Probability(context, l) - state.Inverse[l];
        state.Inverse[g] += lower;
        state.Inverse[l] += higher;
        var column = state.Column(context);
        var v = state.V;
        for (int i = 0; i < column.Length; i++)
        {
            if (column[i] == gaining) v[i] += lower;
            else if (column[i] == losing) v[i] += higher;
        }
    }
}
