using Forage.Bandits;
using Forage.Budgets;
using Forage.Features;

namespace Forage.Simulation.Budgets;

/// <summary>Plays an algorithm in a world under its budgets, drawing every action with the probabilities the algorithm says and booking it in a ledger.</summary>
public sealed class BudgetedPlay
{
    private readonly BudgetedWorld _world;
    private readonly IBudgetedBandit _bandit;
    private readonly double[] _pmf, _consumption;
    private Rng _contexts, _draws, _events;

    /// <summary>Begins a play at round 0.</summary>
    /// <param name="world">The world.</param>
    /// <param name="bandit">The algorithm; it learns.</param>
    /// <param name="rng">Contexts, draws and events have streams of their own, so algorithms that are given equal generators meet equal contexts.</param>
    /// <param name="rule">When the run ends.</param>
    public BudgetedPlay(BudgetedWorld world, IBudgetedBandit bandit, Rng rng, StoppingRule rule = StoppingRule.Reserve)
    {
        if (bandit.Actions != world.Actions) throw new ForageException($"An algorithm of {bandit.Actions} actions does not fit a world of {world.Actions}.");
        (_world, _bandit, _pmf, _consumption) = (world, bandit, new double[world.Actions], new double[world.Budgets.Resources]);
        (_contexts, _draws, _events) = (rng.Fork(1), rng.Fork(2), rng.Fork(3));
        Ledger = new BudgetLedger(world.Budgets, rule);
    }

    /// <summary>The books.</summary>
    public BudgetLedger Ledger { get; }

    /// <summary>Plays to the end of the run.</summary>
    /// <returns>What it earned.</returns>
    public double ToEnd() => Until(_world.Budgets.Horizon);

    /// <summary>Plays until so many rounds are booked or the run ends.</summary>
    /// <returns>What was earned by then.</returns>
    public double Until(long rounds)
    {
        while (Ledger.Rounds < rounds && !Ledger.Ended) Round();
        return Ledger.Reward;
    }

    private void Round()
    {
        int x = _world.DrawContext(ref _contexts);
        _bandit.Distribution(x, _pmf);
        int action = Sampling.Draw(_pmf, ref _draws).Action;
        if (Ledger.Rule == StoppingRule.Reserve && !Ledger.CanReserve(_world.MostConsumption(action)))
        {
            _events.NextUInt64();
            Ledger.Skip();
            _bandit.Skip(x, action);
            return;
        }
        double reward = _world.Draw(x, action, ref _events, _consumption);
        if (Ledger.Book(reward, _consumption)) _bandit.Observe(x, action, _pmf[action], reward, _consumption);
    }
}
