namespace Forage.OffPolicy.Selective;

/// <summary>
/// How much of what a policy does lies outside a selection Φ, a fold over contexts: <see cref="Outside"/> = E_x π(Φ⁰(x)|x) and, where the relevant actions Ψ are known,
/// κ(π, Ψ, Φ) = E_x π(Ψ(x) ∩ Φ⁰(x)|x) of Theorem 1 (Lopez, Dhillon, Jordan 2021, Eq. 8), Φ⁰ being the complement.
/// </summary>
/// <remarks>
/// For slates both count positions: E_x Σ_y P_π(y ∈ Y) over those y. With rewards in [0, Δ], 0 outside Ψ, truncated weights are biased downwards by at most Δκ ≤ Δ·Outside, and Outside needs no truth. Renormalised weights
/// have no such bound. O(K) a context, for slates the inclusion probabilities of all actions.
/// </remarks>
/// <param name="policy">π.</param>
/// <param name="selected">Φ.</param>
/// <param name="relevant">Ψ, if known.</param>
/// <param name="slateLength">Number of positions. 1 for single decisions.</param>
public sealed class SelectionOverlap(IPolicy policy, IActionSelector selected, IActionSelector? relevant = null, int slateLength = 1) : IMergeable<SelectionOverlap>
{
    private readonly PolicyScratch _scratch = new();
    private readonly InclusionProbabilities _inclusion = new();
    private double _outside, _missed;

    /// <summary>Contexts seen.</summary>
    public long Count { get; private set; }

    /// <summary>Expected number of positions at which π shows an action outside Φ; for single decisions the probability of it.</summary>
    public double Outside => Count == 0 ? double.NaN : _outside / Count;

    /// <summary>κ(π, Ψ, Φ); NaN if Ψ is not known.</summary>
    public double Kappa => Count == 0 || relevant is null ? double.NaN : _missed / Count;

    /// <summary>Takes in one context.</summary>
    public void Add(scoped in DecisionContext context)
    {
        _scratch.Clear();
        var phi = selected.Select(context, _scratch);
        ReadOnlySpan<int> psi = relevant is null ? default : relevant.Select(context, _scratch);
        Count++;
        if (policy is IRankingPolicy ranking)
        {
            foreach (int a in ranking.Rank(context, slateLength, _scratch)) Add(a, 1, phi, psi);
            return;
        }
        var p = policy.Distribution(context, _scratch);
        var shown = p.Probabilities;
        if (slateLength > 1)
        {
            var all = _scratch.Doubles(p.Count);
            _inclusion.All(p, slateLength, all);
            shown = all;
        }
        for (int i = 0; i < p.Count; i++)
            if (shown[i] > 0) Add(p.ActionAt(i), shown[i], phi, psi);
    }

    /// <inheritdoc/>
    public void Merge(SelectionOverlap other) => (Count, _outside, _missed) = (Count + other.Count, _outside + other._outside, _missed + other._missed);

    private void Add(int action, double probability, scoped ReadOnlySpan<int> phi, scoped ReadOnlySpan<int> psi)
    {
        if (phi.Contains(action)) return;
        _outside += probability;
        if (psi.Contains(action)) _missed += probability;
    }
}
