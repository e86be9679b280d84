using System.Globalization;

namespace Forage.Cli.Frame;

/// <summary>Numbers as people read them, the same in every culture.</summary>
internal static class Numbers
{
    /// <summary>A count with separators: 1,234,567.</summary>
    public static string Count(long n) => n.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number as it is.</summary>
    public static string Plain(double v) => v.ToString(CultureInfo.InvariantCulture);

    /// <summary>A rate of three digits: 12.3k, 4.56M.</summary>
    public static string Rate(double r) => r switch
    {
        >= 1e9 => Three(r / 1e9) + "G",
        >= 1e6 => Three(r / 1e6) + "M",
        >= 1e4 => Three(r / 1e3) + "k",
        _ => Three(r),
    };

    /// <summary>Bytes in binary units: 12.3 MiB.</summary>
    public static string Bytes(double b) => b switch
    {
        >= 1L << 30 => Three(b / (1L << 30)) + " GiB",
        >= 1L << 20 => Three(b / (1L << 20)) + " MiB",
        >= 1L << 10 => Three(b / (1L << 10)) + " KiB",
        _ => b.ToString("0", CultureInfo.InvariantCulture) + " B",
    };

    /// <summary>A duration: 8 s, 2 min 05 s, 1 h 03 min.</summary>
    public static string Duration(double seconds)
    {
        if (!(seconds < 1e8)) return "long";
        if (seconds < 9.95) return seconds.ToString("0.0", CultureInfo.InvariantCulture) + " s";
        long s = (long)Math.Round(seconds);
        return s < 60 ? $"{s} s" : s < 3600 ? $"{s / 60} min {s % 60:00} s" : $"{s / 3600} h {s % 3600 / 60:00} min";
    }

    private static string Three(double v)
        => v.ToString(v >= 99.95 ? "0" : v >= 9.995 ? "0.0" : "0.00", CultureInfo.InvariantCulture);
}
