using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy;

/// <summary>The range every reward (of one position) lies in. Intervals that rest on it refuse rewards outside.</summary>
/// <param name="Lower">Smallest possible reward.</param>
/// <param name="Upper">Largest possible reward.</param>
public readonly record struct RewardRange(double Lower, double Upper)
{
    /// <summary>[0, 1].</summary>
    public static RewardRange Unit => new(0, 1);

    /// <summary>Length of the range.</summary>
    public double Length => Upper - Lower;

    /// <summary>(r - Lower) / (Upper - Lower), in [0, 1].</summary>
    /// <exception cref="ForageException">The reward is outside the range or not a number.</exception>
    public double ToUnit(double reward)
    {
        if (!(reward >= Lower && reward <= Upper))
        {
            if (!double.IsFinite(reward)) OffPolicyThrow.BadReward(reward);
            OffPolicyThrow.RewardOutside(reward, this);
        }
        return Math.Clamp((reward - Lower) / Length, 0, 1);
    }

    internal void Validate()
    {
        if (!(double.IsFinite(Lower) && double.IsFinite(Upper) && Lower < Upper))
            throw new ForageException($"The reward range is [{OffPolicyThrow.Text(Lower)}, {OffPolicyThrow.Text(Upper)}]: expected two finite numbers, the first smaller.");
    }
}
