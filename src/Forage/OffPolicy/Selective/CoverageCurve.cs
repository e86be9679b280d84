using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy.Selective;

/// <summary>
/// How much the top k actions of the logging policy cover, for several k at once (Figure 1 of Lopez, Dhillon, Jordan 2021): where to cut for <see cref="TopActions"/>.
/// A fold over logged decisions, with or without the truth.
/// </summary>
/// <remarks>
/// The rewards there are inside Φ_k, E_x Σ_{y∈Φ_k} δ(x, y), are estimated from the log alone without bias by (1/n) Σ_i Σ_{y∈Y_i∩Φ_k} r/P_ρ(y ∈ Y), if an action's reward depends on context and action
/// only; the share covered is the ratio of two such sums (biased by O(1/n)). Rewards of actions the logging policy never shows are not in it.
/// </remarks>
public sealed class CoverageCurve : IMergeable<CoverageCurve>
{
    private readonly IPolicy _logging;
    private readonly GreedyPolicy _ranking;
    private readonly int[] _tops;
    private readonly int _length;
    private readonly PolicyScratch _scratch = new();
    private readonly InclusionProbabilities _inclusion = new();
    private readonly double[] _mass, _earned, _there, _relevant; // by the first k that reaches it; the last entry is beyond all
    private long _count, _labelled;

    /// <summary>A curve of the given points.</summary>
    /// <param name="logging">ρ.</param>
    /// <param name="tops">The k, ascending, from 1.</param>
    /// <param name="slateLength">Positions of a slate. Default 1.</param>
    public CoverageCurve(IPolicy logging, IReadOnlyList<int> tops, int slateLength = 1)
    {
        for (int i = 0; i < tops.Count; i++)
            if (tops[i] <= (i == 0 ? 0 : tops[i - 1])) OffPolicyThrow.BadOption("A point of the coverage curve", tops[i], "ascending numbers of at least 1");
        if (tops.Count == 0) throw new ForageException("The coverage curve has 0 points: expected at least one.");
        if (slateLength < 1) OffPolicyThrow.BadOption("The slate length", slateLength, "at least 1");
        (_logging, _ranking, _tops, _length) = (logging, new GreedyPolicy(logging), [.. tops], slateLength);
        int n = _tops.Length + 1;
        (_mass, _earned, _there, _relevant) = (new double[n], new double[n], new double[n], new double[n]);
    }

    /// <summary>Takes in one decision whose truth is not known.</summary>
    public void Add(scoped in DecisionContext context, scoped ReadOnlySpan<LoggedAction> slate)
    {
        _scratch.Clear();
        Add(slate, _logging.Distribution(context, _scratch), _ranking.Rank(context, _tops[^1], _scratch), context.Number);
    }

    /// <summary>Takes in one decision.</summary>
    /// <param name="context">The context.</param>
    /// <param name="slate">What was shown.</param>
    /// <param name="relevant">The actions that have a reward here, 1 each.</param>
    public void Add(scoped in DecisionContext context, scoped ReadOnlySpan<LoggedAction> slate, scoped ReadOnlySpan<int> relevant)
    {
        _scratch.Clear();
        var top = _ranking.Rank(context, _tops[^1], _scratch);
        Add(slate, _logging.Distribution(context, _scratch), top, context.Number);
        _labelled++;
        foreach (int a in relevant) _relevant[Reached(top, a)]++;
    }

    /// <summary>One point for each k.</summary>
    public IReadOnlyList<CoveragePoint> Points()
    {
        var points = new CoveragePoint[_tops.Length];
        double mass = 0, earned = 0, there = 0, relevant = 0, allThere = _there.Sum(), allRelevant = _relevant.Sum();
        for (int i = 0; i < points.Length; i++)
        {
            (mass, earned, there, relevant) = (mass + _mass[i], earned + _earned[i], there + _there[i], relevant + _relevant[i]);
            points[i] = new CoveragePoint(_tops[i], mass / _count, earned / _count / _length, there / _count, there / allThere, _labelled == 0 ? double.NaN : relevant / allRelevant);
        }
        return points;
    }

    /// <inheritdoc/>
    public void Merge(CoverageCurve other)
    {
        if (!_tops.AsSpan().SequenceEqual(other._tops)) OffPolicyThrow.Mismatch("points of the curve", string.Join(", ", _tops), string.Join(", ", other._tops));
        (_count, _labelled) = (_count + other._count, _labelled + other._labelled);
        for (int i = 0; i < _mass.Length; i++)
            (_mass[i], _earned[i], _there[i], _relevant[i]) = (_mass[i] + other._mass[i], _earned[i] + other._earned[i], _there[i] + other._there[i], _relevant[i] + other._relevant[i]);
    }

    private void Add(scoped ReadOnlySpan<LoggedAction> slate, scoped in ActionDistribution rho, scoped ReadOnlySpan<int> top, long number)
    {
        if (slate.Length > _length) OffPolicyThrow.SlateTooLong(slate.Length, _length);
        _count++;
        for (int rank = 0, at = 0; rank < top.Length; rank++)
        {
            if (rank >= _tops[at]) at++;
            _mass[at] += rho.ProbabilityOf(top[rank]);
        }
        var shown = _scratch.Ints(slate.Length);
        for (int j = 0; j < slate.Length; j++) shown[j] = slate[j].Action;
        var included = _scratch.Doubles(slate.Length);
        _inclusion.Of(rho, slate.Length, shown, included);
        for (int j = 0; j < slate.Length; j++)
        {
            if (!(included[j] > 0)) OffPolicyThrow.BadPropensity(number, j, included[j]);
            int at = Reached(top, shown[j]);
            _earned[at] += slate[j].Reward;
            _there[at] += slate[j].Reward / included[j];
        }
    }

    private int Reached(scoped ReadOnlySpan<int> top, int action)
    {
        int rank = top.IndexOf(action), at = 0;
        if (rank < 0) return _tops.Length;
        while (rank >= _tops[at]) at++;
        return at;
    }
}

/// <summary>A point of a <see cref="CoverageCurve"/>: what Φ_k, the top k actions of the logging policy, covers.</summary>
/// <param name="Top">k.</param>
/// <param name="Mass">E_x ρ(Φ_k(x)|x): the logging policy's cumulative distribution.</param>
/// <param name="Earned">Mean reward per position of what was shown from Φ_k; for k = all actions the logging policy's own R@l.</param>
/// <param name="There">E_x Σ_{y∈Φ_k} δ(x, y), all rewards there are in Φ_k, estimated from the log alone.</param>
/// <param name="Share">Share of all rewards there are that lie in Φ_k, estimated from the log alone.</param>
/// <param name="TrueShare">The same where the truth was given; NaN without it.</param>
public readonly record struct CoveragePoint(int Top, double Mass, double Earned, double There, double Share, double TrueShare);
