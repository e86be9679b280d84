using MathNet.Numerics;

namespace Forage.OffPolicy.Internals;

/// <summary>
/// The regularised incomplete beta function by its continued fraction with as many terms as it takes (library versions stop after a fixed number, too few for
/// shapes of 10^5 and more), and its inverse by bisection.
/// </summary>
internal static class BetaQuantile
{
    /// <summary>I_x(a, b) for a, b &gt; 0.</summary>
    public static double Cdf(double x, double a, double b)
    {
        if (x <= 0) return 0;
        if (x >= 1) return 1;
        double logFront = SpecialFunctions.GammaLn(a + b) - SpecialFunctions.GammaLn(a) - SpecialFunctions.GammaLn(b) + a * Math.Log(x) + b * double.LogP1(-x);
        return x < (a + 1) / (a + b + 2)
            ? Math.Exp(logFront) * Fraction(x, a, b) / a
            : 1 - Math.Exp(logFront) * Fraction(1 - x, b, a) / b;
    }

    /// <summary>x with I_x(a, b) = p; 0 for a = 0 and 1 for b = 0.</summary>
    public static double Inverse(double p, double a, double b)
    {
        if (a <= 0) return 0;
        if (b <= 0) return 1;
        double low = 0, high = 1;
        for (int i = 0; i < 200 && high - low > 1e-15 * high; i++)
        {
            // Quantiles near 0 are resolved relative to their size: bisect the logarithm while the bracket spans magnitudes.
            double middle = low > 0 && high > 4 * low ? Math.Sqrt(low * high) : (low + high) / 2;
            if (Cdf(middle, a, b) < p) low = middle;
            else high = middle;
        }
        return (low + high) / 2;
    }

    // Lentz's method for the continued fraction of I_x(a, b) a B(a, b) / (x^a (1-x)^b).
    private static double Fraction(double x, double a, double b)
    {
        const double tiny = 1e-300;
        double c = 1, d = 1 - (a + b) * x / (a + 1);
        d = 1 / (Math.Abs(d) < tiny ? tiny : d);
        double h = d;
        for (int m = 1; m < 1_000_000; m++)
        {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 + even * d;
            c = 1 + even / c;
            d = 1 / (Math.Abs(d) < tiny ? tiny : d);
            if (Math.Abs(c) < tiny) c = tiny;
            h *= d * c;
            double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 + odd * d;
            c = 1 + odd / c;
            d = 1 / (Math.Abs(d) < tiny ? tiny : d);
            if (Math.Abs(c) < tiny) c = tiny;
            double step = d * c;
            h *= step;
            if (Math.Abs(step - 1) < 1e-15) return h;
        }
        throw new InvalidOperationException($"The continued fraction of I_{x}({a}, {b}) did not converge.");
    }
}
