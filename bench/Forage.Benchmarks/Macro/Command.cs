using System.Diagnostics;

namespace Forage.Benchmarks.Macro;

/// <summary>A command's wall time, peak memory and output.</summary>
internal sealed record Outcome(double Seconds, double PeakMegabytes, string Output);

/// <summary>Runs a command as a user would.</summary>
internal static class Command
{
    public static Outcome Run(string program, string arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        long begun = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        double peak = 0;
        while (!process.WaitForExit(20)) peak = Math.Max(peak, PeakOf(process.Id));
        double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        process.WaitForExit();
        string all = output.Result + errors.Result;
        if (process.ExitCode != 0) throw new InvalidOperationException($"'{program} {arguments}' ended with {process.ExitCode}: {all}");
        return new Outcome(seconds, peak, all);
    }

    /// <summary>Peak resident memory so far, in MB, as Linux counts it.</summary>
    private static double PeakOf(int id)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{id}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
