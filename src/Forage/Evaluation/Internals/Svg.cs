using System.Globalization;
using System.Text;

namespace Forage.Evaluation.Internals;

/// <summary>Writes the few SVG elements our charts need. Colours come from the page's style sheet by class, so light and dark need nothing here.</summary>
internal sealed class Svg
{
    /// <summary>Width of all charts in user units; the page shows them at about that many pixels.</summary>
    public const double Width = 760;

    private readonly StringBuilder _body = new();

    /// <summary>Average advance of a character of the chart's font, of its size; what is bold is wider.</summary>
    private const double Advance = 0.575, BoldAdvance = 0.65;

    /// <summary>About how wide a text is.</summary>
    public static double TextWidth(string text, double size = 13, bool bold = false) => text.Length * size * (bold ? BoldAdvance : Advance);

    /// <summary>Shortens a text to a width.</summary>
    public static string Fit(string text, double width, double size = 13, bool bold = false)
    {
        int most = Math.Max(2, (int)(width / TextWidth("m", size, bold)));
        return text.Length <= most ? text : text[..(most - 1)] + "…";
    }

    /// <summary>A text in one line if it is not wider than that, else in two of about the same length.</summary>
    public static string[] Wrap(string text, double width, bool bold)
    {
        if (TextWidth(text, bold: bold) <= width) return [text];
        int cut = -1;
        for (int i = 0; i < text.Length; i++)
            if (text[i] == ' ' && (cut < 0 || Math.Abs(i - text.Length / 2) < Math.Abs(cut - text.Length / 2))) cut = i;
        return cut < 0 ? [text] : [text[..cut], text[(cut + 1)..]];
    }

    public void Line(double x1, double y1, double x2, double y2, string css)
        => _body.Append(CultureInfo.InvariantCulture, $"<line class=\"{css}\" x1=\"{x1:0.#}\" y1=\"{y1:0.#}\" x2=\"{x2:0.#}\" y2=\"{y2:0.#}\"/>");

    public void Text(double x, double y, string text, string css)
        => _body.Append(CultureInfo.InvariantCulture, $"<text class=\"{css}\" x=\"{x:0.#}\" y=\"{y:0.#}\">{Html.Escape(text)}</text>");

    /// <summary>Text that runs upward, centred at a point.</summary>
    public void UpText(double x, double y, string text, string css)
        => _body.Append(CultureInfo.InvariantCulture, $"<text class=\"{css}\" transform=\"translate({x:0.#} {y:0.#}) rotate(-90)\">{Html.Escape(text)}</text>");

    public void Dot(double x, double y, double r, string css, string hover)
        => _body.Append(CultureInfo.InvariantCulture, $"<circle class=\"{css}\" cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"{r:0.#}\"><title>{Html.Escape(hover)}</title></circle>");

    public void Diamond(double x, double y, double r, string css, string hover)
        => _body.Append(CultureInfo.InvariantCulture, $"<path class=\"{css}\" d=\"M{x:0.#} {y - r:0.#}L{x + r:0.#} {y:0.#}L{x:0.#} {y + r:0.#}L{x - r:0.#} {y:0.#}Z\"><title>{Html.Escape(hover)}</title></path>");

    public void Rect(double x, double y, double width, double height, string css, string hover = "", double radius = 0)
    {
        _body.Append(CultureInfo.InvariantCulture, $"<rect class=\"{css}\" x=\"{x:0.##}\" y=\"{y:0.##}\" width=\"{Math.Max(0, width):0.##}\" height=\"{Math.Max(0, height):0.##}\"");
        if (radius > 0) _body.Append(CultureInfo.InvariantCulture, $" rx=\"{radius:0.#}\"");
        _body.Append(hover.Length == 0 ? "/>" : $"><title>{Html.Escape(hover)}</title></rect>");
    }

    /// <summary>A line through points; a NaN interrupts it.</summary>
    public void Path(IEnumerable<(double X, double Y)> points, string css)
    {
        _body.Append($"<path class=\"{css}\" d=\"");
        bool pen = false;
        foreach (var (x, y) in points)
        {
            if (double.IsNaN(y))
            {
                pen = false;
                continue;
            }
            _body.Append(CultureInfo.InvariantCulture, $"{(pen ? 'L' : 'M')}{x:0.#} {y:0.#}");
            pen = true;
        }
        _body.Append("\"/>");
    }

    /// <summary>A filled outline.</summary>
    public void Area(IEnumerable<(double X, double Y)> outline, string css)
    {
        _body.Append($"<path class=\"{css}\" d=\"");
        char command = 'M';
        foreach (var (x, y) in outline)
        {
            _body.Append(CultureInfo.InvariantCulture, $"{command}{x:0.#} {y:0.#}");
            command = 'L';
        }
        _body.Append("Z\"/>");
    }

    /// <summary>The whole element.</summary>
    public string ToString(double height, string description)
        => string.Create(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width:0} {height:0}\" role=\"img\" aria-label=\"{Html.Escape(description)}\">{_body}</svg>");
}
