namespace Forage.Quantiles;

/// <summary>
/// The quantile loss of prediction f and outcome y (Langford, Oliveira, Zadrozny 2006, Eq. 1): l_q(y, f) = q (y - f) if y ≥ f, else (1 - q)(f - y). In units of y;
/// its expectation is smallest at the q-quantile of y.
/// </summary>
public static class PinballLoss
{
    /// <summary>l_q(y, f).</summary>
    public static double Of(double y, double f, double q) => y >= f ? q * (y - f) : (1 - q) * (f - y);

    /// <summary>Mean of l_q over pairs.</summary>
    /// <param name="y">Outcomes.</param>
    /// <param name="f">Predictions, as many.</param>
    /// <param name="q">The quantile.</param>
    public static double Mean(ReadOnlySpan<double> y, ReadOnlySpan<double> f, double q)
    {
        double sum = 0;
        for (int i = 0; i < y.Length; i++) sum += Of(y[i], f[i], q);
        return sum / y.Length;
    }
}
