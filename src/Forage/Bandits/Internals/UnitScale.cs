using Forage.Linear;
using Forage.OffPolicy;

namespace Forage.Bandits.Internals;

/// <summary>From the regressors' scale, [-1, 1] or log-odds of it, to rewards in [0, 1].</summary>
internal static class UnitScale
{
    /// <summary>Writes unit rewards of one of several interleaved models; excluded actions become -∞.</summary>
    public static void Of(scoped in DecisionContext context, LossKind loss, ReadOnlySpan<float> scores, int models, int model, Span<float> unit)
    {
        for (int a = 0; a < unit.Length; a++)
        {
            float s = scores[a * models + model];
            unit[a] = loss == LossKind.Logistic ? 1 / (1 + MathF.Exp(-s)) : 0.5f * s + 0.5f;
        }
        foreach (int a in context.Excluded) unit[a] = float.NegativeInfinity;
    }
}
