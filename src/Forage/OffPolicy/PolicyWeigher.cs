using Forage.OffPolicy.Internals;
using Forage.OffPolicy.Selective;

namespace Forage.OffPolicy;

/// <summary>
/// Looks at logged decisions through a target policy's eyes: importance weights of every position, and with a reward model the direct and doubly
/// robust scores. The <see cref="Observation"/>s it returns are what estimators take in.
/// </summary>
/// <remarks>
/// With Q_j(x) = Σ_y π(y|x,y_{&lt;j}) r̂(x,y) and w_j from <see cref="PolicyWeigherOptions.Slates"/>:
/// <list type="bullet">
/// <item>direct: Q for a single decision, Σ_y P_π(y ∈ Y) r̂(x,y) for slates;</item>
/// <item>doubly robust: Σ_j w_{j-1} Q_j + w_j (r_j - r̂(x,y_j)) with w_0 = 1 (Jiang and Li 2016; Kiyohara et al. 2022) for prefix weights;
/// direct + Σ_j w_j (r_j - r̂(x,y_j)) for inclusion weights. Unbiased if propensities are right, whatever the model.</item>
/// </list>
/// With a <see cref="PolicyWeigherOptions.Selector"/> Φ, renormalised weights and scores are those of π restricted to Φ; truncated ones set w_j = 0 where y_j is outside Φ, so that the model alone speaks
/// for what is there (w_{j-1} of the doubly robust score stays whole).
/// Allocates nothing per decision in steady state. Not for two threads at once.
/// </remarks>
public sealed class PolicyWeigher
{
    private readonly PolicyWeigherOptions _options;
    private readonly PolicyScratch _scratch = new();
    private readonly InclusionProbabilities _inclusion = new();
    private readonly IPolicy _weighed; // π, or π restricted to Φ

    /// <summary>A weigher for one target policy.</summary>
    /// <param name="target">The policy π to be evaluated.</param>
    /// <param name="options">How to weigh.</param>
    /// <param name="model">Reward model for the direct and doubly robust scores; it must not have been trained on the decisions weighed.</param>
    public PolicyWeigher(IPolicy target, PolicyWeigherOptions? options = null, IRewardModel? model = null)
    {
        Target = target;
        Model = model;
        _options = options ?? new PolicyWeigherOptions();
        _options.Validate();
        bool restricted = _options is { Selector: not null, Selection: SelectionWeight.Renormalized };
        _weighed = restricted ? RestrictedRanking.Restrict(target, _options.Selector!) : target;
    }

    /// <summary>The policy evaluated.</summary>
    public IPolicy Target { get; }

    /// <summary>The reward model, if any.</summary>
    public IRewardModel? Model { get; }

    /// <summary>Weighs one decision; the result is valid until the next call.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="number">Its number in the log, for policies that go by it and for error messages.</param>
    /// <exception cref="ForageException">A propensity is missing or impossible, a reward is not a number, a weight overflows, nothing was chosen.</exception>
    public Observation Weigh(LoggedDecision decision, long number = -1)
    {
        var slate = decision.Slate is LoggedAction[] array ? array : decision.Slate.ToArray();
        return Weigh(new DecisionContext(decision, number), slate);
    }

