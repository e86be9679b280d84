using Forage.Evaluation;

namespace Forage.Cli.Reproductions;

/// <summary>What a reproduction measured.</summary>
internal sealed class ReproduceResult(string name)
{
    /// <summary>Name of the reproduction.</summary>
    public string Name { get; } = name;

    /// <summary>Everything measured, in order.</summary>
    public List<MeasuredRow> Rows { get; } = [];

    /// <summary>What was promised, with what was measured.</summary>
    public List<MeasuredTarget> Targets { get; } = [];

    /// <summary>What was not measured, and why.</summary>
    public List<SkippedTarget> Skipped { get; } = [];

    /// <summary>What the report shows besides tables of all this: the reproduction's own tables and charts.</summary>
    public List<ReportBlock> Blocks { get; } = [];

    /// <summary>The files it rests on.</summary>
    public List<ReportData> Data { get; } = [];

    /// <summary>True if every target that was measured is met.</summary>
    public bool AllMet => Targets.TrueForAll(t => t.Met);
}

/// <summary>One line of the table of results.</summary>
/// <param name="Part">What was measured.</param>
/// <param name="Measure">Name of the measure: "progressive 0/1 error".</param>
/// <param name="Value">Its value.</param>
/// <param name="Unit">Its unit: "%", "examples/s".</param>
/// <param name="Lower">Lower end of an interval, if there is one.</param>
/// <param name="Upper">Upper end of an interval, if there is one.</param>
/// <param name="Note">What else one should know.</param>
internal sealed record MeasuredRow(string Part, string Measure, double Value, string Unit, double? Lower = null, double? Upper = null, string? Note = null);

/// <summary>A promise and what was measured.</summary>
/// <param name="Id">Stable name.</param>
/// <param name="Value">Measured in this run.</param>
/// <param name="Sense">"&gt;=" or "&lt;=".</param>
/// <param name="Bound">What was promised.</param>
/// <param name="Unit">Unit of value and bound.</param>
internal sealed record MeasuredTarget(string Id, double Value, string Sense, double Bound, string Unit)
{
    /// <summary>True if the promise is kept; never for NaN.</summary>
    public bool Met => Sense == ">=" ? Value >= Bound : Value <= Bound;
}

/// <summary>A target this run could not measure.</summary>
/// <param name="Id">Stable name.</param>
/// <param name="Why">What is missing.</param>
internal sealed record SkippedTarget(string Id, string Why);
