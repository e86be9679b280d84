using Forage.Bandits;
using Forage.Budgets;
using Forage.Budgets.Programs;
using Forage.Features;

namespace Forage.Simulation.Budgets;

/// <summary>
/// A contextual bandit under budgets whose truth is known (paper 01, §3). Contexts are drawn independently from a finite distribution; an action succeeds with a probability of its own in each context (a click, a sale, a job
/// done), and only then earns its reward and consumes. So reward and consumption are correlated as they are in the applications; an event of probability 1 makes them certain. Action 0 is the null action. Immutable.
/// </summary>
public sealed class BudgetedWorld
{
    private readonly double[] _probabilities, _events, _rewards, _consumption;

    /// <summary>A world.</summary>
    /// <param name="probabilities">Probability of each context.</param>
    /// <param name="events">contexts × K probabilities of success; those of action 0 are not used.</param>
    /// <param name="rewards">contexts × K rewards of a success, in [0, 1]; those of action 0 must be 0.</param>
    /// <param name="consumption">contexts × K × R consumptions of a success, in [0, 1]; those of action 0 must be 0.</param>
    /// <param name="budgets">The budgets of a run.</param>
    /// <exception cref="ForageException">A size or number is out of range.</exception>
    public BudgetedWorld(ReadOnlySpan<double> probabilities, ReadOnlySpan<double> events, ReadOnlySpan<double> rewards, ReadOnlySpan<double> consumption, ResourceBudgets budgets)
    {
        int contexts = probabilities.Length;
        if (contexts == 0 || events.IsEmpty || events.Length % contexts != 0) throw new ForageException($"{events.Length} probabilities of success were given for {contexts} contexts; expected as many a context and at least one.");
        if (rewards.Length != events.Length || consumption.Length != events.Length * budgets.Resources)
            throw new ForageException($"{rewards.Length} rewards and {consumption.Length} consumptions were given; expected {events.Length} and {events.Length * budgets.Resources}.");
        double sum = 0;
        foreach (double p in probabilities) sum += p >= 0 ? p : double.NaN;
        if (!(Math.Abs(sum - 1) <= 1e-9)) throw new ForageException(FormattableString.Invariant($"The probabilities of contexts sum to {sum}; expected 1 and none below 0."));
        foreach (double v in (ReadOnlySpan<double>)[.. events, .. rewards, .. consumption])
            if (!(v is >= 0 and <= 1)) throw new ForageException(FormattableString.Invariant($"A world was given the number {v}; expected probabilities, rewards and consumptions in [0, 1]."));
        Actions = events.Length / contexts;
        for (int x = 0; x < contexts; x++)
        {
            int cell = x * Actions;
            double used = rewards[cell];
            for (int i = 0; i < budgets.Resources; i++) used += consumption[cell * budgets.Resources + i];
            if (used != 0) throw new ForageException($"Action 0 earns or consumes something in context {x}; expected the null action.");
        }
        (_probabilities, _events, _rewards, _consumption, Budgets) = (probabilities.ToArray(), events.ToArray(), rewards.ToArray(), consumption.ToArray(), budgets);
        Most = new double[Actions * budgets.Resources];
        for (int i = 0; i < _consumption.Length; i++)
        {
            int at = i % Most.Length;
            if (_events[i / Math.Max(1, budgets.Resources)] > 0) Most[at] = Math.Max(Most[at], _consumption[i]);
        }
    }

    /// <summary>Number of contexts.</summary>
    public int Contexts => _probabilities.Length;

    /// <summary>Number of actions K, the null action among them.</summary>
    public int Actions { get; }

    /// <summary>Budgets and horizon of a run.</summary>
    public ResourceBudgets Budgets { get; }

    /// <summary>Probability of each context.</summary>
    public ReadOnlySpan<double> Probabilities => _probabilities;

    /// <summary>The most an action can consume of each resource in any context: R numbers.</summary>
    public ReadOnlySpan<double> MostConsumption(int action) => Most.AsSpan(action * Budgets.Resources, Budgets.Resources);

    private double[] Most { get; }

    /// <summary>The same world with other budgets.</summary>
    public BudgetedWorld With(ResourceBudgets budgets) => new(_probabilities, _events, _rewards, _consumption, budgets);

    /// <summary>Expected reward of an action in a context.</summary>
    public double MeanReward(int context, int action) => _events[context * Actions + action] * _rewards[context * Actions + action];

    /// <summary>Expected consumption of a resource by an action in a context.</summary>
    public double MeanConsumption(int context, int action, int resource) => _events[context * Actions + action] * _consumption[(context * Actions + action) * Budgets.Resources + resource];

    /// <summary>Draws a context.</summary>
    public int DrawContext(ref Rng rng)
    {
        double u = rng.NextDouble();
        int x = 0;
        while (x < _probabilities.Length - 1 && (u -= _probabilities[x]) >= 0) x++;
        return x;
    }

    /// <summary>Draws what an action does in a context.</summary>
    /// <param name="context">The context.</param>
    /// <param name="action">The action.</param>
    /// <param name="rng">One draw, whatever the action.</param>
    /// <param name="consumption">Receives R consumptions.</param>
    /// <returns>The reward.</returns>
    public double Draw(int context, int action, ref Rng rng, Span<double> consumption)
    {
        int cell = context * Actions + action;
        if (rng.NextDouble() >= _events[cell])
        {
            consumption.Clear();
            return 0;
        }
        _consumption.AsSpan(cell * consumption.Length, consumption.Length).CopyTo(consumption);
        return _rewards[cell];
    }

    /// <summary>µ of a class: expected reward and consumption a round of every policy.</summary>
    public ExpectedOutcomes Outcomes(PolicyTable policies)
    {
        if (policies.Contexts != Contexts || policies.Actions != Actions)
            throw new ForageException($"Policies over {policies.Contexts} contexts and {policies.Actions} actions do not fit a world of {Contexts} and {Actions}.");
        int r = Budgets.Resources, n = policies.Count;
        double[] rewards = new double[n], consumption = new double[r * n], cells = new double[Contexts * Actions];
        for (int q = 0; q <= r; q++)
        {
            for (int i = 0; i < cells.Length; i++)
                cells[i] = _probabilities[i / Actions] * (q == 0 ? MeanReward(i / Actions, i % Actions) : MeanConsumption(i / Actions, i % Actions, q - 1));
            policies.Sum(cells, q == 0 ? rewards : consumption.AsSpan((q - 1) * n, n));
        }
        return new ExpectedOutcomes(rewards, consumption);
    }

    /// <summary>OPT_LP of all policies there are, without writing them out: a program over what is played in each context, with R + contexts rows.</summary>
    public double BestValue()
    {
        int r = Budgets.Resources, k = Actions - 1, n = Contexts * k;
        if (k == 0) return 0;
        double[] matrix = new double[(r + Contexts) * n], limits = new double[r + Contexts], objective = new double[n];
        for (int j = 0; j < n; j++)
        {
            int x = j / k, a = j % k + 1;
            objective[j] = _probabilities[x] * MeanReward(x, a);
            for (int i = 0; i < r; i++) matrix[i * n + j] = _probabilities[x] * MeanConsumption(x, a, i);
            matrix[(r + x) * n + j] = 1;
        }
        for (int i = 0; i < limits.Length; i++) limits[i] = i < r ? Budgets.Rate(i) : 1;
        return new LinearProgram(matrix, limits).Maximise(objective, new double[n], new double[limits.Length]).Value * Budgets.Horizon;
    }
}
