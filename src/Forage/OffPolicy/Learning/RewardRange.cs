using System.Globalization;

namespace Forage.OffPolicy.Learning;

/// <summary>Rewards of a log lie in [<paramref name="Low"/>, <paramref name="High"/>]; learners and intervals work on [0, 1].</summary>
/// <param name="Low">Least possible reward of one position.</param>
/// <param name="High">Greatest possible reward of one position.</param>
public readonly record struct RewardRange(double Low, double High)
{
    /// <summary>[0, 1].</summary>
    public static RewardRange Unit { get; } = new(0, 1);

    /// <summary>High - Low.</summary>
    public double Width => High - Low;

    /// <summary>(r - Low) / (High - Low).</summary>
    /// <exception cref="ForageException">The reward is outside the range or not a number.</exception>
    public double ToUnit(double reward)
    {
        if (!(reward >= Low && reward <= High))
            throw new ForageException(string.Create(CultureInfo.InvariantCulture, $"Reward {reward} lies outside the range {Low} to {High} that was given or found."));
        return (reward - Low) / Width;
    }

    /// <summary>Low + u (High - Low).</summary>
    public double FromUnit(double unit) => Low + unit * Width;
}
