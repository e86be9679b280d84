using Forage.Budgets.Internals;
using Forage.Features;

namespace Forage.Budgets;

/// <summary>An algorithm over the new contexts of <see cref="RandomisedPolicies"/>, played in the old ones: each round draws which new context has come. <see cref="Distribution"/> is to be called once a round, before the round is told.</summary>
/// <param name="reduction">The policies.</param>
/// <param name="inner">An algorithm over the new contexts.</param>
/// <param name="rng">Draws the new contexts.</param>
public sealed class RandomisedBandit(RandomisedPolicies reduction, IBudgetedBandit inner, Rng rng) : IBudgetedBandit
{
    private Rng _rng = rng;
    private int _current = -1;

    /// <inheritdoc/>
    public int Actions => inner.Actions;

    /// <inheritdoc/>
    public void Distribution(int context, Span<double> pmf)
    {
        _current = reduction.Context(context, _rng.NextDouble());
        inner.Distribution(_current, pmf);
    }

    /// <inheritdoc/>
    public void Observe(int context, int action, double probability, double reward, ReadOnlySpan<double> consumption) => inner.Observe(Current(context), action, probability, reward, consumption);

    /// <inheritdoc/>
    public void Skip(int context, int action) => inner.Skip(Current(context), action);

    private int Current(int context)
    {
        if (_current < 0 || reduction.Original(_current) != context) BudgetThrow.Wrong($"A round in context {context} was told that no distribution was asked for.");
        return _current;
    }
}
