using Forage.Bandits;
using Forage.Budgets;

namespace Forage.Simulation.Budgets;

/// <summary>Plays one mixture of policies for ever: with an LP-perfect one, what can be earned by who knows everything but the future.</summary>
public sealed class FixedMixture : IBudgetedBandit
{
    private readonly double[] _pmf;

    /// <summary>A mixture.</summary>
    /// <param name="policies">The class.</param>
    /// <param name="mixture">A probability for each policy; what is missing from 1 is the null action's.</param>
    public FixedMixture(PolicyTable policies, ReadOnlySpan<double> mixture)
    {
        if (mixture.Length != policies.Count) throw new ForageException($"{mixture.Length} probabilities were given for {policies.Count} policies.");
        Actions = policies.Actions;
        _pmf = new double[policies.Contexts * Actions];
        for (int x = 0; x < policies.Contexts; x++)
        {
            var row = _pmf.AsSpan(x * Actions, Actions);
            for (int i = 0; i < mixture.Length; i++) row[policies[i, x]] += mixture[i];
            double sum = 0;
            foreach (double p in row) sum += p;
            if (!(sum <= 1 + 1e-6)) throw new ForageException(FormattableString.Invariant($"The probabilities of policies sum to {sum}; expected at most 1."));
            if (sum < 1) row[0] += 1 - sum;
            else foreach (ref double p in row) p /= sum;
        }
    }

    /// <inheritdoc/>
    public int Actions { get; }

    /// <summary>Any action, for ever: every action but the null one equally often.</summary>
    public static FixedMixture Uniform(int actions, int contexts)
    {
        var choices = new int[(actions - 1) * contexts];
        for (int i = 0; i < choices.Length; i++) choices[i] = 1 + i / contexts;
        var mixture = new double[actions - 1];
        Array.Fill(mixture, 1.0 / mixture.Length);
        return new FixedMixture(new PolicyTable(actions, contexts, choices), mixture);
    }

    /// <inheritdoc/>
    public void Distribution(int context, Span<double> pmf) => _pmf.AsSpan(context * Actions, Actions).CopyTo(pmf);

    /// <inheritdoc/>
    public void Observe(int context, int action, double probability, double reward, ReadOnlySpan<double> consumption)
    {
    }

    /// <inheritdoc/>
    public void Skip(int context, int action)
    {
    }
}
