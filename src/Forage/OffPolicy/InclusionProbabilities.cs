using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy;

/// <summary>
/// P(y ∈ Y) for a slate Y of l actions drawn without replacement from p (Plackett-Luce), to about 1e-12.
/// </summary>
/// <remarks>
/// <para>
/// Give every action an exponential clock of rate p_z; the slate is the first l to ring. So P(y ∈ Y) = ∫_0^∞ p_y e^{-p_y t} Pr[at most l-1 others rang by t] dt,
/// and the number that rang is Poisson-binomial with probabilities 1 - e^{-p_z t} (with u = e^{-p_y t} this is ∫_0^1 Pr[PB{1 - u^{p_z/p_y}} ≤ l-1] du; in t the nodes are
/// shared by all actions and rare actions lose no digits). Gauss-Legendre panels [0,1], [1,2], [2,4], ... until nothing is left.
/// </para>
/// <para>
/// At a node, actions with p_z t above a threshold (1/2 for slates of up to 6) enter the generating polynomial (truncated at degree l-1) one by one; the rest together as
/// exp(-Σx + Σ_k (-1)^{k+1} s^k/k Σ_z (e^{x_z} - 1)^k) with the inner sums from power sums of p: exact but for x^25. O(nodes · (head · l + l²)) after one pass over p.
/// </para>
/// <para>Holds buffers: one instance a thread.</para>
/// </remarks>
public sealed class InclusionProbabilities
{
    private readonly PoissonBinomialTail _tail = new();
    private double[] _others = [], _product = [], _rates = [];

    /// <summary>P(y ∈ Y) for each of <paramref name="actions"/>; 0 for one outside the support.</summary>
    /// <param name="p">Base distribution, sum 1.</param>
    /// <param name="length">Slate length l ≥ 1.</param>
    /// <param name="actions">Distinct actions asked for, few.</param>
    /// <param name="result">Receives one probability an action.</param>
    public void Of(scoped in ActionDistribution p, int length, scoped ReadOnlySpan<int> actions, Span<double> result)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        var rates = Room(ref _rates, actions.Length);
        for (int k = 0; k < actions.Length; k++) rates[k] = p.ProbabilityOf(actions[k]);
        if (Trivial(p, length, rates, result)) return;

        _tail.Prepare(p, actions, length);
        var others = Room(ref _others, length);
        var product = Room(ref _product, length);
        result[..actions.Length].Clear();
        var quadrature = new PanelQuadrature(length);
        while (quadrature.NextPanel())
        {
            double left = 0;
            while (quadrature.NextNode(out double t, out double weight))
            {
                _tail.Polynomial(t, others);
                left = 0;
                for (int k = 0; k < rates.Length; k++)
                {
                    if (rates[k] <= 0) continue;
                    others.CopyTo(product);
                    for (int i = 0; i < rates.Length; i++)
                        if (i != k && rates[i] > 0) PoissonBinomialTail.Multiply(product, rates[i] * t);
                    double f = Math.Exp(-rates[k] * t) * Sum(product);
                    result[k] += weight * rates[k] * f;
                    left = Math.Max(left, f);
                }
            }
            if (left < PanelQuadrature.Negligible) break;
        }
        for (int k = 0; k < rates.Length; k++) result[k] = Math.Min(1, result[k]);
    }

    /// <summary>P(y ∈ Y) for every entry of <paramref name="p"/>, aligned with it; they sum to l (or to the size of a smaller support).</summary>
    public void All(scoped in ActionDistribution p, int length, Span<double> result)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        if (Trivial(p, length, p.Probabilities, result)) return;
        if (length == 1)
        {
            p.Probabilities.CopyTo(result);
            return;
        }
        _tail.Prepare(p, default, length);
        var all = Room(ref _others, length);
        var without = Room(ref _product, length);
        result[..p.Count].Clear();
        var quadrature = new PanelQuadrature(length);
        while (quadrature.NextPanel())
        {
            double left = 0;
            while (quadrature.NextNode(out double t, out double weight))
            {
                _tail.Polynomial(t, all);
                left = 0;
                for (int i = 0; i < p.Count; i++)
                {
                    double rate = p.Probabilities[i];
                    if (rate <= 0) continue;
                    double x = rate * t, survival = Math.Exp(-x);
                    if (x < 0.6) PoissonBinomialTail.Divide(all, without, survival);
                    else _tail.PolynomialWithout(t, p.ActionAt(i), without);
                    double f = survival * Sum(without);
                    result[i] += weight * rate * f;
                    left = Math.Max(left, f);
                }
            }
            if (left < PanelQuadrature.Negligible) break;
        }
        for (int i = 0; i < p.Count; i++) result[i] = Math.Min(1, result[i]);
    }

    // A support no larger than the slate is always shown whole.
    private static bool Trivial(scoped in ActionDistribution p, int length, scoped ReadOnlySpan<double> rates, Span<double> result)
    {
        int support = 0;
        foreach (double q in p.Probabilities) support += q > 0 ? 1 : 0;
        if (support > length) return false;
        for (int k = 0; k < rates.Length; k++) result[k] = rates[k] > 0 ? 1 : 0;
        return true;
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double v in values) sum += v;
        return sum;
    }

    private static Span<double> Room(ref double[] array, int count)
    {
        if (array.Length < count) array = new double[Math.Max(count, 2 * array.Length)];
        return array.AsSpan(0, count);
    }
}
