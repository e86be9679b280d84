namespace Forage.Evaluation.Internals;

/// <summary>Draws an <see cref="IntervalChart"/>: label, whiskers with a dot, numbers at the right.</summary>
internal static class IntervalChartDrawing
{
    private const double RowHeight = 34, Bottom = 46, NumbersWidth = 168, MostLabel = 256, LabelGap = 14, LineHeight = 14;

    public static string Draw(IntervalChart chart)
    {
        double left = Math.Clamp(chart.Rows.Max(r => Svg.Wrap(r.Label, MostLabel, r.Emphasised).Max(line => Svg.TextWidth(line, bold: r.Emphasised))), 66, MostLabel) + LabelGap + 10, right = Svg.Width - NumbersWidth;
        double top = chart.Reference is null ? 10 : 28, height = top + chart.Rows.Count * RowHeight + Bottom, floor = height - Bottom;
        var values = chart.Rows.SelectMany(r => new[] { r.Value, r.Lower, r.Upper, r.Truth ?? double.NaN }).ToList();
        if (chart.Reference is { } reference) values.Add(reference.Value);
        var axis = Axis.Linear(values, left, right);
        var svg = new Svg();
        for (int i = 0; i < chart.Rows.Count; i++)
            if (chart.Rows[i].Emphasised) svg.Rect(0, top + i * RowHeight + 1, Svg.Width, RowHeight - 2, "highlight", radius: 5);

        foreach (double tick in axis.Ticks)
        {
            svg.Line(axis.At(tick), top, axis.At(tick), floor, "grid");
            svg.Text(axis.At(tick), floor + 18, axis.Label(tick), "tick mid");
        }
        svg.Text((left + right) / 2, floor + 38, chart.AxisTitle, "axis mid");
        if (chart.Reference is { } r0)
        {
            double x = axis.At(r0.Value);
            svg.Line(x, top - 4, x, floor, "reference");
            svg.Text(Math.Clamp(x, left + Svg.TextWidth(r0.Label, 12) / 2, right - Svg.TextWidth(r0.Label, 12) / 2), top - 10, r0.Label, "reference-label mid");
        }
        for (int i = 0; i < chart.Rows.Count; i++) Row(svg, axis, chart, chart.Rows[i], left, top + (i + 0.5) * RowHeight);
        return svg.ToString(height, chart.Title);
    }

    private static void Row(Svg svg, Axis axis, IntervalChart chart, IntervalRow row, double left, double y)
    {
        string tone = row.Emphasised ? " strong" : "";
        string numbers = axis.Precise(row.Value) + (double.IsNaN(row.Lower) ? "" : $"  [{axis.Precise(row.Lower)}, {axis.Precise(row.Upper)}]");
        string hover = $"{row.Label}: {numbers}";
        string[] lines = Svg.Wrap(row.Label, MostLabel, row.Emphasised);
        for (int i = 0; i < lines.Length; i++)
            svg.Text(left - LabelGap, y + 4.5 + (i - 0.5 * (lines.Length - 1)) * LineHeight, Svg.Fit(lines[i], left - LabelGap, bold: row.Emphasised), "label end" + tone);
        if (!double.IsNaN(row.Lower) && !double.IsNaN(row.Upper))
        {
            double a = axis.At(row.Lower), b = axis.At(row.Upper);
            svg.Line(a, y, b, y, "whisker" + tone);
            svg.Line(a, y - 5, a, y + 5, "whisker" + tone);
            svg.Line(b, y - 5, b, y + 5, "whisker" + tone);
        }
        if (row.Truth is { } truth) svg.Diamond(axis.At(truth), y, 6.5, "truth", $"{row.Label}: {chart.TruthName} {axis.Precise(truth)}");
        if (!double.IsNaN(row.Value)) svg.Dot(axis.At(row.Value), y, 5, "dot" + tone, hover);
        svg.Text(Svg.Width - 8, y + 4.5, numbers, "number end" + tone);
    }
}
