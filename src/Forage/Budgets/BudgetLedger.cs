using Forage.Budgets.Internals;
using Forage.Persistence;

namespace Forage.Budgets;

/// <summary>
/// The books of one run: what was consumed and earned, to the last bit (sums of doubles are kept unrounded), and what may still be done. No resource can be overdrawn, whatever the caller does: under
/// <see cref="StoppingRule.Reserve"/> an action is refused unless the most it can consume is left, and under <see cref="StoppingRule.Violation"/> the round that would overdraw ends the run and is not booked.
/// </summary>
public sealed class BudgetLedger
{
    private const string Tag = "LEDG";
    private readonly ExactSum[] _spent;
    private ExactSum _reward = new();

    /// <summary>Books with nothing in them.</summary>
    /// <param name="budgets">What there is.</param>
    /// <param name="rule">When the run ends.</param>
    public BudgetLedger(ResourceBudgets budgets, StoppingRule rule = StoppingRule.Reserve)
    {
        (Budgets, Rule, _spent) = (budgets, rule, new ExactSum[budgets.Resources]);
        for (int i = 0; i < _spent.Length; i++) _spent[i] = new ExactSum();
    }

    /// <summary>What there was at the start.</summary>
    public ResourceBudgets Budgets { get; }

    /// <summary>When the run ends.</summary>
    public StoppingRule Rule { get; }

    /// <summary>Rounds booked.</summary>
    public long Rounds { get; private set; }

    /// <summary>Rounds in which nothing was done.</summary>
    public long Skipped { get; private set; }

    /// <summary>The round, from 1, that would have overdrawn a resource; 0 if none has. Only under <see cref="StoppingRule.Violation"/>.</summary>
    public long ViolatingRound { get; private set; }

    /// <summary>True when no round is left.</summary>
    public bool Ended => Rounds >= Budgets.Horizon || ViolatingRound > 0;

    /// <summary>Everything earned.</summary>
    public double Reward => _reward.Value;

    /// <summary>Consumed so far of a resource.</summary>
    public double Spent(int resource) => _spent[resource].Value;

    /// <summary>Left of a resource.</summary>
    public double Remaining(int resource) => Math.Max(0, Budgets.Limits[resource] - Spent(resource));

    /// <summary>True if a round is left and what was consumed plus <paramref name="most"/> stays within every budget.</summary>
    /// <param name="most">The most the action can consume of each resource.</param>
    public bool CanReserve(ReadOnlySpan<double> most)
    {
        CheckAmounts(most);
        return !Ended && Fits(most);
    }

    /// <summary>The same with more set aside already.</summary>
    internal bool CanReserve(ReadOnlySpan<double> most, ExactSum[] aside)
    {
        CheckAmounts(most);
        for (int i = 0; i < _spent.Length; i++)
            if (!_spent[i].Fits(most[i], Budgets.Limits[i], aside[i].Parts)) return false;
        return !Ended;
    }

    /// <summary>Books a round in which nothing is done: time passes.</summary>
    public void Skip()
    {
        CheckOpen();
        Rounds++;
        Skipped++;
    }

    /// <summary>Books a round.</summary>
    /// <param name="reward">What it earned, finite.</param>
    /// <param name="consumption">What it consumed of each resource, ≥ 0.</param>
    /// <returns>False if the round violates a budget and the run is over (<see cref="StoppingRule.Violation"/> only).</returns>
    /// <exception cref="ForageException">Under <see cref="StoppingRule.Reserve"/>, the round overdraws a resource: more was consumed than was said to be possible.</exception>
    public bool Book(double reward, ReadOnlySpan<double> consumption)
    {
        CheckOpen();
        CheckAmounts(consumption);
        if (!double.IsFinite(reward)) BudgetThrow.Wrong($"A reward of {reward} was met; expected a finite number.");
        if (!Fits(consumption))
        {
            if (Rule == StoppingRule.Violation)
            {
                ViolatingRound = Rounds + 1;
                return false;
            }
            for (int i = 0; i < _spent.Length; i++)
                if (!_spent[i].Fits(consumption[i], Budgets.Limits[i])) BudgetThrow.Wrong($"Round {Rounds + 1} consumes {consumption[i]} of resource {i}, of which {Remaining(i)} is left; reserve the most an action can consume before it is taken.");
        }
        for (int i = 0; i < _spent.Length; i++) _spent[i].Add(consumption[i]);
        _reward.Add(reward);
        Rounds++;
        return true;
    }

    /// <summary>Writes budgets and books, sums unrounded.</summary>
    public void Save(ModelWriter writer)
    {
        writer.BeginChunk(Tag, 1);
        writer.Write(Budgets.Horizon);
        writer.Write(Budgets.Limits);
        writer.Write((int)Rule);
        writer.Write(Rounds);
        writer.Write(Skipped);
        writer.Write(ViolatingRound);
        writer.Write(_reward.Parts);
        foreach (var sum in _spent) writer.Write(sum.Parts);
        writer.EndChunk();
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static BudgetLedger Load(ModelReader reader)
    {
        reader.BeginChunk(Tag, 1);
        long horizon = reader.ReadInt64();
        var budgets = new ResourceBudgets(horizon, reader.ReadDoubles());
        var ledger = new BudgetLedger(budgets, (StoppingRule)reader.ReadInt32()) { Rounds = reader.ReadInt64(), Skipped = reader.ReadInt64(), ViolatingRound = reader.ReadInt64() };
        foreach (double part in reader.ReadDoubles()) ledger._reward.Add(part);
        for (int i = 0; i < ledger._spent.Length; i++)
            foreach (double part in reader.ReadDoubles()) ledger._spent[i].Add(part);
        reader.EndChunk();
        return ledger;
    }

    private bool Fits(ReadOnlySpan<double> amounts)
    {
        for (int i = 0; i < _spent.Length; i++)
            if (!_spent[i].Fits(amounts[i], Budgets.Limits[i])) return false;
        return true;
    }

    private void CheckOpen()
    {
        if (Ended) BudgetThrow.Wrong($"Round {Rounds + 1} was to be booked, but the run ended after {Rounds} rounds of {Budgets.Horizon}.");
    }

    private void CheckAmounts(ReadOnlySpan<double> amounts)
    {
        if (amounts.Length != _spent.Length) BudgetThrow.Wrong($"Consumption of {amounts.Length} resources was given; expected {_spent.Length}.");
        for (int i = 0; i < amounts.Length; i++)
            if (!(amounts[i] >= 0 && double.IsFinite(amounts[i]))) BudgetThrow.Wrong($"A consumption of {amounts[i]} of resource {i} was met; expected a finite number of at least 0.");
    }
}
