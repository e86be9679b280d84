using Forage.Cli.Frame;

namespace Forage.Cli.Reproductions;

/// <summary>Adds to a result, and tells how far the work is.</summary>
internal sealed class RowTeller(ReproduceContext context, ReproduceResult result) : IDisposable
{
    private readonly ProgressMeter _meter = context.Session.Progress(result.Name, "");

    /// <summary>What is collected.</summary>
    public ReproduceResult Result => result;

    /// <summary>A row.</summary>
    public void Row(string part, string measure, double value, string unit, string? note = null) => Row(new MeasuredRow(part, measure, value, unit, Note: note));

    /// <summary>A row, perhaps with an interval.</summary>
    public void Row(MeasuredRow row) => result.Rows.Add(row);

    /// <summary>A target.</summary>
    public void Target(string id, double value, string sense, double bound, string unit) => result.Targets.Add(new MeasuredTarget(id, value, sense, bound, unit));

    /// <summary>A target that could not be measured.</summary>
    public void Skip(string id, string why) => result.Skipped.Add(new SkippedTarget(id, why));

    /// <summary>How far the work is.</summary>
    public void Progress(long done, double share, string what) => _meter.Report(done, share, what);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
