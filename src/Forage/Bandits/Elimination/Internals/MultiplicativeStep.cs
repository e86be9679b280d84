namespace Forage.Bandits.Elimination.Internals;

/// <summary>
/// Cover's rule for L(P) = -E_x Σ_{a∈A(F,x)} ln P'(a|x): P(f) *= G_f / E_x|A(F, x)| with G_f = (1-κ) V_f + E_x[floor_x Σ_a 1/P'(a|x)]. It is expectation
/// maximisation of a mixture's weights, so L never rises, and Σ_f P(f) G_f = E_x|A(F, x)|, so the sum stays one.
/// </summary>
internal static class MultiplicativeStep
{
    /// <summary>One step from a state that is fresh; it is fresh again after.</summary>
    public static void Take(ProgramState state)
    {
        int k = state.Inverse.Length / state.Context.Length;
        double shift = 0;
        for (int x = 0; x < state.Context.Length; x++)
        {
            double inverse = 0;
            foreach (double v in state.Inverse.AsSpan(x * k, k)) inverse += v;
            shift += state.Floor[x] * inverse;
        }
        double scale = 1 / state.WeightedActions(), sum = 0;
        var p = state.P;
        var values = state.V;
        for (int i = 0; i < p.Length; i++) sum += p[i] *= ((1 - state.Smoothing) * values[i] + shift) * scale;
        for (int i = 0; i < p.Length; i++) p[i] /= sum; // 1 but for rounding
        state.Refresh();
    }
}
