using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Forage.Quantiles.Internals;

/// <summary>The room's user errors, one sentence each.</summary>
internal static class QuantileThrow
{
    /// <summary>Refuses a quantile that is not strictly between 0 and 1.</summary>
    public static void CheckLevel(double q)
    {
        if (!(q is > 0 and < 1)) Wrong($"The quantile is {q}; expected a number between 0 and 1, both excluded.");
    }

    /// <summary>Refuses no quantiles, quantiles out of range, and quantiles that do not ascend.</summary>
    public static void CheckLevels(ReadOnlySpan<double> levels)
    {
        if (levels.IsEmpty) Wrong($"No quantile was asked for; expected at least one.");
        for (int l = 0; l < levels.Length; l++)
        {
            CheckLevel(levels[l]);
            if (l > 0 && !(levels[l] > levels[l - 1])) Wrong($"The quantile {levels[l]} comes after {levels[l - 1]}; expected ascending quantiles.");
        }
    }

    /// <summary>A user's mistake.</summary>
    [DoesNotReturn]
    public static void Wrong(FormattableString message) => throw new ForageException(message.ToString(CultureInfo.InvariantCulture));
}
