using System.Globalization;

namespace Forage.OffPolicy.Learning;

/// <summary>
/// A stochastic policy made of scores: p = (1 - ε) · normalise(link(s/T)) + ε/K over the eligible actions, possibly only over the best scored.
/// Wrapped in a <see cref="GreedyPolicy"/> it takes the best scored.
/// </summary>
public sealed class ScorePolicy : IPolicy
{
    /// <summary>A policy over <paramref name="scorer"/>.</summary>
    public ScorePolicy(IActionScorer scorer, ScorePolicyOptions? options = null)
    {
        Scorer = scorer;
        Options = (options ?? new()).Validated();
    }

    /// <summary>Gives the scores.</summary>
    public IActionScorer Scorer { get; }

    /// <summary>How they become probabilities.</summary>
    public ScorePolicyOptions Options { get; }

    /// <inheritdoc/>
    public ActionDistribution Distribution(scoped in DecisionContext context, PolicyScratch scratch)
    {
        int n = context.ActionCount;
        if (n == 0) throw new ForageException("A decision has no actions to choose among.");
        var scores = scratch.Floats(n);
        Scorer.Score(context, scores, scratch);
        foreach (int a in context.Excluded) scores[a] = float.NegativeInfinity;
        if (Options.Top > 0 && Options.Top < n) KeepTop(context, scores, scratch);
        var p = scratch.Doubles(n);
        double sum = Options.Link == ScoreLink.Softmax ? Softmax(scores, p) : Marginals(scores, p);
        if (!(sum > 0 && double.IsFinite(sum)))
            throw new ForageException(string.Create(CultureInfo.InvariantCulture, $"The scores of a decision's {n} actions sum to {sum} after the link; the model is broken or the temperature {Options.Temperature} too low."));
        double scale = (1 - Options.Uniform) / sum, floor = Options.Uniform / context.EligibleCount;
        for (int a = 0; a < n; a++) p[a] = p[a] * scale + floor;
        if (floor > 0)
        {
            foreach (int a in context.Excluded) p[a] = 0;
        }
        return new ActionDistribution(default, p);
    }

    private void KeepTop(scoped in DecisionContext context, Span<float> scores, PolicyScratch scratch)
    {
        var all = scratch.Ints(context.ActionCount);
        for (int a = 0; a < all.Length; a++) all[a] = a;
        var top = scratch.Ints(Options.Top);
        int count = Internals.ActionSelection.Top(scores, all, top);
        var kept = scratch.Floats(count);
        for (int i = 0; i < count; i++) kept[i] = scores[top[i]];
        scores.Fill(float.NegativeInfinity);
        for (int i = 0; i < count; i++) scores[top[i]] = kept[i];
    }

    private double Softmax(ReadOnlySpan<float> scores, Span<double> p)
    {
        float best = float.NegativeInfinity;
        foreach (float s in scores) best = MathF.Max(best, s);
        double sum = 0, inverse = 1 / Options.Temperature;
        for (int a = 0; a < scores.Length; a++) sum += p[a] = Math.Exp((scores[a] - best) * inverse);
        return sum;
    }

    // ln σ(s) = -ln(1 + e^-s), shifted by its maximum so that low temperatures do not underflow.
    private double Marginals(ReadOnlySpan<float> scores, Span<double> p)
    {
        double best = double.NegativeInfinity, sum = 0, inverse = 1 / Options.Temperature;
        for (int a = 0; a < scores.Length; a++) best = Math.Max(best, p[a] = LogSigmoid(scores[a]));
        for (int a = 0; a < scores.Length; a++) sum += p[a] = Math.Exp((p[a] - best) * inverse);
        return sum;
    }

    private static double LogSigmoid(double s) => s >= 0 ? -Math.Log(1 + Math.Exp(-s)) : s - Math.Log(1 + Math.Exp(s));
}
