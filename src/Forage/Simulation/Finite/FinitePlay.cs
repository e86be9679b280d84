using Forage.Bandits;
using Forage.Features;

namespace Forage.Simulation.Finite;

/// <summary>What a bandit algorithm lost by some round.</summary>
/// <param name="Rounds">Rounds played, T.</param>
/// <param name="Regret">
/// Σ_t [mean(x_t, π*(x_t)) - Σ_a p_t(a|x_t) mean(x_t, a)]: the expected regret given contexts and past, without the noise of draws and rewards.
/// </param>
/// <param name="Reward">Σ_t r_t(a_t): the rewards really earned.</param>
public readonly record struct RegretPoint(long Rounds, double Regret, double Reward);

/// <summary>Plays a bandit algorithm in a world of known truth, drawing every action with the probabilities the algorithm says.</summary>
public sealed class FinitePlay
{
    private readonly FiniteWorld _world;
    private readonly IFiniteBandit _bandit;
    private readonly int[] _best;
    private readonly double[] _pmf;
    private Rng _contexts;
    private Rng _draws;
    private Rng _rewards;
    private double _regret;
    private double _reward;

    /// <summary>Begins a play at round 0.</summary>
    /// <param name="world">The world.</param>
    /// <param name="bandit">The algorithm; it learns.</param>
    /// <param name="best">What the policy to compare with plays in each context: <see cref="FiniteWorld.BestActions(PolicyTable)"/> or <see cref="FiniteWorld.BestActions()"/>.</param>
    /// <param name="rng">Contexts, draws and rewards have streams of their own, so algorithms that are given equal generators meet equal contexts.</param>
    public FinitePlay(FiniteWorld world, IFiniteBandit bandit, ReadOnlySpan<int> best, Rng rng)
    {
        if (bandit.Actions != world.Actions) throw new ForageException($"An algorithm of {bandit.Actions} actions does not fit a world of {world.Actions}.");
        if (best.Length != world.Contexts) throw new ForageException($"The best policy's actions were given for {best.Length} contexts; expected {world.Contexts}.");
        (_world, _bandit, _best, _pmf) = (world, bandit, best.ToArray(), new double[world.Actions]);
        (_contexts, _draws, _rewards) = (rng.Fork(1), rng.Fork(2), rng.Fork(3));
    }

    /// <summary>Rounds played.</summary>
    public long Rounds { get; private set; }

    /// <summary>Regret and reward so far.</summary>
    public RegretPoint Now => new(Rounds, _regret, _reward);

    /// <summary>Plays until round <paramref name="rounds"/>.</summary>
    /// <returns>Regret and reward by then.</returns>
    public RegretPoint Until(long rounds)
    {
        for (; Rounds < rounds; Rounds++) Round();
        return Now;
    }

    private void Round()
    {
        int x = _world.DrawContext(ref _contexts);
        _bandit.Distribution(x, _pmf);
        int action = Sampling.Draw(_pmf, ref _draws).Action;
        double earned = 0;
        for (int a = 0; a < _pmf.Length; a++) earned += _pmf[a] * _world.Mean(x, a);
        double reward = _world.DrawReward(x, action, ref _rewards);
        _regret += _world.Mean(x, _best[x]) - earned;
        _reward += reward;
        _bandit.Observe(x, action, _pmf[action], reward);
    }
}
