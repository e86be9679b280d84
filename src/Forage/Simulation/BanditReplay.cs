using Forage.Bandits;
using Forage.Features;
using Forage.Linear;

namespace Forage.Simulation;

/// <summary>How a supervised set is played as a bandit.</summary>
public sealed record BanditReplayOptions
{
    /// <summary>Seed of the draws, and of the order if shuffled.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Play the examples in a random order, the same for every bandit of one seed; otherwise as they stand.</summary>
    public bool Shuffle { get; init; }

    /// <summary>How often the whole set is played, one time after another.</summary>
    public int Passes { get; init; } = 1;

    /// <summary>Probability that a reward of 0 is turned into 1 and of 1 into 0; the loss counts what was right.</summary>
    public double Noise { get; init; }
}

/// <summary>What came of one play.</summary>
/// <param name="Rounds">Rounds played.</param>
/// <param name="Loss">Progressive validation: the share of rounds whose action, drawn before learning, was wrong.</param>
/// <param name="CurveRounds">Rounds at which the curve was read, ascending, ten a decade.</param>
/// <param name="CurveLosses">Loss up to each of them.</param>
public sealed record BanditReplayResult(long Rounds, double Loss, IReadOnlyList<double> CurveRounds, IReadOnlyList<double> CurveLosses);

/// <summary>
/// Plays a supervised set as a bandit: labels are actions, the one drawn is right (reward 1) or wrong (reward 0), and nothing is told of the others
/// (Dudík, Langford, Li 2011). The loss is progressive: each action is judged before it is learnt from (Blum, Kalai, Langford 1999).
/// </summary>
public static class BanditReplay
{
    /// <summary>
    /// The fewest bits, up to <paramref name="most"/>, with which no two features of the set fall on the same weight nor on the constant's; hashed features get the most.
    /// Learners made of many tables stay small this way.
    /// </summary>
    public static int BitsFor(SupervisedSet set, int most = 18)
    {
        uint largest = 0;
        for (int i = 0; i < set.Count; i++)
        {
            var row = set.Rows[i];
            for (int g = 0; g < row.GroupCount; g++)
                foreach (uint index in row.Indices[row.Group(g).Start..row.Group(g).End]) largest = Math.Max(largest, index);
        }
        int bits = 1;
        while (bits < most && (largest >> bits != 0 || (FeatureHasher.Constant & ((1u << bits) - 1)) <= largest)) bits++;
        return bits;
    }

    /// <summary>Plays a bandit over the set's labels.</summary>
    /// <param name="set">The set.</param>
    /// <param name="bandit">A bandit of as many actions as the set has labels.</param>
    /// <param name="options">Order, seed, curve.</param>
    /// <param name="progress">Told rounds played, now and then.</param>
    /// <param name="cancellation">Stops it; what was played so far is the result.</param>
    public static BanditReplayResult Run(SupervisedSet set, IContextualBandit bandit, BanditReplayOptions options, Action<long>? progress = null, CancellationToken cancellation = default) =>
        Run(set, new BanditPlay(bandit, set.LabelCount, options), options, progress, cancellation);

    /// <summary>What full information gives under the same learner: one regressor a label towards ±1, all of them taught; the highest decides.</summary>
    /// <param name="set">The set.</param>
    /// <param name="learner">The regressors.</param>
    /// <param name="options">Order, seed, curve.</param>
    /// <param name="progress">Told rounds played, now and then.</param>
    /// <param name="cancellation">Stops it.</param>
    public static BanditReplayResult Supervised(SupervisedSet set, LinearOptions learner, BanditReplayOptions options, Action<long>? progress = null, CancellationToken cancellation = default)
    {
        using var play = new BanditPlay(learner, set.LabelCount);
        return Run(set, play, options, progress, cancellation);
    }

    internal static BanditReplayResult Run(SupervisedSet set, BanditPlay play, BanditReplayOptions options, Action<long>? progress, CancellationToken cancellation)
    {
        if (options.Passes < 1) throw new ForageException($"{options.Passes} passes; expected at least 1.");
        int[]? order = options.Shuffle ? Order(set.Count, options.Seed) : null;
        for (int pass = 0; pass < options.Passes && !cancellation.IsCancellationRequested; pass++) play.Add(set, order, progress, cancellation);
        return play.Result();
    }

    private static int[] Order(int count, ulong seed)
    {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) order[i] = i;
        var rng = new Rng(seed).Fork(2);
        rng.Shuffle<int>(order);
        return order;
    }
}
