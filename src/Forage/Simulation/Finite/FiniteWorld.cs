using Forage.Bandits;
using Forage.Features;

namespace Forage.Simulation.Finite;

/// <summary>How a reward is drawn around its mean.</summary>
public enum RewardNoise
{
    /// <summary>1 with the mean as probability, else 0.</summary>
    Bernoulli,

    /// <summary>The mean itself.</summary>
    None,
}

/// <summary>
/// A contextual bandit whose truth is known: contexts drawn independently from a finite distribution, a mean reward in [0, 1] for each context and
/// action. Immutable, so many runs may share it.
/// </summary>
public sealed class FiniteWorld
{
    private readonly double[] _probabilities;
    private readonly double[] _cumulative;
    private readonly double[] _means;

    /// <summary>A world.</summary>
    /// <param name="probabilities">Probability of each context; they sum to one.</param>
    /// <param name="means">contexts × K mean rewards in [0, 1], a context's row after the other.</param>
    /// <param name="noise">How rewards are drawn around their means.</param>
    /// <exception cref="ForageException">A probability or a mean is out of range.</exception>
    public FiniteWorld(ReadOnlySpan<double> probabilities, ReadOnlySpan<double> means, RewardNoise noise = RewardNoise.Bernoulli)
    {
        if (probabilities.IsEmpty || means.IsEmpty || means.Length % probabilities.Length != 0)
            throw new ForageException($"{means.Length} mean rewards were given for {probabilities.Length} contexts; expected as many a context, and at least one context and action.");
        _probabilities = probabilities.ToArray();
        _means = means.ToArray();
        _cumulative = new double[probabilities.Length];
        double sum = 0;
        for (int x = 0; x < probabilities.Length; x++)
        {
            if (!(probabilities[x] >= 0)) throw new ForageException($"Context {x} has probability {probabilities[x]}; expected at least 0.");
            _cumulative[x] = sum += probabilities[x];
        }
        if (!(Math.Abs(sum - 1) <= 1e-9)) throw new ForageException($"The probabilities of contexts sum to {sum}; expected 1.");
        foreach (double mean in means)
            if (!(mean is >= 0 and <= 1)) throw new ForageException($"A mean reward of {mean} was given; expected one in [0, 1].");
        Actions = means.Length / probabilities.Length;
        Noise = noise;
    }

    /// <summary>Number of contexts.</summary>
    public int Contexts => _probabilities.Length;

    /// <summary>Number of actions K.</summary>
    public int Actions { get; }

    /// <summary>How rewards are drawn around their means.</summary>
    public RewardNoise Noise { get; }

    /// <summary>Probability of each context.</summary>
    public ReadOnlySpan<double> Probabilities => _probabilities;

    /// <summary>contexts × K mean rewards.</summary>
    public ReadOnlySpan<double> Means => _means;

    /// <summary>Mean reward of an action in a context.</summary>
    public double Mean(int context, int action) => _means[context * Actions + action];

    /// <summary>Draws a context.</summary>
    public int DrawContext(ref Rng rng)
    {
        double u = rng.NextDouble() * _cumulative[^1];
        int low = 0, high = _cumulative.Length - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (u < _cumulative[middle]) high = middle;
            else low = middle + 1;
        }
        return low;
    }

    /// <summary>Draws the reward of an action in a context.</summary>
    public double DrawReward(int context, int action, ref Rng rng)
    {
        double mean = Mean(context, action);
        return Noise == RewardNoise.None ? mean : rng.NextDouble() < mean ? 1 : 0;
    }

    /// <summary>The values R(π) = E_x[mean(x, π(x))] of a class of policies.</summary>
    public double[] Values(PolicyTable policies)
    {
        if (policies.Contexts != Contexts || policies.Actions != Actions)
            throw new ForageException($"Policies over {policies.Contexts} contexts and {policies.Actions} actions do not fit a world of {Contexts} and {Actions}.");
        var weighted = new double[_means.Length];
        for (int i = 0; i < weighted.Length; i++) weighted[i] = _probabilities[i / Actions] * _means[i];
        var values = new double[policies.Count];
        policies.Sum(weighted, values);
        return values;
    }

    /// <summary>The best action of each context, ties to the lower: the best policy of all.</summary>
    public int[] BestActions()
    {
        var best = new int[Contexts];
        for (int x = 0; x < best.Length; x++)
            for (int a = 1; a < Actions; a++)
                if (Mean(x, a) > Mean(x, best[x])) best[x] = a;
        return best;
    }

    /// <summary>What the best policy of a class plays in each context, ties to the lower number.</summary>
    public int[] BestActions(PolicyTable policies)
    {
        var values = Values(policies);
        int best = Array.IndexOf(values, values.Max());
        var actions = new int[Contexts];
        for (int x = 0; x < actions.Length; x++) actions[x] = policies[best, x];
        return actions;
    }

    /// <summary>A world of random means, uniform in [0, 1], and contexts of random probabilities (uniform over the simplex).</summary>
    public static FiniteWorld Random(int contexts, int actions, ref Rng rng, RewardNoise noise = RewardNoise.Bernoulli)
    {
        var probabilities = new double[contexts];
        foreach (ref double p in probabilities.AsSpan()) p = rng.NextExponential();
        double sum = probabilities.Sum();
        foreach (ref double p in probabilities.AsSpan()) p /= sum;
        var means = new double[contexts * actions];
        foreach (ref double mean in means.AsSpan()) mean = rng.NextDouble();
        return new FiniteWorld(probabilities, means, noise);
    }
}
