using Forage.Extreme.Embedding;

namespace Forage.OffPolicy.Learning.Slates;

/// <summary>
/// s(x, y) = f(x, c(y)) + h(x, y)/T: softmax over s takes cluster c with π₁(c|x) ∝ exp(f(x, c)) Σ_{y ∈ c} exp(h(x, y)/T), and within it y with π₂(y|x, c) ∝ exp(h(x, y)/T).
/// What <see cref="TwoStageLearner"/> finds.
/// </summary>
public sealed class TwoStageScorer : ISelectiveScorer
{
    /// <summary>Scores of two stages.</summary>
    /// <param name="first">f, an embedding softmax over clusters.</param>
    /// <param name="clusters">c.</param>
    /// <param name="second">h.</param>
    /// <param name="temperature">T &gt; 0: towards 0 the second stage takes the best.</param>
    public TwoStageScorer(EmbeddingSoftmax first, ActionClusters clusters, EmbeddingScorer second, float temperature)
    {
        if (first.LabelCount != clusters.Count) throw Internals.ObjectiveThrow.Wrong($"The first stage scores {first.LabelCount} clusters; expected {clusters.Count}.");
        if (second.ActionCount != clusters.ActionCount) throw Internals.ObjectiveThrow.Wrong($"The second stage scores {second.ActionCount} actions; expected {clusters.ActionCount}.");
        if (!(temperature > 0 && float.IsFinite(temperature))) throw Internals.ObjectiveThrow.Wrong($"The temperature of the second stage is {temperature}; expected a positive number.");
        (First, Clusters, Second, Temperature) = (first, clusters, second, temperature);
    }

    /// <summary>f.</summary>
    public EmbeddingSoftmax First { get; }

    /// <summary>c.</summary>
    public ActionClusters Clusters { get; }

    /// <summary>h.</summary>
    public EmbeddingScorer Second { get; }

    /// <summary>T.</summary>
    public float Temperature { get; }

    /// <inheritdoc/>
    public int ActionCount => Second.ActionCount;

    /// <inheritdoc/>
    public bool NeedsPrior => Second.NeedsPrior;

    /// <inheritdoc/>
    public void Score(scoped in DecisionContext context, scoped ReadOnlySpan<int> actions, scoped ReadOnlySpan<float> logPrior, scoped Span<float> scores, PolicyScratch scratch)
    {
        var hidden = scratch.Floats(First.Width);
        var ofClusters = scratch.Floats(Clusters.Count);
        First.Encode(context.Shared, hidden);
        First.Score(hidden, default, ofClusters);
        Second.Score(context, actions, logPrior, scores, scratch);
        var clusterOf = Clusters.ClusterOf;
        for (int k = 0; k < scores.Length; k++) scores[k] = scores[k] / Temperature + ofClusters[clusterOf[actions.IsEmpty ? k : actions[k]]];
    }
}
