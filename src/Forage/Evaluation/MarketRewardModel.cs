using Forage.Features;
using Forage.Markets;
using Forage.OffPolicy;

namespace Forage.Evaluation;

/// <summary>A reward model and what to call it.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Model">The model.</param>
public sealed record NamedRewardModel(string Name, IRewardModel Model);

/// <summary>
/// Several reward models as one: a market of them (<see cref="MarketEnsemble"/>, paper 05), r̂(x, a) = Σ_i w_i r̂_i(x, a). After every decision the models are paid by how well they foresaw the rewards shown, so that
/// Σ ln(1/r̂) is at most ln n more than that of the best of n, whatever the log. The weights rest on decisions before only: a doubly robust term stays unbiased given the past, as betting intervals need it.
/// </summary>
/// <remarks>A reward strictly between the ends of the range counts as the upper end with the probability of its unit, drawn with a seed; the guarantee then holds in expectation.</remarks>
public sealed class MarketRewardModel : IRewardModel
{
    private readonly NamedRewardModel[] _models;
    private readonly RewardRange _range;
    private readonly MarketEnsemble _market;
    private readonly double[] _said, _combined = new double[2];
    private readonly PolicyScratch _scratch = new();
    private Rng _rng;

    /// <summary>Models of equal weight.</summary>
    /// <param name="models">At least one.</param>
    /// <param name="range">Range of the rewards.</param>
    /// <param name="seed">Seed of the rounding of rewards inside the range.</param>
    public MarketRewardModel(IReadOnlyList<NamedRewardModel> models, RewardRange range, ulong seed)
    {
        if (models.Count == 0) throw new ForageException("There is no reward model to combine: expected at least one.");
        (_models, _range, _rng) = ([.. models], range, new Rng(seed).Fork(0x3A7E));
        (_market, _said) = (new MarketEnsemble(models.Count, 2, clip: 1e-4), new double[2 * models.Count]);
    }

    /// <summary>The models and their weights now.</summary>
    public IReadOnlyList<(string Name, double Weight)> Weights => [.. _models.Select((m, i) => (m.Name, _market.Weight(i)))];

    /// <summary>Log loss of the combination over the rewards seen, in nats.</summary>
    public double LogLoss => _market.LogLoss;

    /// <summary>At most this is <see cref="LogLoss"/>: the loss of the best model and ln n.</summary>
    public double Guarantee => _market.Guarantee;

    /// <inheritdoc/>
    public void Predict(scoped in DecisionContext context, scoped ReadOnlySpan<int> actions, scoped Span<double> rewards, PolicyScratch scratch)
    {
        int count = actions.IsEmpty ? context.ActionCount : actions.Length;
        var one = scratch.Doubles(count);
        rewards[..count].Clear();
        for (int i = 0; i < _models.Length; i++)
        {
            _models[i].Model.Predict(context, actions, one, scratch);
            double weight = _market.Weight(i);
            for (int k = 0; k < count; k++) rewards[k] += weight * one[k];
        }
    }

    /// <summary>Pays the models for what a decision showed; called after the decision was used.</summary>
    public void Observe(scoped in DecisionContext context, scoped ReadOnlySpan<LoggedAction> slate)
    {
        if (slate.IsEmpty) return; // no action asked for would mean all
        _scratch.Clear();
        int n = _models.Length;
        var actions = _scratch.Ints(slate.Length);
        for (int j = 0; j < slate.Length; j++) actions[j] = slate[j].Action;
        var foreseen = _scratch.Doubles(n * slate.Length);
        for (int i = 0; i < n; i++) _models[i].Model.Predict(context, actions, foreseen.Slice(i * slate.Length, slate.Length), _scratch);
        for (int j = 0; j < slate.Length; j++)
        {
            for (int i = 0; i < n; i++)
            {
                double unit = _range.ToUnit(Math.Clamp(foreseen[i * slate.Length + j], _range.Lower, _range.Upper));
                (_said[2 * i], _said[2 * i + 1]) = (1 - unit, unit);
            }
            _market.Predict(_said, _combined);
            double came = _range.ToUnit(slate[j].Reward);
            _market.Observe(came >= 1 || (came > 0 && _rng.NextDouble() < came) ? 1 : 0);
        }
    }
}
