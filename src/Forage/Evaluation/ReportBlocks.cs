namespace Forage.Evaluation;

/// <summary>A part of a <see cref="Report"/>.</summary>
public abstract record ReportBlock;

/// <summary>How a remark or a mark is meant; shown as colour and, where it matters, as a word.</summary>
public enum ReportTone
{
    /// <summary>Neither good nor bad.</summary>
    Neutral,

    /// <summary>Good news.</summary>
    Good,

    /// <summary>To be careful about.</summary>
    Warning,

    /// <summary>Bad news.</summary>
    Bad,
}

/// <summary>Starts a section.</summary>
/// <param name="Text">Its title.</param>
public sealed record ReportHeading(string Text) : ReportBlock;

/// <summary>A paragraph.</summary>
/// <param name="Text">Plain text in which <c>**bold**</c> and <c>`code`</c> are understood.</param>
public sealed record ReportText(string Text) : ReportBlock;

/// <summary>A remark that must not be missed.</summary>
/// <param name="Tone">Good news or bad.</param>
/// <param name="Title">A few words.</param>
/// <param name="Text">A paragraph, as in <see cref="ReportText"/>.</param>
public sealed record ReportCallout(ReportTone Tone, string Title, string Text) : ReportBlock;

/// <summary>The few numbers that matter, large, side by side.</summary>
/// <param name="Figures">Two to five of them.</param>
public sealed record ReportFigures(IReadOnlyList<ReportFigure> Figures) : ReportBlock;

/// <summary>One large number.</summary>
/// <param name="Label">What it is.</param>
/// <param name="Value">The number, formatted.</param>
/// <param name="Note">A few words below it: an interval, a comparison.</param>
/// <param name="Tone">How it is meant.</param>
public sealed record ReportFigure(string Label, string Value, string Note = "", ReportTone Tone = ReportTone.Neutral);

/// <summary>A table.</summary>
/// <param name="Columns">Titles, left to right.</param>
/// <param name="Rows">Cells, one a column.</param>
/// <param name="Caption">A line above it.</param>
public sealed record ReportTable(IReadOnlyList<ReportColumn> Columns, IReadOnlyList<ReportRow> Rows, string Caption = "") : ReportBlock;

/// <summary>A column of a table.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Numeric">Aligned right with digits of one width.</param>
public sealed record ReportColumn(string Title, bool Numeric = false);

/// <summary>A row of a table.</summary>
/// <param name="Cells">Formatted text, one a column.</param>
/// <param name="Emphasised">The row to look at.</param>
/// <param name="Tone">How it is meant, shown as the colour of the row; the cells have to say it too.</param>
public sealed record ReportRow(IReadOnlyList<string> Cells, bool Emphasised = false, ReportTone Tone = ReportTone.Neutral);

/// <summary>Base of the charts.</summary>
/// <param name="Title">What is seen, a short sentence.</param>
public abstract record ReportChart(string Title) : ReportBlock
{
    /// <summary>A line below the chart that says how to read it; empty for none.</summary>
    public string Note { get; init; } = "";
}

/// <summary>Estimates with their intervals, one a row, on a common axis.</summary>
/// <param name="Title">What is seen.</param>
/// <param name="AxisTitle">What the axis measures, with its unit.</param>
/// <param name="Rows">From top to bottom.</param>
public sealed record IntervalChart(string Title, string AxisTitle, IReadOnlyList<IntervalRow> Rows) : ReportChart(Title)
{
    /// <summary>A value to compare with, drawn as a line across all rows.</summary>
    public ReferenceValue? Reference { get; init; }

    /// <summary>What the diamonds of <see cref="IntervalRow.Truth"/> are called.</summary>
    public string TruthName { get; init; } = "truth";
}

/// <summary>One estimate.</summary>
/// <param name="Label">Its name.</param>
/// <param name="Value">Point estimate; NaN draws no dot.</param>
/// <param name="Lower">Lower end; NaN draws no whiskers.</param>
/// <param name="Upper">Upper end.</param>
/// <param name="Emphasised">The row to look at.</param>
/// <param name="Truth">The true value, where it is known.</param>
public sealed record IntervalRow(string Label, double Value, double Lower, double Upper, bool Emphasised = false, double? Truth = null);

/// <summary>A value to compare with.</summary>
/// <param name="Label">Its name.</param>
/// <param name="Value">Where it is on the axis.</param>
public sealed record ReferenceValue(string Label, double Value);

/// <summary>Lines over a common axis, each perhaps with a band around it.</summary>
/// <param name="Title">What is seen.</param>
/// <param name="XTitle">What the horizontal axis measures.</param>
/// <param name="YTitle">What the vertical axis measures.</param>
/// <param name="Series">At most six.</param>
public sealed record LineChart(string Title, string XTitle, string YTitle, IReadOnlyList<LineSeries> Series) : ReportChart(Title)
{
    /// <summary>A value to compare with, drawn as a horizontal line.</summary>
    public ReferenceValue? Reference { get; init; }

    /// <summary>Horizontal axis in decades: for sizes that double.</summary>
    public bool LogarithmicX { get; init; }

    /// <summary>Vertical axis in decades, over the positive values: with both, a power of x is a straight line.</summary>
    public bool LogarithmicY { get; init; }

    /// <summary>The vertical axis starts at 0 even if the data do not.</summary>
    public bool FromZero { get; init; }
}

/// <summary>One line.</summary>
/// <param name="Name">Its name, shown in the legend.</param>
/// <param name="X">Positions, ascending.</param>
/// <param name="Y">Values; NaN interrupts the line.</param>
/// <param name="Lower">Lower edge of the band, or null.</param>
/// <param name="Upper">Upper edge of the band, or null.</param>
public sealed record LineSeries(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y, IReadOnlyList<double>? Lower = null, IReadOnlyList<double>? Upper = null)
{
    /// <summary>No measurement but what would be ideal: dashed and grey.</summary>
    public bool IsGuide { get; init; }

    /// <summary>Class of its colour as the line of that number.</summary>
    internal string StyleAt(int number) => IsGuide ? "guide" : $"s{number % 6 + 1}";
}

/// <summary>Horizontal bars with names: features by weight, actions by overlap.</summary>
/// <param name="Title">What is seen.</param>
/// <param name="AxisTitle">What the length means.</param>
/// <param name="Bars">From top to bottom; negative values point to the left.</param>
public sealed record BarChart(string Title, string AxisTitle, IReadOnlyList<ReportBar> Bars) : ReportChart(Title);

/// <summary>One bar.</summary>
/// <param name="Label">Its name.</param>
/// <param name="Value">Its length.</param>
/// <param name="Emphasised">The bar to look at.</param>
/// <param name="Text">What stands at its end; the value if null.</param>
public sealed record ReportBar(string Label, double Value, bool Emphasised = false, string? Text = null);

/// <summary>Counts over intervals.</summary>
/// <param name="Title">What is seen.</param>
/// <param name="XTitle">What is counted over.</param>
/// <param name="YTitle">What is counted.</param>
/// <param name="Edges">n + 1 ascending edges.</param>
/// <param name="Counts">n counts.</param>
public sealed record Histogram(string Title, string XTitle, string YTitle, IReadOnlyList<double> Edges, IReadOnlyList<double> Counts) : ReportChart(Title)
{
    /// <summary>Edges are spaced by ratio, not by difference.</summary>
    public bool LogarithmicX { get; init; }
}
