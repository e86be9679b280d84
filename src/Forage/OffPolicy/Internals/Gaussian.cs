using MathNet.Numerics.Distributions;

namespace Forage.OffPolicy.Internals;

/// <summary>Normal intervals and the checks of a confidence.</summary>
internal static class Gaussian
{
    /// <summary>z with Pr[|N(0,1)| ≤ z] = confidence.</summary>
    public static double TwoSided(double confidence)
    {
        CheckConfidence(confidence);
        return Normal.InvCDF(0, 1, 0.5 + confidence / 2);
    }

    public static void CheckConfidence(double confidence)
    {
        if (!(confidence > 0 && confidence < 1)) OffPolicyThrow.BadConfidence(confidence);
    }

    public static Estimate Interval(double value, double standardError, long count, double effectiveSampleSize, double confidence)
    {
        double half = TwoSided(confidence) * standardError;
        if (count == 0) return new Estimate(double.NaN, double.NegativeInfinity, double.PositiveInfinity, 0, 0);
        return new Estimate(value, value - half, value + half, count, effectiveSampleSize);
    }
}
