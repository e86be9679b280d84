using Forage.Extreme.Embedding;

namespace Forage.OffPolicy.Learning.Slates;

/// <summary>s(x, y) = b + c ln ρ(y|x) + f(x, y), f an embedding softmax: scores of some actions at O(d) each.</summary>
/// <param name="model">f.</param>
/// <param name="priorWeight">c.</param>
/// <param name="start">b.</param>
public sealed class EmbeddingScorer(EmbeddingSoftmax model, float priorWeight = 0, float start = 0) : ISelectiveScorer
{
    /// <summary>f.</summary>
    public EmbeddingSoftmax Model { get; } = model;

    /// <summary>c.</summary>
    public float PriorWeight { get; internal set; } = priorWeight;

    /// <summary>f looks at the decision's dense vector instead of its shared features.</summary>
    public bool OverVectors { get; init; }

    /// <summary>b.</summary>
    public float Start { get; } = start;

    /// <inheritdoc/>
    public int ActionCount => Model.LabelCount;

    /// <inheritdoc/>
    public bool NeedsPrior => PriorWeight != 0;

    /// <inheritdoc/>
    public void Score(scoped in DecisionContext context, scoped ReadOnlySpan<int> actions, scoped ReadOnlySpan<float> logPrior, scoped Span<float> scores, PolicyScratch scratch)
    {
        var hidden = scratch.Floats(Model.Width);
        Model.Encode(OverVectors ? context.Vector : context.Shared, hidden);
        Model.Score(hidden, actions, scores);
        Adjust(logPrior, scores);
    }

    internal void Adjust(scoped ReadOnlySpan<float> logPrior, scoped Span<float> scores)
    {
        if (PriorWeight == 0)
        {
            if (Start != 0)
                foreach (ref float s in scores) s += Start;
            return;
        }
        for (int k = 0; k < scores.Length; k++) scores[k] += Start + PriorWeight * logPrior[k];
    }
}
