using System.Globalization;

namespace Forage.Benchmarks.Macro;

/// <summary>Options of a benchmark's command line, and what it says of itself.</summary>
internal static class Arguments
{
    public static string? Option(string[] args, string name)
    {
        int i = Array.IndexOf(args, name);
        return i >= 0 && i + 1 < args.Length ? args[i + 1] : null;
    }

    public static int Int(string[] args, string name, int otherwise) => Option(args, name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    public static float Float(string[] args, string name, float otherwise) => Option(args, name) is { } text ? float.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>Peak resident memory of this process so far, in MB, as Linux counts it; 0 elsewhere.</summary>
    public static double PeakMegabytes()
    {
        const string Status = "/proc/self/status";
        string? line = File.Exists(Status) ? File.ReadLines(Status).FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)) : null;
        return line is null ? 0 : double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
