using Forage.OffPolicy;
using Forage.OffPolicy.Selective;

namespace Forage.Evaluation;

/// <summary>One estimator's word on a policy; values are rewards per decision.</summary>
/// <param name="Name">Name of the estimator.</param>
/// <param name="Estimate">Value and interval.</param>
/// <param name="Interval">What kind of interval it is.</param>
public sealed record EstimatorRow(string Name, Estimate Estimate, string Interval);

/// <summary>A policy as seen by all estimators.</summary>
/// <param name="Name">Name of the policy.</param>
/// <param name="Estimators">One row an estimator.</param>
/// <param name="Difference">Paired difference to the logging policy, valid at any time.</param>
/// <param name="Weights">Mean weight, largest weight, effective sample size, overlap.</param>
public sealed record PolicyEvaluation(string Name, IReadOnlyList<EstimatorRow> Estimators, Estimate Difference, WeightSummary Weights)
{
    /// <summary>True value, where the truth is known.</summary>
    public double? TrueValue { get; init; }

    /// <summary>With a selection Φ: how many of the actions it shows in a decision lie outside Φ, in expectation (<see cref="SelectionOverlap.Outside"/>).</summary>
    public double? Outside { get; init; }

    /// <summary>Reward models combined by a market, and their weights at the end of the log; empty where there was one.</summary>
    public IReadOnlyList<(string Name, double Weight)> Models { get; init; } = [];
}

/// <summary>Evaluates policies on a log by every estimator there is.</summary>
/// <remarks>
/// The direct and doubly robust estimators need a reward model that has not seen the decisions they use: the log is cut into two halves, and the
/// model of each half is fitted to the other.
/// </remarks>
/// <param name="log">The log.</param>
/// <param name="scale">Reward range and slate length.</param>
/// <param name="weigher">How decisions are weighed.</param>
/// <param name="trainer">Fits the reward models.</param>
/// <param name="confidence">Confidence of the intervals.</param>
/// <param name="maxWeight">Weights above this are cut for clipped IPS.</param>
public sealed class LogEvaluation(DecisionLog log, RewardScale scale, PolicyWeigherOptions weigher, CandidateTrainer trainer, double confidence, double maxWeight)
{
    private IReadOnlyList<NamedRewardModel>[]? _models;

    /// <summary>Combine several reward models by a market (<see cref="MarketRewardModel"/>) for the direct and doubly robust estimates. Default: one regression.</summary>
    public bool CombineModels { get; init; }

    /// <summary>Φ, for rows of selective importance sampling. Default none.</summary>
    public IActionSelector? Selector { get; init; }

    /// <summary>What Φ makes of the weights.</summary>
    public SelectionWeight Selection { get; init; }

    /// <summary>Evaluates a policy on the whole log.</summary>
    /// <param name="name">What to call it.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="progress">Told how many decisions were weighed.</param>
    /// <param name="cancellation">Stops it.</param>
    public PolicyEvaluation Evaluate(string name, IPolicy policy, Action<int>? progress = null, CancellationToken cancellation = default)
    {
        int half = log.Count / 2;
        _models ??= [Models(half, log.Count, cancellation), Models(0, Math.Max(1, half), cancellation)];
        MarketRewardModel[] markets = CombineModels ? [new(_models[0], scale.Range, trainer.Seed), new(_models[1], scale.Range, trainer.Seed)] : [];
        var (ips, clipped, snips, direct, robust) = (new IpsEstimator(), new IpsEstimator(maxWeight), new SnipsEstimator(), new DirectMethodEstimator(), new DoublyRobustEstimator());
        var (betting, likelihood, difference) = (new PredictableSequence(scale), new EmpiricalLikelihoodEstimator(scale), new PredictableDifference(scale));
        var weights = new WeightStatistics();
        PolicyWeigher[] eyes = [.. _models.Select((m, h) => new PolicyWeigher(policy, weigher, CombineModels ? markets[h] : m[0].Model))];
        var selective = Selector is null ? null : new PolicyWeigher(policy, weigher with { Selector = Selector, Selection = Selection });
        var overlap = Selector is null ? null : new SelectionOverlap(policy, Selector, slateLength: scale.SlateLength);
        var (inside, normalised) = (new IpsEstimator(), new SnipsEstimator());
        bool even = true;
        for (int i = 0; i < log.Count; i++)
        {
            if (i % 256 == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Invoke(i);
            }
            var seen = eyes[i < half ? 0 : 1].Weigh(log.Context(i), log.Slate(i));
            even &= seen.Weights.Length == scale.SlateLength;
            ips.Add(seen);
            clipped.Add(seen);
            if (even) snips.Add(seen);
            if (double.IsFinite(seen.Direct)) direct.Add(seen);
            if (double.IsFinite(seen.DoublyRobust)) robust.Add(seen);
            betting.Add(seen);
            likelihood.Add(seen);
            difference.Add(seen);
            weights.Add(seen);
            if (CombineModels) markets[i < half ? 0 : 1].Observe(log.Context(i), log.Slate(i));
            if (selective is null) continue;
            var selected = selective.Weigh(log.Context(i), log.Slate(i));
            inside.Add(selected);
            if (even) normalised.Add(selected);
            overlap!.Add(log.Context(i));
        }
        List<EstimatorRow> rows = [new("inverse propensity (IPS)", ips.Result(confidence), "Gaussian")];
        if (clipped.Clipped > 0) rows.Add(new(FormattableString.Invariant($"IPS, weights cut at {maxWeight:G4}"), clipped.Result(confidence), "Gaussian"));
        if (even) rows.Add(new("self-normalised (SNIPS)", snips.Result(confidence), "Gaussian"));
        rows.Add(new("direct method", direct.Result(confidence), "Gaussian, without the model's bias"));
        rows.Add(new("doubly robust", robust.Result(confidence), "Gaussian"));
        rows.Add(new("empirical likelihood", likelihood.Result(confidence), "asymptotic, skewed"));
        if (Selector is not null)
        {
            bool truncated = Selection == SelectionWeight.Truncated;
            rows.Add(new(truncated ? "selective (sIS), truncated" : "selective (sIS), renormalised", inside.Result(confidence), truncated ? "Gaussian, without what is outside" : "Gaussian, of the restricted policy"));
            if (!truncated && even) rows.Add(new("selective, self-normalised", normalised.Result(confidence), "Gaussian, of the restricted policy"));
        }
        var sequence = betting.Result(confidence);
        rows.Add(new("betting sequence", sequence, betting.Contradicted ? "none: the weights contradict themselves" : "valid at any time"));
        return new PolicyEvaluation(name, rows, difference.Result(confidence), new WeightSummary(weights.Mean, weights.Largest, weights.EffectiveSampleSize, weights.NonzeroFraction)) { Outside = overlap?.Outside, Models = CombineModels ? markets[1].Weights : [] };
    }

    private IReadOnlyList<NamedRewardModel> Models(int from, int to, CancellationToken cancellation) =>
        CombineModels ? trainer.RewardModels(from, to, cancellation) : [new("regression", trainer.RewardModel(from, to, cancellation))];
}
