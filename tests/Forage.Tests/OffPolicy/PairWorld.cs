using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Tests.OffPolicy;

/// <summary>Weights and 0/1 rewards of single decisions over a few actions, with known values. Fast: for thousands of runs.</summary>
internal sealed class PairWorld(double[] logging, double[] target, double[] means)
{
    /// <summary>Weights 0 or 4 apart from a few: as a greedy policy under uniform logging over 4 actions.</summary>
    public static PairWorld GreedyUnderUniform => new([.25, .25, .25, .25], [0, 1, 0, 0], [.2, .3, .5, .9]);

    /// <summary>Bounded weights, every propensity at least 0.2.</summary>
    public static PairWorld Mild => new([.2, .3, .5], [.5, .3, .2], [.6, .3, .4]);

    /// <summary>A target that mostly does what the log hardly ever did: weights up to 45.</summary>
    public static PairWorld Heavy => new([.9, .08, .02], [.05, .05, .9], [.2, .5, .7]);

    /// <summary>Weight 0.5 nearly always and 500 once in a thousand: the mean is made up of what has not come yet.</summary>
    public static PairWorld Delayed => new([.999, .001], [.4995, .5005], [.3, .9]);

    /// <summary>Rare rewards and moderate weights.</summary>
    public static PairWorld Clicks => new([.25, .25, .25, .25], [.7, .1, .1, .1], [.02, .01, .005, .005]);

    public double Truth => target.Zip(means).Sum(p => p.First * p.Second);

    public double LoggingTruth => logging.Zip(means).Sum(p => p.First * p.Second);

    public double LargestWeight => logging.Zip(target).Max(p => p.Second / p.First);

    public (double Weight, double Reward) Draw(ref Rng rng)
    {
        double u = rng.NextDouble();
        int a = 0;
        while (a < logging.Length - 1 && (u -= logging[a]) >= 0) a++;
        return (target[a] / logging[a], rng.NextDouble() < means[a] ? 1 : 0);
    }
}