    /// <summary>Weighs one decision given as views; the result is valid until the next call.</summary>
    public Observation Weigh(scoped in DecisionContext context, scoped ReadOnlySpan<LoggedAction> slate)
    {
        _scratch.Clear();
        if (slate.IsEmpty) OffPolicyThrow.NoAction(context.Number);
        var actions = _scratch.Ints(slate.Length);
        var rewards = _scratch.Doubles(slate.Length);
        for (int j = 0; j < slate.Length; j++)
        {
            (actions[j], rewards[j]) = (slate[j].Action, slate[j].Reward);
            if ((uint)actions[j] >= (uint)context.ActionCount) OffPolicyThrow.BadAction(context.Number, j, actions[j], context.ActionCount);
            if (!double.IsFinite(rewards[j])) OffPolicyThrow.BadReward(rewards[j]);
        }
        if (_options.Selector is TopActions top && top.Count < slate.Length) OffPolicyThrow.SelectionTooSmall(context.Number, top.Count, slate.Length);

        var ranking = _weighed is IRankingPolicy r ? r.Rank(context, slate.Length, _scratch) : default;
        var pi = _weighed is IRankingPolicy ? default : _weighed.Distribution(context, _scratch);
        var weights = _scratch.Doubles(slate.Length);
        if (_options.Slates == SlateWeighting.Inclusion && slate.Length > 1) InclusionWeights(context, slate, actions, pi, ranking, weights);
        else SequentialWeights(context, slate, pi, ranking, weights);
        var kept = Truncated(context, actions, weights);

        if (Model is null) return new Observation(kept, rewards);
        var predicted = _scratch.Doubles(slate.Length);
        Model.Predict(context, actions, predicted, _scratch);
        bool inclusion = _options.Slates == SlateWeighting.Inclusion && slate.Length > 1;
        double direct = slate.Length == 1 || inclusion || _options.DirectForSlates || _weighed is IRankingPolicy
            ? Direct(context, slate.Length, pi, ranking) : double.NaN;
        double robust;
        if (slate.Length == 1 || inclusion)
        {
            robust = direct;
            for (int j = 0; j < slate.Length; j++)
                if (kept[j] > 0) robust += kept[j] * (rewards[j] - predicted[j]);
        }
        else robust = SequentialRobust(context, slate, pi, ranking, weights, kept, rewards, predicted);
        return new Observation(kept, rewards, direct, robust);
    }

    // w_j 1{y_j ∈ Φ(x)}
    private ReadOnlySpan<double> Truncated(scoped in DecisionContext context, scoped ReadOnlySpan<int> actions, ReadOnlySpan<double> weights)
    {
        if (_options is not { Selector: { } selector, Selection: SelectionWeight.Truncated }) return weights;
        var selected = selector.Select(context, _scratch);
        var kept = _scratch.Doubles(weights.Length);
        for (int j = 0; j < kept.Length; j++) kept[j] = selected.Contains(actions[j]) ? weights[j] : 0;
        return kept;
    }

    private void SequentialWeights(scoped in DecisionContext context, scoped ReadOnlySpan<LoggedAction> slate, scoped in ActionDistribution pi,
        scoped ReadOnlySpan<int> ranking, Span<double> weights)
    {
        var logPi = _scratch.Doubles(slate.Length);
        TargetConditionals(slate, pi, ranking, logPi);
        var logRho = _scratch.Doubles(slate.Length);
        LoggingConditionals(context, slate, logRho);
        double product = 0;
        for (int j = 0; j < slate.Length; j++)
        {
            double log = logPi[j] - logRho[j];
            product += log;
            double logWeight = _options.Slates == SlateWeighting.Pruned ? log : product;
            weights[j] = Weight(logWeight, context.Number, j);
        }
        if (_options.Slates == SlateWeighting.WholeSlate) weights.Fill(weights[^1]);
    }

    private void TargetConditionals(scoped ReadOnlySpan<LoggedAction> slate, scoped in ActionDistribution pi, scoped ReadOnlySpan<int> ranking, Span<double> log)
    {
        if (_weighed is not IRankingPolicy)
        {
            PlackettLuce.LogConditionals(pi, slate, log);
            return;
        }
        for (int j = 0; j < slate.Length; j++) log[j] = j < ranking.Length && ranking[j] == slate[j].Action ? 0 : double.NegativeInfinity;
    }

    private void LoggingConditionals(scoped in DecisionContext context, scoped ReadOnlySpan<LoggedAction> slate, Span<double> log)
    {
        if (_options.Logging is not null)
        {
            var rho = _options.Logging.Distribution(context, _scratch);
            PlackettLuce.LogConditionals(rho, slate, log);
        }
        else
        {
            for (int j = 0; j < slate.Length; j++) log[j] = slate[j].LogPropensity;
        }
        for (int j = 0; j < slate.Length; j++)
        {
            if (log[j] <= 0 && log[j] > double.NegativeInfinity) continue;
            if (double.IsNaN(log[j])) OffPolicyThrow.NoPropensity(context.Number, j);
            OffPolicyThrow.BadPropensity(context.Number, j, Math.Exp(log[j]));
        }
    }

