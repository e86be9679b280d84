namespace Forage.Multiclass.Trees;

/// <summary>
/// How good a split is (Section 2.2): with β = P(h &gt; 0), P_i = P(h &gt; 0 | i) and π_i the share of class i, J = 2 Σ π_i |β - P_i| (Equation 1), purity factor
/// α = Σ π_i min(P_i, 1 - P_i) (Definition 1), balancing factor β (Definition 2).
/// </summary>
/// <remarks>
/// J is in [0, 1] and 1 for a split that is pure (α = 0) and balanced (β = 1/2) (Lemma 2). Lemma 1 holds with min(β, 1 - β) in place of the β it is printed with:
/// α ≤ min((2 - J)/(4 b) - b, 1/2), b = min(β, 1 - β).
/// </remarks>
/// <param name="J">The objective.</param>
/// <param name="Purity">α, the smaller the purer.</param>
/// <param name="Balance">β.</param>
public readonly record struct SplitQuality(double J, double Purity, double Balance)
{
    /// <summary>The bound of Lemma 1 on α.</summary>
    public double PurityBound
    {
        get
        {
            double b = Math.Min(Balance, 1 - Balance);
            return b <= 0 ? 0.5 : Math.Min((2 - J) / (4 * b) - b, 0.5);
        }
    }

    /// <summary>Of a split that sends <paramref name="right"/>[i] of the weight <paramref name="all"/>[i] of class i to the right.</summary>
    public static SplitQuality Of(ReadOnlySpan<double> all, ReadOnlySpan<double> right)
    {
        double total = 0, onRight = 0;
        for (int i = 0; i < all.Length; i++)
        {
            total += all[i];
            onRight += right[i];
        }
        if (total <= 0) return new SplitQuality(0, 0, 0);
        double beta = onRight / total, j = 0, alpha = 0;
        for (int i = 0; i < all.Length; i++)
        {
            if (all[i] <= 0) continue;
            double p = right[i] / all[i], share = all[i] / total;
            j += 2 * share * Math.Abs(beta - p);
            alpha += share * Math.Min(p, 1 - p);
        }
        return new SplitQuality(j, alpha, beta);
    }

    /// <summary>Entropy Σ π ln 1/π of class weights, in nats.</summary>
    public static double Entropy(ReadOnlySpan<double> weights)
    {
        double total = 0, sum = 0;
        foreach (double w in weights)
        {
            if (w <= 0) continue;
            total += w;
            sum += w * Math.Log(w);
        }
        return total <= 0 ? 0 : Math.Max(0, Math.Log(total) - sum / total);
    }
}
