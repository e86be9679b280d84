using System.Collections.ObjectModel;
using System.Globalization;
using Forage.Evaluation;

namespace Forage.Cli.Reproductions;

/// <summary>What a reproduction measured.</summary>
/// <param name="name">Name of the reproduction.</param>
/// <param name="tell">Told a line of each row and target as it is added, so that a long run shows what it has found.</param>
internal sealed class ReproduceResult(string name, Action<string>? tell = null)
{
    /// <summary>Name of the reproduction.</summary>
    public string Name { get; } = name;

    /// <summary>Everything measured, in order.</summary>
    public ToldList<MeasuredRow> Rows { get; } = new(tell);

    /// <summary>What was promised, with what was measured.</summary>
    public ToldList<MeasuredTarget> Targets { get; } = new(tell);

    /// <summary>What was not measured, and why.</summary>
    public List<SkippedTarget> Skipped { get; } = [];

    /// <summary>What the report shows besides tables of all this: the reproduction's own tables and charts.</summary>
    public List<ReportBlock> Blocks { get; } = [];

    /// <summary>The files it rests on.</summary>
    public List<ReportData> Data { get; } = [];

    /// <summary>True if every target that was measured is met.</summary>
    public bool AllMet => Targets.All(t => t.Met);
}

/// <summary>A list that tells what is added to it.</summary>
internal sealed class ToldList<T>(Action<string>? tell) : Collection<T> where T : notnull
{
    /// <inheritdoc/>
    protected override void InsertItem(int index, T item)
    {
        base.InsertItem(index, item);
        tell?.Invoke(item.ToString()!);
    }

    /// <summary>Adds several.</summary>
    public void AddRange(IEnumerable<T> items)
    {
        foreach (var item in items) Add(item);
    }
}

/// <summary>One line of the table of results.</summary>
/// <param name="Part">What was measured.</param>
/// <param name="Measure">Name of the measure: "progressive 0/1 error".</param>
/// <param name="Value">Its value.</param>
/// <param name="Unit">Its unit: "%", "examples/s".</param>
/// <param name="Lower">Lower end of an interval, if there is one.</param>
/// <param name="Upper">Upper end of an interval, if there is one.</param>
/// <param name="Note">What else one should know.</param>
internal sealed record MeasuredRow(string Part, string Measure, double Value, string Unit, double? Lower = null, double? Upper = null, string? Note = null)
{
    /// <summary>As a line.</summary>
    public override string ToString()
    {
        string interval = Lower is { } lower && Upper is { } upper ? $" [{Short(lower)}, {Short(upper)}]" : "";
        return $"{Part}: {Measure}: {$"{Short(Value)} {Unit}".TrimEnd()}{interval}{(Note is null ? "" : $" ({Note})")}";
    }

    /// <summary>A number in few characters.</summary>
    public static string Short(double v) => v is >= 1e4 or <= -1e4 ? v.ToString("N0", CultureInfo.InvariantCulture) : v.ToString("G4", CultureInfo.InvariantCulture);
}

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

    /// <summary>As a line.</summary>
    public override string ToString() => $"{(Met ? "✓" : "✗")} {Id}: {MeasuredRow.Short(Value)} {Sense} {MeasuredRow.Short(Bound)} {Unit}".TrimEnd();
}

/// <summary>A target this run could not measure.</summary>
/// <param name="Id">Stable name.</param>
/// <param name="Why">What is missing.</param>
internal sealed record SkippedTarget(string Id, string Why);
