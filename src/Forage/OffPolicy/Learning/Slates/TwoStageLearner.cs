using Forage.OffPolicy.Internals;
using Forage.OffPolicy.Learning.Objectives;

namespace Forage.OffPolicy.Learning.Slates;

/// <summary>How a <see cref="TwoStageLearner"/> learns.</summary>
public sealed record TwoStageOptions
{
    /// <summary>How the policy of clusters is learnt; over Φ_p with p = <see cref="SlateLearnerOptions.Top"/> &gt; 0. It starts at 0, where the policy is the second stage's softmax.</summary>
    public SlateLearnerOptions First { get; init; } = new() { Top = 50, PriorWeight = 0, Trainer = new() { LearningRate = 0.001f }, Passes = 4 };

    /// <summary>How the reward model is learnt.</summary>
    public SlateLearnerOptions Second { get; init; } = new() { PriorWeight = 0.7f };

    /// <summary>T of the second stage, in units of the reward model's log-odds.</summary>
    public float Temperature { get; init; } = 0.1f;

    /// <summary>Cap on the weights of clusters; see <see cref="ClusterObjective"/>.</summary>
    public double Cap { get; init; } = 10;
}

/// <summary>
/// Learns a policy in two stages (POTEC; Saito, Yao, Joachims 2024): a reward model, by the direct method, that tells actions of a cluster apart, and a policy of clusters, by the
/// gradient of <see cref="ClusterObjective"/>, that corrects what the reward model makes of the clusters by what was logged. While clusters are learnt, each half of the
/// decisions is predicted by a reward model of the other half.
/// </summary>
/// <param name="log">What is learnt from; with candidates.</param>
/// <param name="clusters">The clusters.</param>
/// <param name="options">How.</param>
public sealed class TwoStageLearner(SlateLog log, ActionClusters clusters, TwoStageOptions options)
{
    /// <summary>Told the number of decisions the first stage learnt from since the last call.</summary>
    public Action<int>? Progress { get; init; }

    /// <summary>A reward model of all decisions, if it has been learnt before by the same options; null: it is learnt.</summary>
    public EmbeddingScorer? Second { get; init; }

    /// <summary>Learns from the decisions of the given numbers.</summary>
    /// <exception cref="ForageException">There are no candidates, or learning diverged.</exception>
    public TwoStageScorer Learn(ReadOnlySpan<int> decisions, CancellationToken cancellation = default)
    {
        if (log.Candidates is null) throw new ForageException("Weights of clusters need the logging policy; expected candidates.");
        if (clusters.ActionCount != log.Actions) throw ObjectiveThrow.Wrong($"The clusters are of {clusters.ActionCount} actions; expected {log.Actions}.");
        if (!(options.Temperature > 0 && float.IsFinite(options.Temperature))) throw ObjectiveThrow.Wrong($"The temperature of the second stage is {options.Temperature}; expected a positive number.");
        var (offsets, predictions) = (new float[log.Log.Count][], new float[log.Log.Count][]);
        ReadOnlySpan<int> one = decisions[..(decisions.Length / 2)], other = decisions[(decisions.Length / 2)..];
        Predict(one, other, offsets, predictions, cancellation);
        Predict(other, one, offsets, predictions, cancellation);
        var first = new SlateLearner(log, new ClusterObjective(options.Cap), options.First with { PriorWeight = 0, PriorRate = 0, Initial = null })
        {
            Clusters = clusters,
            Offsets = offsets,
            Predictions = predictions,
            Progress = Progress,
        };
        return new TwoStageScorer(first.Learn(decisions, cancellation).Model, clusters, Second ?? Fit(decisions, cancellation), options.Temperature);
    }

    private EmbeddingScorer Fit(ReadOnlySpan<int> decisions, CancellationToken cancellation) =>
        new SlateLearner(log, new DirectObjective(), options.Second with { Top = 0 }).Learn(decisions, cancellation);

    // r̂ = σ(h) and h/T of the candidates of decisions the model has not seen.
    private void Predict(ReadOnlySpan<int> seen, ReadOnlySpan<int> unseen, float[][] offsets, float[][] predictions, CancellationToken cancellation)
    {
        var scorer = Fit(seen, cancellation);
        int[] numbers = unseen.ToArray();
        const int piece = 64;
        ParallelWork.For((numbers.Length + piece - 1) / piece, options.Second.Threads, cancellation, part =>
        {
            var scratch = new PolicyScratch();
            foreach (int i in numbers.AsSpan(part * piece, Math.Min(piece, numbers.Length - part * piece)))
            {
                scratch.Clear();
                var actions = log.Candidates!.Actions(i, options.First.Top);
                float[] h = offsets[i] = new float[actions.Length], r = predictions[i] = new float[actions.Length];
                scorer.Score(log.Log.Context(i), actions, log.Candidates.LogPrior(i, options.First.Top), h, scratch);
                for (int k = 0; k < h.Length; k++) (h[k], r[k]) = (h[k] / options.Temperature, 1 / (1 + MathF.Exp(-h[k])));
            }
        });
        scorer.Model.Dispose();
    }
}
