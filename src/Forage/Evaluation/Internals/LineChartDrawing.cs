namespace Forage.Evaluation.Internals;

/// <summary>Draws a <see cref="LineChart"/>: bands below, grid, lines above, dots only where there are few points.</summary>
internal static class LineChartDrawing
{
    private const double Left = 68, Right = Svg.Width - 18, Top = 14, Floor = 268, Height = 314;
    private const int MostDots = 30;

    public static string Draw(LineChart chart)
    {
        var xs = chart.Series.SelectMany(s => s.X);
        var x = chart.LogarithmicX ? Axis.Logarithmic(xs, Left, Right) : Axis.Linear(xs, Left, Right, 7, round: false);
        var ys = chart.Series.SelectMany(s => s.Y.Concat(s.Lower ?? []).Concat(s.Upper ?? [])).ToList();
        if (chart.Reference is { } reference) ys.Add(reference.Value);
        var y = chart.LogarithmicY ? Axis.Logarithmic(ys, Floor, Top) : Axis.Linear(ys, Floor, Top, fromZero: chart.FromZero);
        var svg = new Svg();

        foreach (double tick in y.Ticks)
        {
            svg.Line(Left, y.At(tick), Right, y.At(tick), "grid");
            svg.Text(Left - 9, y.At(tick) + 4, y.Label(tick), "tick end");
        }
        foreach (double tick in x.Ticks)
        {
            svg.Line(x.At(tick), Floor, x.At(tick), Floor + 5, "base");
            string label = x.Label(tick);
            svg.Text(Math.Min(x.At(tick), Svg.Width - Svg.TextWidth(label, 12) / 2 - 1), Floor + 20, label, "tick mid");
        }
        svg.Line(Left, Floor, Right, Floor, "base");
        svg.Text((Left + Right) / 2, Floor + 40, chart.XTitle, "axis mid");
        svg.UpText(15, (Top + Floor) / 2, chart.YTitle, "axis mid");

        for (int i = 0; i < chart.Series.Count; i++)
            if (chart.Series[i] is { Lower: { } lower, Upper: { } upper } s) svg.Area(Band(s.X, lower, upper, x, y), $"band {s.StyleAt(i)}");
        if (chart.Reference is { } r)
        {
            svg.Line(Left, y.At(r.Value), Right, y.At(r.Value), "reference");
            svg.Text(Right - 4, y.At(r.Value) - 6, r.Label, "reference-label end");
        }
        for (int i = 0; i < chart.Series.Count; i++)
        {
            var s = chart.Series[i];
            string css = s.StyleAt(i);
            svg.Path(s.X.Zip(s.Y, (a, b) => (x.At(a), double.IsNaN(b) ? double.NaN : y.At(b))), "line " + css);
            if (s.X.Count > MostDots || s.IsGuide) continue;
            for (int k = 0; k < s.X.Count; k++)
                if (!double.IsNaN(s.Y[k])) svg.Dot(x.At(s.X[k]), y.At(s.Y[k]), 3.4, "point " + css, $"{s.Name}: {Axis.Compact(s.Y[k])} at {Axis.Compact(s.X[k])}");
        }
        return svg.ToString(Height, chart.Title);
    }

    private static IEnumerable<(double, double)> Band(IReadOnlyList<double> xs, IReadOnlyList<double> lower, IReadOnlyList<double> upper, Axis x, Axis y)
    {
        for (int k = 0; k < xs.Count; k++)
            if (!double.IsNaN(lower[k])) yield return (x.At(xs[k]), y.At(lower[k]));
        for (int k = xs.Count - 1; k >= 0; k--)
            if (!double.IsNaN(upper[k])) yield return (x.At(xs[k]), y.At(upper[k]));
    }
}
