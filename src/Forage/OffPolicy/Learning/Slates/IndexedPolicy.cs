using Forage.Extreme.Embedding;
using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy.Learning.Slates;

/// <summary>
/// A policy over hundreds of thousands of actions, as it is deployed: π(y|x) = exp(f(x, y)/T) / Σ_{z∈F(x)} exp(f(x, z)/T) over the actions F(x) that an index of the embedding softmax f finds,
/// and 0 elsewhere. F(x) depends on x alone, so these probabilities are exact for what is drawn, and slates drawn without replacement are of Plackett and Luce.
/// </summary>
/// <remarks>
/// Excluded actions are left out of F(x). Should nothing be left, all actions are scored. As an estimate of a softmax over all actions it lacks what was not found; as a policy it
/// is what it is, and its log carries what it did.
/// </remarks>
public sealed class IndexedPolicy : IPolicy
{
    /// <summary>The policy.</summary>
    /// <param name="index">Finds actions; of the model f.</param>
    /// <param name="temperature">T &gt; 0.</param>
    public IndexedPolicy(LabelVectorIndex index, double temperature = 1)
    {
        if (!(temperature > 0 && double.IsFinite(temperature))) throw ObjectiveThrow.Wrong($"The temperature is {temperature}; expected a positive number.");
        (Index, Temperature) = (index, temperature);
    }

    /// <summary>Finds actions.</summary>
    public LabelVectorIndex Index { get; }

    /// <summary>T.</summary>
    public double Temperature { get; }

    /// <summary>The same policy with every softmax of embeddings over all actions searched through an index: itself, or what it is made of (the prior of a selection, the parts of a mixture).</summary>
    /// <param name="policy">The policy; means of several embeddings and scores with a prior in them stay as they are.</param>
    /// <param name="options">How label vectors are indexed.</param>
    /// <param name="threads">Number of threads; the result does not depend on it.</param>
    public static IPolicy Over(IPolicy policy, LabelIndexOptions options, int threads = 1) => policy switch
    {
        SelectivePolicy { Top: 0, Scorer: EmbeddingScorer { NeedsPrior: false } scorer } all => new IndexedPolicy(LabelVectorIndex.Build(scorer.Model, options, threads), all.Temperature),
        SelectivePolicy { Top: > 0, Prior: { } prior } selective when Over(prior, options, threads) is var fast && fast != prior => new SelectivePolicy(selective.Scorer, fast, selective.Top, selective.Temperature),
        GreedyPolicy greedy when Over(greedy.Inner, options, threads) is var fast && fast != greedy.Inner => new GreedyPolicy(fast),
        RecordedPolicy recorded when Over(recorded.Inner, options, threads) is var fast && fast != recorded.Inner => fast,
        MixturePolicy mixture when (Over(mixture.First, options, threads), Over(mixture.Second, options, threads)) is var (first, second) && (first != mixture.First || second != mixture.Second) =>
            new MixturePolicy(first, second, mixture.Share),
        _ => policy,
    };

    /// <inheritdoc/>
    public ActionDistribution Distribution(scoped in DecisionContext context, PolicyScratch scratch)
    {
        var model = Index.Model;
        var hidden = scratch.Floats(model.Width);
        model.Encode(context.Shared, hidden);
        var search = scratch.Of<LabelSearch>();
        Index.Find(hidden, search);
        var actions = scratch.Ints(search.Count);
        var scores = scratch.Floats(search.Count);
        int count = 0;
        for (int i = 0; i < search.Count; i++)
            if (context.IsEligible(search.Labels[i])) (actions[count], scores[count++]) = (search.Labels[i], search.Scores[i]);
        if (count == 0) return OverAll(context, hidden, scratch);
        return new ActionDistribution(actions[..count], SelectivePolicy.Softmax(scores[..count], Temperature, scratch));
    }

    private ActionDistribution OverAll(scoped in DecisionContext context, scoped ReadOnlySpan<float> hidden, PolicyScratch scratch)
    {
        var scores = scratch.Floats(Index.Model.LabelCount);
        Index.Model.Score(hidden, default, scores);
        foreach (int a in context.Excluded) scores[a] = float.NegativeInfinity;
        return new ActionDistribution(default, SelectivePolicy.Softmax(scores[..Math.Min(context.ActionCount, scores.Length)], Temperature, scratch));
    }
}
