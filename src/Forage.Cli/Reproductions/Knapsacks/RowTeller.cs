using System.Globalization;
using Forage.Cli.Frame;

namespace Forage.Cli.Reproductions.Knapsacks;

/// <summary>Collects rows and targets and prints each on standard error as it comes, so that a long run shows what it has found.</summary>
internal sealed class RowTeller(ReproduceContext context, ReproduceResult result) : IDisposable
{
    private readonly ProgressMeter _meter = context.Session.Progress("knapsacks", "");

    /// <summary>What is collected.</summary>
    public ReproduceResult Result => result;

    /// <summary>A row.</summary>
    public void Row(string part, string measure, double value, string unit, double? lower = null, double? upper = null, string? note = null)
    {
        result.Rows.Add(new MeasuredRow(part, measure, value, unit, lower, upper, note));
        _meter.WriteLine($"{part}: {measure}: {Short(value)} {unit}{(note is null ? "" : $" ({note})")}");
    }

    /// <summary>A target.</summary>
    public void Target(string id, double value, string sense, double bound, string unit)
    {
        var target = new MeasuredTarget(id, value, sense, bound, unit);
        result.Targets.Add(target);
        _meter.WriteLine($"{(target.Met ? "✓" : "✗")} {id}: {Short(value)} {sense} {Short(bound)} {unit}");
    }

    /// <summary>How far the work is.</summary>
    public void Progress(long done, double share, string what) => _meter.Report(done, share, what);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static string Short(double v) => v is >= 1e4 or <= -1e4 ? v.ToString("N0", CultureInfo.InvariantCulture) : v.ToString("G4", CultureInfo.InvariantCulture);
}
