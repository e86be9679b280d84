using Forage.Bandits.Internals;
using Forage.Features;

namespace Forage.Bandits;

/// <summary>Draws from distributions.</summary>
public static class Sampling
{
    private const double Slack = 1e-6;

    /// <summary>
    /// Draws an action and returns it with the probability it was drawn with: the very number in <paramref name="pmf"/>. What the sum lacks of 1
    /// through rounding falls to the last action of positive probability.
    /// </summary>
    /// <exception cref="ForageException">The probabilities do not sum to 1.</exception>
    public static Draw Draw(ReadOnlySpan<double> pmf, ref Rng rng)
    {
        double u = rng.NextDouble(), sum = 0;
        int chosen = -1, last = -1;
        for (int a = 0; a < pmf.Length; a++)
        {
            double p = pmf[a];
            if (p == 0) continue;
            sum += p;
            last = a;
            if (chosen < 0 && u < sum) chosen = a;
        }
        if (!(Math.Abs(sum - 1) <= Slack)) BanditThrow.NotADistribution(sum);
        if (chosen < 0) chosen = last;
        return new Draw(chosen, pmf[chosen]);
    }
}
