using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy;

/// <summary>
/// Is one deterministic policy better than another, by how much, and how sure is that? A paired, doubly robust difference: what both show cancels
/// exactly, a reward model takes out what can be foreseen, and a betting sequence gives an interval that is valid at any time.
/// </summary>
/// <remarks>
/// With C and G the two slates, P(y) = P_ρ(y ∈ Y) and m a reward model on the unit scale, one decision contributes
/// X = (1/l) [Σ_{C\G} m - Σ_{G\C} m + Σ_{shown in C\G} (r - m)/P - Σ_{shown in G\C} (r - m)/P], unbiased if an action's reward depends on context
/// and action only. To keep X bounded, an action whose 1/P is above <paramref name="rarest"/> counts as worth nothing in C and 1 in G for the lower end, the other way
/// round for the upper end; so do all that differ in a decision where the Σ 1/P that is left exceeds l·<paramref name="largest"/>. Both ends stay valid. Much
/// narrower than <see cref="BettingDifference"/>, whose weights do not cancel.
/// </remarks>
/// <param name="logging">The logging policy's distributions.</param>
/// <param name="model">Reward model that has not seen the decisions compared on.</param>
/// <param name="scale">Reward range and slate length.</param>
/// <param name="rarest">Bound on 1/P of an action, fixed without looking at the decisions compared on.</param>
/// <param name="largest">Bound on Σ_{C△G} 1/P over the slate length, likewise.</param>
public sealed class RankedComparison(IPolicy logging, IRewardModel model, RewardScale scale, double rarest, double largest)
{
    private readonly DifferenceBound _below = new(largest + 1), _above = new(largest + 1);
    private readonly PolicyScratch _scratch = new();
    private readonly InclusionProbabilities _inclusion = new();
    private Moments _differences;

    /// <summary>Actions that counted as the worst (or best) they can be.</summary>
    public long Bounded { get; private set; }

    /// <summary>Mean difference and its standard error, in units of reward per decision.</summary>
    public (double Mean, double StandardError) Plain => (scale.DifferenceFromUnit(_differences.Mean), scale.DifferenceFromUnit(_differences.StandardError));

    /// <summary>1/P of every action the two slates differ in, for finding bounds; valid until the next call.</summary>
    public ReadOnlySpan<double> InverseInclusions(scoped in DecisionContext context, int length, IRankingPolicy first, IRankingPolicy second)
    {
        _scratch.Clear();
        var differ = Differ(context, length, first, second, out _);
        return differ.IsEmpty ? default : Inverse(context, length, differ);
    }

    /// <summary>Takes in one decision.</summary>
    public void Add(scoped in DecisionContext context, scoped ReadOnlySpan<LoggedAction> slate, IRankingPolicy first, IRankingPolicy second)
    {
        _scratch.Clear();
        int length = slate.Length;
        var differ = Differ(context, length, first, second, out int mine);
        double low = 0, high = 0, plain = 0;
        if (!differ.IsEmpty)
        {
            var inverse = Inverse(context, length, differ);
            var predicted = _scratch.Doubles(differ.Length);
            model.Predict(context, differ, predicted, _scratch);
            double left = 0;
            foreach (double x in inverse) left += x > rarest ? 0 : x;
            bool allBounded = left > largest * length;
            for (int k = 0; k < differ.Length; k++)
            {
                double m = scale.Range.ToUnit(predicted[k]), x = m, sign = k < mine ? 1 : -1;
                foreach (var shown in slate)
                    if (shown.Action == differ[k]) x += (scale.Range.ToUnit(shown.Reward) - m) * inverse[k];
                plain += sign * x;
                bool bounded = allBounded || inverse[k] > rarest;
                if (bounded) Bounded++;
                low += bounded ? (sign > 0 ? 0 : -1) : sign * x;
                high += bounded ? (sign > 0 ? 1 : 0) : sign * x;
            }
        }
        plain /= length;
        _differences.Add(double.IsFinite(plain) ? plain : (low + high) / 2 / length);
        _below.Add(low / length);
        _above.Add(-high / length);
    }

    /// <summary>The difference per decision in units of reward, with an interval that holds it at all times at once.</summary>
    public Estimate Result(double confidence = 0.95)
    {
        Gaussian.CheckConfidence(confidence);
        double threshold = Math.Log(2 / (1 - confidence));
        double lower = _below.Lower(threshold), upper = -_above.Lower(threshold);
        if (lower > upper) (lower, upper) = (-1, 1);
        return new Estimate(scale.DifferenceFromUnit(Math.Clamp(_differences.Mean, lower, upper)), scale.DifferenceFromUnit(lower), scale.DifferenceFromUnit(upper),
            _differences.Count, _differences.Count);
    }

    /// <summary>Actions only the first shows (as many as <paramref name="mine"/>), then those only the second shows.</summary>
    private ReadOnlySpan<int> Differ(scoped in DecisionContext context, int length, IRankingPolicy first, IRankingPolicy second, out int mine)
    {
        var c = first.Rank(context, length, _scratch);
        var g = second.Rank(context, length, _scratch);
        var differ = _scratch.Ints(c.Length + g.Length);
        int n = 0;
        foreach (int a in c)
            if (!g.Contains(a)) differ[n++] = a;
        mine = n;
        foreach (int a in g)
            if (!c.Contains(a)) differ[n++] = a;
        return differ[..n];
    }

    private ReadOnlySpan<double> Inverse(scoped in DecisionContext context, int length, scoped ReadOnlySpan<int> actions)
    {
        var p = _scratch.Doubles(actions.Length);
        _inclusion.Of(logging.Distribution(context, _scratch), length, actions, p);
        foreach (ref double x in p) x = 1 / x;
        return p;
    }
}
