using System.Numerics;

namespace Forage.Markets.Internals;

/// <summary>One round of a block of traders with fixed beliefs in one of two outcomes: u ← u (1 - λ + λ b/q), then Σ λu (1 - p) and Σ λu p of the new u.</summary>
internal static class FixedBeliefKernel
{
    /// <summary>As many traders at once as the machine has lanes.</summary>
    /// <param name="u">Wealth, of any common scale; multiplied in place.</param>
    /// <param name="p">Beliefs in outcome 1.</param>
    /// <param name="fractions">λ of each; empty for <paramref name="fraction"/> everywhere.</param>
    /// <param name="fraction">λ of all.</param>
    /// <param name="outcome">What came true.</param>
    /// <param name="inverse">1/q of what came true.</param>
    public static (double Against, double For) Step(Span<double> u, ReadOnlySpan<double> p, ReadOnlySpan<double> fractions, double fraction, bool outcome, double inverse)
    {
        int width = Vector<double>.Count, i = 0;
        Vector<double> one = Vector<double>.One, against = Vector<double>.Zero, held = Vector<double>.Zero, inv = new(inverse);
        if (fractions.IsEmpty)
        {
            Vector<double> keep = new(1 - fraction), gain = new(fraction * inverse), moreAgainst = Vector<double>.Zero, moreHeld = Vector<double>.Zero;
            for (; i <= u.Length - 2 * width; i += 2 * width)
            {
                Vector<double> p0 = new(p[i..]), p1 = new(p[(i + width)..]), c0 = one - p0, c1 = one - p1;
                var u0 = new Vector<double>(u[i..]) * (keep + gain * (outcome ? p0 : c0));
                var u1 = new Vector<double>(u[(i + width)..]) * (keep + gain * (outcome ? p1 : c1));
                u0.CopyTo(u[i..]);
                u1.CopyTo(u[(i + width)..]);
                against += u0 * c0;
                moreAgainst += u1 * c1;
                held += u0 * p0;
                moreHeld += u1 * p1;
            }
            against += moreAgainst;
            held += moreHeld;
        }
        else
        {
            for (; i <= u.Length - width; i += width)
            {
                Vector<double> b = new(p[i..]), c = one - b, f = new(fractions[i..]);
                var w = new Vector<double>(u[i..]) * ((one - f) + f * ((outcome ? b : c) * inv));
                w.CopyTo(u[i..]);
                against += w * f * c;
                held += w * f * b;
            }
        }
        var (tailAgainst, tailFor) = StepScalar(u[i..], p[i..], fractions.IsEmpty ? fractions : fractions[i..], fraction, outcome, inverse);
        double scale = fractions.IsEmpty ? fraction : 1;
        return (Vector.Sum(against) * scale + tailAgainst, Vector.Sum(held) * scale + tailFor);
    }

    /// <summary>The same, one trader at a time: the reference.</summary>
    public static (double Against, double For) StepScalar(Span<double> u, ReadOnlySpan<double> p, ReadOnlySpan<double> fractions, double fraction, bool outcome, double inverse)
    {
        double against = 0, held = 0;
        for (int i = 0; i < u.Length; i++)
        {
            double f = fractions.IsEmpty ? fraction : fractions[i];
            u[i] *= (1 - f) + f * ((outcome ? p[i] : 1 - p[i]) * inverse);
            against += f * u[i] * (1 - p[i]);
            held += f * u[i] * p[i];
        }
        return (against, held);
    }
}
