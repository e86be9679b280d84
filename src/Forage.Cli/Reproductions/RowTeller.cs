using System.Globalization;
using Forage.Cli.Frame;

namespace Forage.Cli.Reproductions;

/// <summary>Collects rows and targets and prints each on standard error as it comes, so that a long run shows what it has found.</summary>
internal sealed class RowTeller(ReproduceContext context, ReproduceResult result) : IDisposable
{
    private readonly ProgressMeter _meter = context.Session.Progress(result.Name, "");

    /// <summary>What is collected.</summary>
    public ReproduceResult Result => result;

    /// <summary>A row.</summary>
    public void Row(string part, string measure, double value, string unit, string? note = null) => Row(new MeasuredRow(part, measure, value, unit, Note: note));

    /// <summary>A row, perhaps with an interval.</summary>
    public void Row(MeasuredRow row)
    {
        result.Rows.Add(row);
        string interval = row.Lower is { } lower && row.Upper is { } upper ? $" [{Short(lower)}, {Short(upper)}]" : "";
        _meter.WriteLine($"{row.Part}: {row.Measure}: {Short(row.Value)} {row.Unit}{interval}{(row.Note is null ? "" : $" ({row.Note})")}");
    }

    /// <summary>A target.</summary>
    public void Target(string id, double value, string sense, double bound, string unit)
    {
        var target = new MeasuredTarget(id, value, sense, bound, unit);
        result.Targets.Add(target);
        _meter.WriteLine($"{(target.Met ? "✓" : "✗")} {id}: {Short(value)} {sense} {Short(bound)} {unit}");
    }

    /// <summary>A target that could not be measured.</summary>
    public void Skip(string id, string why) => result.Skipped.Add(new SkippedTarget(id, why));

    /// <summary>How far the work is.</summary>
    public void Progress(long done, double share, string what) => _meter.Report(done, share, what);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static string Short(double v) => v is >= 1e4 or <= -1e4 ? v.ToString("N0", CultureInfo.InvariantCulture) : v.ToString("G4", CultureInfo.InvariantCulture);
}
