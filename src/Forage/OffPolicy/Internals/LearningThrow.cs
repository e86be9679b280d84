using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Forage.OffPolicy.Internals;

/// <summary>User errors of the learners.</summary>
internal static class LearningThrow
{
    /// <summary>1/ρ, or an error that says what is missing.</summary>
    public static double InversePropensity(LoggedAction shown, long decision)
    {
        double inverse = Math.Exp(-shown.LogPropensity);
        if (!(inverse >= 1 - 1e-9) || double.IsInfinity(inverse)) NoPropensity(shown.Propensity, decision);
        return inverse;
    }

    public static void RequireUnit(double reward, long decision)
    {
        if (!(reward is >= 0 and <= 1)) NotUnit(reward, decision);
    }

    [DoesNotReturn]
    private static void NoPropensity(double propensity, long decision) => throw new ForageException(string.Create(CultureInfo.InvariantCulture,
        $"{At(decision)} has {(double.IsNaN(propensity) ? "no propensity" : $"propensity {propensity}")}; this learner weights by its inverse and needs one in (0, 1]."));

    [DoesNotReturn]
    private static void NotUnit(double reward, long decision) => throw new ForageException(string.Create(CultureInfo.InvariantCulture,
        $"{At(decision)} has reward {reward}; logistic loss needs rewards in [0, 1]: scale them or use squared loss."));

    private static string At(long decision) => decision < 0 ? "A decision" : string.Create(CultureInfo.InvariantCulture, $"Decision {decision}");
}
