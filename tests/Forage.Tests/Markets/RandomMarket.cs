using Forage.Features;

namespace Forage.Tests.Markets;

/// <summary>Random beliefs and wealth.</summary>
internal static class RandomMarket
{
    public static double[] Rows(int traders, int outcomes, ref Rng rng, double sharpness = 1)
    {
        double[] rows = new double[traders * outcomes];
        for (int i = 0; i < traders; i++)
        {
            double sum = 0;
            for (int k = 0; k < outcomes; k++) sum += rows[i * outcomes + k] = Math.Pow(rng.NextExponential(), sharpness);
            for (int k = 0; k < outcomes; k++) rows[i * outcomes + k] /= sum;
        }
        return rows;
    }

    public static double[] Uniform(int n, ref Rng rng, double low = 0, double high = 1)
    {
        double[] x = new double[n];
        for (int i = 0; i < n; i++) x[i] = low + (high - low) * rng.NextOpenDouble();
        return x;
    }
}
