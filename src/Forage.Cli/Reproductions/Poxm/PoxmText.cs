using System.Globalization;

namespace Forage.Cli.Reproductions.Poxm;

/// <summary>Numbers of the tables.</summary>
internal static class PoxmText
{
    /// <summary>Two decimals.</summary>
    public static string Two(double value) => double.IsFinite(value) ? value.ToString("0.00", CultureInfo.InvariantCulture) : "";

    /// <summary>Mean ± error.</summary>
    public static string Mean((double Mean, double Error) value) => double.IsNaN(value.Error) ? Two(value.Mean) : $"{Two(value.Mean)} ± {Two(value.Error)}";

    /// <summary>A share in %.</summary>
    public static string Share(double value) => double.IsFinite(value) ? value.ToString("0", CultureInfo.InvariantCulture) + " %" : "";
}
