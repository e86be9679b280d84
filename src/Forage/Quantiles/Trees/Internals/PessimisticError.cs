using MathNet.Numerics.Distributions;

namespace Forage.Quantiles.Trees.Internals;

/// <summary>C4.5's estimate of the errors a leaf will make: the upper end of a one-sided interval of confidence c for a binomial share of e errors in n.</summary>
internal sealed class PessimisticError(double confidence)
{
    private readonly double _z = Normal.InvCDF(0, 1, 1 - confidence);

    /// <summary>Errors to expect beyond the e seen.</summary>
    public double Extra(double n, double e)
    {
        if (e < 1)
        {
            double none = n * (1 - Math.Pow(confidence, 1 / n));
            return e == 0 ? none : none + e * (Extra(n, 1) - none);
        }
        if (e + 0.5 >= n) return Math.Max(n - e, 0);
        double f = (e + 0.5) / n, zz = _z * _z;
        return n * (f + zz / (2 * n) + _z * Math.Sqrt(f / n - f * f / n + zz / (4 * n * n))) / (1 + zz / n) - e;
    }
}
