using System.Numerics;

namespace Forage.Markets.Internals;

/// <summary>What several rounds do to a block of traders with fixed beliefs in one of two outcomes.</summary>
internal static class FixedBeliefKernel
{
    /// <summary>D of the polynomials.</summary>
    public const int Degree = 6;

    /// <summary>u ← u Σ_j c_j p^j (1-p)^(D-j), then S_j = Σ u p^j (1-p)^(D-j) of the new u: as many traders at once as the machine has lanes.</summary>
    /// <param name="u">Wealth, of any common scale; multiplied in place.</param>
    /// <param name="p">Beliefs in outcome 1.</param>
    /// <param name="c">D + 1 coefficients.</param>
    /// <param name="moments">Receives D + 1 sums.</param>
    public static void Step(Span<double> u, ReadOnlySpan<double> p, ReadOnlySpan<double> c, Span<double> moments)
    {
        int width = Vector<double>.Count, i = 0;
        Vector<double> c0 = new(c[0]), c1 = new(c[1]), c2 = new(c[2]), c3 = new(c[3]), c4 = new(c[4]), c5 = new(c[5]), c6 = new(c[6]);
        Vector<double> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default;
        for (; i <= u.Length - width; i += width)
        {
            Vector<double> a = new(p[i..]), b = Vector<double>.One - a, a2 = a * a, b2 = b * b, a3 = a2 * a, b3 = b2 * b, a4 = a2 * a2, b4 = b2 * b2;
            Vector<double> m0 = b3 * b3, m1 = a * (b4 * b), m2 = a2 * b4, m3 = a3 * b3, m4 = a4 * b2, m5 = a4 * a * b, m6 = a3 * a3;
            var w = new Vector<double>(u[i..]) * (c0 * m0 + c1 * m1 + (c2 * m2 + c3 * m3) + (c4 * m4 + c5 * m5) + c6 * m6);
            w.CopyTo(u[i..]);
            s0 += w * m0;
            s1 += w * m1;
            s2 += w * m2;
            s3 += w * m3;
            s4 += w * m4;
            s5 += w * m5;
            s6 += w * m6;
        }
        StepScalar(u[i..], p[i..], c, moments);
        (moments[0], moments[1], moments[2], moments[3]) = (moments[0] + Vector.Sum(s0), moments[1] + Vector.Sum(s1), moments[2] + Vector.Sum(s2), moments[3] + Vector.Sum(s3));
        (moments[4], moments[5], moments[6]) = (moments[4] + Vector.Sum(s4), moments[5] + Vector.Sum(s5), moments[6] + Vector.Sum(s6));
    }

    /// <summary>The same, one trader at a time: the reference.</summary>
    public static void StepScalar(Span<double> u, ReadOnlySpan<double> p, ReadOnlySpan<double> c, Span<double> moments)
    {
        Span<double> basis = stackalloc double[Degree + 1];
        moments.Clear();
        for (int i = 0; i < u.Length; i++)
        {
            double factor = 0;
            for (int j = 0; j <= Degree; j++)
            {
                basis[j] = 1;
                for (int k = 0; k < Degree; k++) basis[j] *= k < j ? p[i] : 1 - p[i];
                factor += c[j] * basis[j];
            }
            u[i] *= factor;
            for (int j = 0; j <= Degree; j++) moments[j] += u[i] * basis[j];
        }
    }

    /// <summary>One round of traders each with her own λ: u ← u (1 - λ + λ b/q), then Σ λu(1-p) and Σ λup of the new u.</summary>
    /// <param name="u">Wealth, of any common scale; multiplied in place.</param>
    /// <param name="p">Beliefs in outcome 1.</param>
    /// <param name="fractions">λ of each.</param>
    /// <param name="inverse">1/q of what came true; 0 for no round.</param>
    /// <param name="outcome">What came true.</param>
    public static (double Against, double For) Step(Span<double> u, ReadOnlySpan<double> p, ReadOnlySpan<double> fractions, bool outcome, double inverse)
    {
        int width = Vector<double>.Count, i = 0;
        Vector<double> against = default, held = default, inv = new(inverse);
        for (; i <= u.Length - width; i += width)
        {
            Vector<double> b = new(p[i..]), c = Vector<double>.One - b, f = new(fractions[i..]), w = new(u[i..]);
            if (inverse > 0)
            {
                w *= Vector<double>.One - f + f * ((outcome ? b : c) * inv);
                w.CopyTo(u[i..]);
            }
            against += w * f * c;
            held += w * f * b;
        }
        var (tailAgainst, tailFor) = StepScalar(u[i..], p[i..], fractions[i..], outcome, inverse);
        return (Vector.Sum(against) + tailAgainst, Vector.Sum(held) + tailFor);
    }

    /// <summary>The same, one trader at a time: the reference.</summary>
    public static (double Against, double For) StepScalar(Span<double> u, ReadOnlySpan<double> p, ReadOnlySpan<double> fractions, bool outcome, double inverse)
    {
        double against = 0, held = 0;
        for (int i = 0; i < u.Length; i++)
        {
            double f = fractions[i];
            if (inverse > 0) u[i] *= 1 - f + f * ((outcome ? p[i] : 1 - p[i]) * inverse);
            against += f * u[i] * (1 - p[i]);
            held += f * u[i] * p[i];
        }
        return (against, held);
    }
}
