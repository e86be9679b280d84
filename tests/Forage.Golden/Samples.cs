using System.Globalization;
using System.Text;
using Forage.Features;

namespace Forage.Golden;

/// <summary>Small data with a known rule, the same for a seed.</summary>
internal static class Samples
{
    /// <summary>Two classes in VW text: +1 where a weighted sum of eight named features is positive; every label noiseless.</summary>
    public static string TwoClasses(int examples, ulong seed = 1)
    {
        var rng = new Rng(seed);
        var text = new StringBuilder();
        for (int i = 0; i < examples; i++)
        {
            double sum = 0;
            var features = new StringBuilder();
            for (int f = 0; f < 8; f++)
            {
                double x = Math.Round(rng.NextGaussian(), 3);
                sum += x * (f - 3.5);
                features.Append(CultureInfo.InvariantCulture, $" f{f}:{x}");
            }
            text.Append(sum > 0 ? "1" : "-1").Append(" |x").Append(features).Append('\n');
        }
        return text.ToString();
    }
}
