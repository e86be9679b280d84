namespace Forage.OffPolicy.Internals;

/// <summary>
/// The smallest mean of a = w r over distributions Q close to the data: min Σ Q a subject to Σ Q = 1, Σ Q w = 1, (1/n) Σ_i ln(n Q_i) ≥ -φ/n, where Q may
/// also sit where nothing was observed, at weights 0..W and reward 0. By duality it is
/// max over g0, g1 ≥ 0 of e^{-φ/n} GM_i(s_i) - g0 (1 - 1/W) - g1/W, with s_i = g0 (1 - w_i/W) + g1 w_i/W + a_i and GM the geometric mean.
/// </summary>
/// <remarks>
/// Lagrange multipliers γ = g0 for Σ Q = 1, β = (g1 - g0)/W for Σ Q w = 1, and κ for the likelihood, which is maximised out. Concave in two variables. Every feasible
/// point is a certificate: its value is a lower bound whether or not the search converged (weak duality).
/// </remarks>
internal static class EmpiricalLikelihoodDual
{
    /// <summary>The bound and the norm of its projected gradient (dimensionless; 0 at the optimum).</summary>
    public static (double Bound, double Gradient) Solve(ReadOnlySpan<double> weights, ReadOnlySpan<double> gains, ReadOnlySpan<double> counts, double maxWeight, double phi)
    {
        var problem = new Problem(weights, gains, counts, maxWeight, phi);
        if (problem.MeanGain == 0) return (0, 0);
        var (g0, g1) = problem.Start();
        // The optimum is inside or on one of the two edges; each is a smooth concave problem.
        var inside = Ascend(problem, g0, g1, false, false);
        var edge0 = Ascend(problem, 0, g1, true, false);
        var edge1 = Ascend(problem, g0, 0, false, true);
        var best = inside.Value >= edge0.Value && inside.Value >= edge1.Value ? inside : edge0.Value > edge1.Value ? edge0 : edge1;
        return (Math.Max(0, best.Value), best.Gradient);
    }

    private static (double Value, double Gradient) Ascend(in Problem problem, double g0, double g1, bool fixed0, bool fixed1)
    {
        var at = problem.At(g0, g1);
        if (double.IsNegativeInfinity(at.Value)) return (double.NegativeInfinity, double.PositiveInfinity);
        for (int iteration = 0; iteration < 200 && Norm(at, fixed0, fixed1) > 1e-12; iteration++)
        {
            var (step0, step1) = Direction(at, fixed0, fixed1);
            // Stay inside: at most 9/10 of the way to an edge.
            double size = 1;
            if (step0 < 0) size = Math.Min(size, -0.9 * g0 / step0);
            if (step1 < 0) size = Math.Min(size, -0.9 * g1 / step1);
            bool moved = false;
            for (; size > 1e-14 && !moved; size /= 2)
            {
                var next = problem.At(g0 + size * step0, g1 + size * step1);
                if (!(next.Value > at.Value + 1e-4 * size * (at.D0 * step0 + at.D1 * step1))) continue;
                (g0, g1, at, moved) = (g0 + size * step0, g1 + size * step1, next, true);
            }
            if (!moved) break;
        }
        return (at.Value, Norm(at, fixed0 && at.D0 <= 0, fixed1 && at.D1 <= 0));
    }

    private static double Norm(in Point p, bool fixed0, bool fixed1) => Math.Max(fixed0 ? 0 : Math.Abs(p.D0), fixed1 ? 0 : Math.Abs(p.D1));

    private static (double, double) Direction(in Point p, bool fixed0, bool fixed1)
    {
        if (fixed0) return (0, p.H11 < 0 ? -p.D1 / p.H11 : p.D1);
        if (fixed1) return (p.H00 < 0 ? -p.D0 / p.H00 : p.D0, 0);
        // Newton with a ridge where the Hessian is nearly flat in one direction, as it is for all weights equal.
        double ridge = 1e-12 * (p.H00 + p.H11), h00 = p.H00 + ridge, h11 = p.H11 + ridge;
        double determinant = h00 * h11 - p.H01 * p.H01;
        if (!(determinant > 0)) return (p.H00 < 0 ? -p.D0 / p.H00 : p.D0, p.H11 < 0 ? -p.D1 / p.H11 : p.D1);
        return ((-p.D0 * h11 + p.D1 * p.H01) / determinant, (-p.D1 * h00 + p.D0 * p.H01) / determinant);
    }

    private readonly record struct Point(double Value, double D0, double D1, double H00, double H01, double H11);

    private readonly ref struct Problem
    {
        private readonly ReadOnlySpan<double> _weights, _gains, _counts;
        private readonly double _maxWeight, _phi, _n;

        public Problem(ReadOnlySpan<double> weights, ReadOnlySpan<double> gains, ReadOnlySpan<double> counts, double maxWeight, double phi)
        {
            (_maxWeight, _phi) = (maxWeight, phi);
            _weights = weights;
            _gains = gains;
            _counts = counts;
            double sum = 0;
            for (int i = 0; i < counts.Length; i++)
            {
                _n += counts[i];
                sum += counts[i] * gains[i];
            }
            MeanGain = sum / _n;
        }

        public double MeanGain { get; }

        // For large n the optimum is near γ + β w + a = σ sqrt(n/2φ) + residual of regressing a on w.
        public (double, double) Start()
        {
            double meanWeight = 0, variance = 0, covariance = 0, gainVariance = 0;
            for (int i = 0; i < _counts.Length; i++) meanWeight += _counts[i] * _weights[i] / _n;
            for (int i = 0; i < _counts.Length; i++)
            {
                double dw = _weights[i] - meanWeight, da = _gains[i] - MeanGain;
                variance += _counts[i] * dw * dw / _n;
                covariance += _counts[i] * dw * da / _n;
                gainVariance += _counts[i] * da * da / _n;
            }
            double beta = variance > 0 ? -covariance / variance : 0;
            double spread = Math.Sqrt(Math.Max(0, gainVariance + beta * covariance));
            double scale = Math.Max(spread, 1e-6 * MeanGain) * Math.Sqrt(_n / (2 * _phi));
            double g0 = scale - MeanGain - beta * meanWeight;
            return (Math.Max(g0, 0.01 * scale), Math.Max(g0 + beta * _maxWeight, 0.01 * scale));
        }

        public Point At(double g0, double g1)
        {
            double logs = 0, m0 = 0, m1 = 0, q00 = 0, q01 = 0, q11 = 0;
            for (int i = 0; i < _counts.Length; i++)
            {
                double share = _weights[i] / _maxWeight;
                double s = g0 * (1 - share) + g1 * share + _gains[i];
                if (!(s > 0)) return new Point(double.NegativeInfinity, 1, 1, -1, 0, -1);
                double c = _counts[i] / _n, u0 = (1 - share) / s, u1 = share / s;
                logs += c * Math.Log(s);
                m0 += c * u0;
                m1 += c * u1;
                q00 += c * u0 * u0;
                q01 += c * u0 * u1;
                q11 += c * u1 * u1;
            }
            double k = Math.Exp(logs - _phi / _n), d1 = 1 / _maxWeight, d0 = 1 - d1;
            return new Point(k - g0 * d0 - g1 * d1, k * m0 - d0, k * m1 - d1, k * (m0 * m0 - q00), k * (m0 * m1 - q01), k * (m1 * m1 - q11));
        }
    }
}