    private void InclusionWeights(scoped in DecisionContext context, scoped ReadOnlySpan<LoggedAction> slate, scoped ReadOnlySpan<int> actions,
        scoped in ActionDistribution pi, scoped ReadOnlySpan<int> ranking, Span<double> weights)
    {
        var shown = _scratch.Doubles(slate.Length);
        var rho = _options.Logging is null ? LoggedDistribution(context) : _options.Logging.Distribution(context, _scratch);
        _inclusion.Of(rho, slate.Length, actions, shown);
        if (_weighed is IRankingPolicy)
        {
            for (int j = 0; j < slate.Length; j++) weights[j] = ranking.Contains(actions[j]) ? 1 : 0;
        }
        else _inclusion.Of(pi, slate.Length, actions, weights);
        for (int j = 0; j < slate.Length; j++)
        {
            if (!(shown[j] > 0)) OffPolicyThrow.BadPropensity(context.Number, j, shown[j]);
            weights[j] = weights[j] > 0 ? Weight(Math.Log(weights[j]) - Math.Log(shown[j]), context.Number, j) : 0;
        }
    }

    private static ActionDistribution LoggedDistribution(scoped in DecisionContext context)
    {
        if (context.Logged.IsEmpty) OffPolicyThrow.NoDistribution(context.Number);
        return new ActionDistribution(default, context.Logged);
    }

    private double Weight(double log, long number, int position)
    {
        if (log > 709 && double.IsInfinity(_options.MaxWeight)) OffPolicyThrow.WeightOverflow(number, position, log);
        return Math.Min(Math.Exp(log), _options.MaxWeight);
    }

    private double Direct(scoped in DecisionContext context, int length, scoped in ActionDistribution pi, scoped ReadOnlySpan<int> ranking)
    {
        if (_weighed is IRankingPolicy)
        {
            var best = _scratch.Doubles(ranking.Length);
            if (ranking.IsEmpty) return 0;
            Model!.Predict(context, ranking, best, _scratch);
            double total = 0;
            foreach (double q in best) total += q;
            return total;
        }
        var predictions = _scratch.Doubles(pi.Count);
        Model!.Predict(context, pi.Actions, predictions, _scratch);
        var shown = _scratch.Doubles(pi.Count);
        if (length == 1) pi.Probabilities.CopyTo(shown);
        else _inclusion.All(pi, length, shown);
        double sum = 0;
        for (int i = 0; i < pi.Count; i++)
            if (shown[i] > 0) sum += shown[i] * predictions[i];
        return sum;
    }

    private double SequentialRobust(scoped in DecisionContext context, scoped ReadOnlySpan<LoggedAction> slate, scoped in ActionDistribution pi,
        scoped ReadOnlySpan<int> ranking, scoped ReadOnlySpan<double> weights, scoped ReadOnlySpan<double> kept, scoped ReadOnlySpan<double> rewards,
        scoped ReadOnlySpan<double> predicted)
    {
        bool ranked = _weighed is IRankingPolicy;
        var predictions = _scratch.Doubles(ranked ? ranking.Length : pi.Count);
        if (predictions.Length > 0) Model!.Predict(context, ranked ? ranking : pi.Actions, predictions, _scratch);
        double sum = 0, before = 1;
        for (int j = 0; j < slate.Length; j++)
        {
            bool whole = _options.Slates == SlateWeighting.WholeSlate;
            if (_options.Slates == SlateWeighting.Pruned) before = 1;
            if (whole ? weights[j] > 0 : before > 0)
            {
                double expected = ranked ? (j < ranking.Length ? predictions[j] : 0) : ExpectedAt(pi, slate[..j], predictions);
                sum += (whole ? weights[j] : before) * expected;
            }
            if (kept[j] > 0) sum += kept[j] * (rewards[j] - predicted[j]);
            before = weights[j];
        }
        return sum;
    }

    // Σ_y π(y | placed) r̂(y)
    private static double ExpectedAt(scoped in ActionDistribution pi, scoped ReadOnlySpan<LoggedAction> placed, scoped ReadOnlySpan<double> predictions)
    {
        double mass = 0, sum = 0;
        for (int i = 0; i < pi.Count; i++)
        {
            double p = pi.Probabilities[i];
            if (p <= 0) continue;
            bool used = false;
            foreach (var a in placed) used |= a.Action == pi.ActionAt(i);
            if (used) continue;
            mass += p;
            sum += p * predictions[i];
        }
        return mass > 0 ? sum / mass : 0;
    }
}
