using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy;

/// <summary>How many decisions it takes to tell two policies apart, from the variance of their paired difference.</summary>
/// <remarks>
/// A bet of the best size grows wealth by d²/(2σ²) a decision (d small beside σ) and has to win ln(2m/α), plus ln 13 for not knowing the best size among a mixture's 13:
/// n = 2 σ² (ln(2m/α) + ln 13)/d². A fixed-time Gaussian interval needs (z σ/d)², some three times fewer, but says nothing at other times.
/// </remarks>
public static class SampleSize
{
    private static readonly double s_mixtureCost = Math.Log(MixtureBound.Levels);

    /// <summary>Decisions until an anytime-valid interval of a difference of <paramref name="difference"/> excludes 0.</summary>
    /// <param name="difference">True difference d of the values; its sign does not matter.</param>
    /// <param name="variance">Variance σ² of the paired difference of one decision.</param>
    /// <param name="error">α, the error allowed; divide by the number of candidates if they share it.</param>
    /// <returns>A number of decisions; <see cref="long.MaxValue"/> for a difference of 0.</returns>
    public static long Sequence(double difference, double variance, double error) => Round(2 * variance * (Math.Log(2 / error) + s_mixtureCost) / (difference * difference));

    /// <summary>Decisions until a Gaussian interval computed once excludes 0, on average.</summary>
    /// <inheritdoc cref="Sequence"/>
    public static long FixedTime(double difference, double variance, double error) => Round(Math.Pow(Gaussian.TwoSided(1 - error), 2) * variance / (difference * difference));

    /// <summary>The difference that <paramref name="decisions"/> decisions suffice for with an anytime-valid interval.</summary>
    public static double Detectable(long decisions, double variance, double error) => Math.Sqrt(2 * variance * (Math.Log(2 / error) + s_mixtureCost) / decisions);

    private static long Round(double n) => n < 1e18 ? (long)Math.Ceiling(n) : long.MaxValue;
}
