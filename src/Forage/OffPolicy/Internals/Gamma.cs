using Forage.Features;

namespace Forage.OffPolicy.Internals;

/// <summary>Gamma variates by rejection from a squeezed normal (Marsaglia and Tsang 2000).</summary>
internal static class Gamma
{
    public static double Draw(double shape, ref Rng rng)
    {
        if (shape < 1) return Draw(shape + 1, ref rng) * Math.Pow(rng.NextOpenDouble(), 1 / shape);
        double d = shape - 1.0 / 3, c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = rng.NextGaussian(), v = 1 + c * x;
            if (v <= 0) continue;
            v = v * v * v;
            if (Math.Log(rng.NextOpenDouble()) < 0.5 * x * x + d - d * v + d * Math.Log(v)) return d * v;
        }
    }
}
