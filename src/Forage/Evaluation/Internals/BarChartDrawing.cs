namespace Forage.Evaluation.Internals;

/// <summary>Draws a <see cref="BarChart"/> and a <see cref="Histogram"/>.</summary>
internal static class BarChartDrawing
{
    private const double BarRow = 27, BarBottom = 44;

    public static string Draw(BarChart chart)
    {
        const double top = 6;
        double left = Math.Clamp(chart.Bars.Max(b => Svg.TextWidth(b.Label)) + 20, 70, 300);
        double numbers = chart.Bars.Max(b => Svg.TextWidth(b.Text ?? Axis.Compact(b.Value))) + 14, right = Svg.Width - numbers;
        double height = top + chart.Bars.Count * BarRow + BarBottom, floor = height - BarBottom;
        bool anyNegative = chart.Bars.Any(b => b.Value < 0);
        var axis = Axis.Linear(chart.Bars.Select(b => b.Value), anyNegative ? left + numbers : left, right, fromZero: true);
        var svg = new Svg();
        foreach (double tick in axis.Ticks)
        {
            svg.Line(axis.At(tick), top, axis.At(tick), floor, "grid");
            svg.Text(axis.At(tick), floor + 17, axis.Label(tick), "tick mid");
        }
        svg.Text((left + right) / 2, floor + 36, chart.AxisTitle, "axis mid");
        double zero = axis.At(0);
        for (int i = 0; i < chart.Bars.Count; i++)
        {
            var bar = chart.Bars[i];
            string text = bar.Text ?? Axis.Compact(bar.Value), strong = bar.Emphasised ? " strong" : "";
            double y = top + (i + 0.5) * BarRow, end = double.IsNaN(bar.Value) ? zero : axis.At(bar.Value);
            svg.Text(left - 10, y + 4.5, Svg.Fit(bar.Label, left - 10), "label end" + strong);
            svg.Rect(Math.Min(zero, end), y - 8.5, Math.Max(1, Math.Abs(end - zero)), 17, (bar.Value < 0 ? "bar minus" : "bar plus") + strong, $"{bar.Label}: {text}", 2);
            if (bar.Value < 0) svg.Text(end - 6, y + 4.5, text, "number end" + strong);
            else svg.Text(end + 6, y + 4.5, text, "number" + strong);
        }
        svg.Line(zero, top, zero, floor, "base");
        return svg.ToString(height, chart.Title);
    }

    public static string Draw(Histogram chart)
    {
        const double left = 68, right = Svg.Width - 18, top = 14, floor = 218, height = 264;
        var x = chart.LogarithmicX ? Axis.Logarithmic(chart.Edges, left, right) : Axis.Linear(chart.Edges, left, right, 8, round: false);
        var y = Axis.Linear(chart.Counts, floor, top, 5, fromZero: true);
        var svg = new Svg();
        foreach (double tick in y.Ticks)
        {
            svg.Line(left, y.At(tick), right, y.At(tick), "grid");
            svg.Text(left - 9, y.At(tick) + 4, y.Label(tick), "tick end");
        }
        for (int i = 0; i < chart.Counts.Count; i++)
        {
            double a = x.At(chart.Edges[i]), b = x.At(chart.Edges[i + 1]), gap = b - a > 4 ? 0.75 : 0;
            svg.Rect(a + gap, y.At(chart.Counts[i]), b - a - 2 * gap, floor - y.At(chart.Counts[i]), "bar plus",
                $"{Axis.Compact(chart.Edges[i])} to {Axis.Compact(chart.Edges[i + 1])}: {Axis.Compact(chart.Counts[i])}", 1.5);
        }
        foreach (double tick in x.Ticks)
        {
            svg.Line(x.At(tick), floor, x.At(tick), floor + 5, "base");
            svg.Text(x.At(tick), floor + 20, x.Label(tick), "tick mid");
        }
        svg.Line(left, floor, right, floor, "base");
        svg.Text((left + right) / 2, floor + 40, chart.XTitle, "axis mid");
        svg.UpText(15, (top + floor) / 2, chart.YTitle, "axis mid");
        return svg.ToString(height, chart.Title);
    }
}
