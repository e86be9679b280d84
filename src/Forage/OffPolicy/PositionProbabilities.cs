using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy;

/// <summary>
/// P(y_j = y) for every position j of a slate of l actions drawn without replacement from p (Plackett-Luce), to about 1e-12: what metrics that weigh positions
/// need. Sums over the first k positions are inclusion probabilities for slates of k.
/// </summary>
/// <remarks>
/// The clocks of <see cref="InclusionProbabilities"/> again: y stands at position j iff exactly j-1 others rang before it, so
/// P(y_j = y) = ∫_0^∞ p_y e^{-p_y t} Pr[exactly j-1 others rang by t] dt, all positions from one integral. Holds buffers: one instance a thread.
/// </remarks>
public sealed class PositionProbabilities
{
    // Dividing a factor out of the product is stable while its constant is above 1/2.
    private const double DivideAbove = 0.55;

    private readonly PoissonBinomialTail _tail = new();
    private double[] _rates = [], _stays = [], _others = [], _all = [], _without = [];

    /// <summary>P(y_j = y) for each of <paramref name="actions"/> and each position; 0 for an action outside the support and for positions a small support leaves empty.</summary>
    /// <param name="p">Base distribution.</param>
    /// <param name="length">Slate length l ≥ 1.</param>
    /// <param name="actions">Distinct actions asked for.</param>
    /// <param name="result">Receives l probabilities an action, action by action.</param>
    public void Of(scoped in ActionDistribution p, int length, scoped ReadOnlySpan<int> actions, scoped Span<double> result)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        int n = actions.Length;
        result[..(n * length)].Clear();
        if (n == 0) return;
        var rates = Room(ref _rates, n);
        double largest = 0;
        for (int k = 0; k < n; k++) largest = Math.Max(largest, rates[k] = p.ProbabilityOf(actions[k]));
        if (!(largest > 0)) return;

        _tail.Prepare(p, actions, length);
        Span<double> stays = Room(ref _stays, n), others = Room(ref _others, length), all = Room(ref _all, length), without = Room(ref _without, length);
        var quadrature = new PanelQuadrature(length);
        while (quadrature.NextPanel())
        {
            double left = 0;
            while (quadrature.NextNode(out double t, out double weight))
            {
                _tail.Polynomial(t, others);
                others.CopyTo(all);
                for (int k = 0; k < n; k++)
                {
                    stays[k] = Math.Exp(-rates[k] * t);
                    if (rates[k] > 0) Multiply(all, stays[k]);
                }
                left = 0;
                for (int k = 0; k < n; k++)
                {
                    if (rates[k] <= 0) continue;
                    Without(k, stays, rates, others, all, without);
                    var positions = result.Slice(k * length, length);
                    double density = rates[k] * stays[k], rest = 0;
                    for (int j = 0; j < length; j++)
                    {
                        positions[j] += weight * density * without[j];
                        rest += without[j];
                    }
                    left = Math.Max(left, stays[k] * rest);
                }
            }
            if (left < PanelQuadrature.Negligible) break;
        }
    }

    private static void Without(int k, ReadOnlySpan<double> stays, ReadOnlySpan<double> rates, ReadOnlySpan<double> others, ReadOnlySpan<double> all, Span<double> without)
    {
        if (stays[k] > DivideAbove)
        {
            PoissonBinomialTail.Divide(all, without, stays[k]);
            return;
        }
        others.CopyTo(without);
        for (int i = 0; i < stays.Length; i++)
            if (i != k && rates[i] > 0) Multiply(without, stays[i]);
    }

    private static void Multiply(Span<double> polynomial, double stay)
    {
        double ring = 1 - stay;
        for (int k = polynomial.Length - 1; k > 0; k--) polynomial[k] = stay * polynomial[k] + ring * polynomial[k - 1];
        polynomial[0] *= stay;
    }

    private static Span<double> Room(ref double[] array, int count)
    {
        if (array.Length < count) array = new double[Math.Max(count, 2 * array.Length)];
        return array.AsSpan(0, count);
    }
}
