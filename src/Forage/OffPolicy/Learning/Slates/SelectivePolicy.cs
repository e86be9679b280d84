using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy.Learning.Slates;

/// <summary>
/// π(y|x) ∝ exp(s(x, y)/T) over Φ_p(x), the p actions a prior policy finds most probable, and 0 elsewhere: where a selective learner never looked it never goes.
/// Without a prior, or with p = 0, it is over all actions.
/// </summary>
public sealed class SelectivePolicy : IPolicy, IActionScorer
{
    /// <summary>The policy.</summary>
    /// <param name="scorer">s.</param>
    /// <param name="prior">ρ; null if the scorer does not need it and all actions are scored.</param>
    /// <param name="top">p; 0 for all.</param>
    /// <param name="temperature">T &gt; 0.</param>
    public SelectivePolicy(ISelectiveScorer scorer, IPolicy? prior, int top, double temperature = 1)
    {
        if (!(temperature > 0 && double.IsFinite(temperature))) throw ObjectiveThrow.Wrong($"The temperature is {temperature}; expected a positive number.");
        if (top < 0) throw ObjectiveThrow.Wrong($"The number of candidate actions is {top}; expected 0 (all) or more.");
        if (prior is null && (top > 0 || scorer.NeedsPrior)) throw new ForageException("A selective policy needs the policy that selects; expected one, or no selection.");
        (Scorer, Prior, Top, Temperature) = (scorer, prior, top, temperature);
    }

    /// <summary>s.</summary>
    public ISelectiveScorer Scorer { get; }

    /// <summary>ρ.</summary>
    public IPolicy? Prior { get; }

    /// <summary>p.</summary>
    public int Top { get; }

    /// <summary>T.</summary>
    public double Temperature { get; }

    /// <inheritdoc/>
    public ActionDistribution Distribution(scoped in DecisionContext context, PolicyScratch scratch)
    {
        if (Top == 0) return new ActionDistribution(default, Softmax(OverAll(context, scratch), Temperature, scratch));
        var actions = Select(context, scratch, out var scores);
        return new ActionDistribution(actions, Softmax(scores, Temperature, scratch));
    }

    /// <summary>Scores of all actions; -∞ outside Φ_p(x).</summary>
    public void Score(scoped in DecisionContext context, scoped Span<float> scores, PolicyScratch scratch)
    {
        if (Top == 0)
        {
            OverAll(context, scratch).CopyTo(scores);
            return;
        }
        scores.Fill(float.NegativeInfinity);
        var actions = Select(context, scratch, out var some);
        for (int k = 0; k < actions.Length; k++) scores[actions[k]] = some[k];
    }

    private ReadOnlySpan<int> Select(scoped in DecisionContext context, PolicyScratch scratch, out Span<float> scores)
    {
        var actions = ActionSelection.MostProbable(Prior!.Distribution(context, scratch), Top, scratch, out Span<float> logPrior);
        scores = scratch.Floats(actions.Length);
        Scorer.Score(context, actions, logPrior, scores, scratch);
        return actions;
    }

    private Span<float> OverAll(scoped in DecisionContext context, PolicyScratch scratch)
    {
        int n = context.ActionCount;
        var scores = scratch.Floats(Scorer.ActionCount);
        var logPrior = Span<float>.Empty;
        if (Scorer.NeedsPrior)
        {
            logPrior = scratch.Floats(scores.Length);
            logPrior.Fill(float.NegativeInfinity);
            var prior = Prior!.Distribution(context, scratch);
            for (int e = 0; e < prior.Count; e++) logPrior[prior.ActionAt(e)] = (float)Math.Log(prior.Probabilities[e]);
        }
        Scorer.Score(context, default, logPrior, scores, scratch);
        foreach (int a in context.Excluded) scores[a] = float.NegativeInfinity;
        return scores[..Math.Min(n, scores.Length)];
    }

    /// <summary>p_k = exp(s_k/T) / Σ exp(s/T), relative to the largest score.</summary>
    /// <param name="scores">s.</param>
    /// <param name="temperature">T &gt; 0.</param>
    /// <param name="scratch">Where the result lives.</param>
    public static ReadOnlySpan<double> Softmax(scoped ReadOnlySpan<float> scores, double temperature, PolicyScratch scratch)
    {
        var p = scratch.Doubles(scores.Length);
        float top = float.NegativeInfinity;
        foreach (float s in scores) top = MathF.Max(top, s);
        double sum = 0;
        for (int k = 0; k < scores.Length; k++) sum += p[k] = Math.Exp((scores[k] - top) / temperature);
        for (int k = 0; k < p.Length; k++) p[k] /= sum;
        return p;
    }
}
