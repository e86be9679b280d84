using System.Globalization;

namespace Forage.Evaluation.Internals;

/// <summary>Writes a <see cref="Report"/> as one HTML file.</summary>
internal static class ReportPage
{
    public static void Write(Report report, TextWriter to)
    {
        to.Write("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        to.Write("<meta name=\"color-scheme\" content=\"light dark\">");
        to.Write($"<meta name=\"generator\" content=\"Forage {ForageVersion.Text}\"><title>{Html.Escape(report.Title)}</title>\n<style>{ReportStyle.Sheet}</style></head>\n<body><main>\n");
        to.Write($"<header><p class=\"brand\">Forage report</p><h1>{Html.Escape(report.Title)}</h1>");
        if (report.Lead.Length > 0) to.Write($"<p class=\"lead\">{Html.Inline(report.Lead)}</p>");
        to.Write("</header>\n");
        foreach (var block in report.Blocks)
        {
            Write(block, to);
            to.Write('\n');
        }
        WriteProvenance(report.Provenance, to);
        to.Write("</main></body></html>\n");
    }

    private static void Write(ReportBlock block, TextWriter to)
    {
        switch (block)
        {
            case ReportHeading heading:
                to.Write($"<h2 id=\"{Html.Anchor(heading.Text)}\">{Html.Escape(heading.Text)}</h2>");
                break;
            case ReportText text:
                to.Write($"<p>{Html.Inline(text.Text)}</p>");
                break;
            case ReportCallout callout:
                to.Write($"<aside class=\"callout {Css(callout.Tone)}\"><strong>{Html.Escape(callout.Title)}</strong><p>{Html.Inline(callout.Text)}</p></aside>");
                break;
            case ReportFigures figures:
                WriteFigures(figures, to);
                break;
            case ReportTable table:
                WriteTable(table, to);
                break;
            case ReportChart chart:
                WriteChart(chart, to);
                break;
            default: throw new NotSupportedException($"A report cannot show a {block.GetType().Name}.");
        }
    }

    private static void WriteFigures(ReportFigures figures, TextWriter to)
    {
        to.Write("<div class=\"figures\">");
        foreach (var f in figures.Figures)
        {
            to.Write($"<div class=\"figure {Css(f.Tone)}\"><span class=\"what\">{Html.Escape(f.Label)}</span><span class=\"value\">{Html.Escape(f.Value)}</span>");
            if (f.Note.Length > 0) to.Write($"<span class=\"note\">{Html.Escape(f.Note)}</span>");
            to.Write("</div>");
        }
        to.Write("</div>");
    }

    private static void WriteTable(ReportTable table, TextWriter to)
    {
        to.Write("<div class=\"scroll\"><table>");
        if (table.Caption.Length > 0) to.Write($"<caption>{Html.Inline(table.Caption)}</caption>");
        to.Write("<thead><tr>");
        foreach (var column in table.Columns) to.Write($"<th scope=\"col\"{(column.Numeric ? " class=\"n\"" : "")}>{Html.Escape(column.Title)}</th>");
        to.Write("</tr></thead><tbody>");
        foreach (var row in table.Rows)
        {
            if (row.Cells.Count != table.Columns.Count) throw new ArgumentException($"A row of {row.Cells.Count} cells in a table of {table.Columns.Count} columns.");
            to.Write((row.Emphasised, row.Tone) switch
            {
                (false, ReportTone.Neutral) => "<tr>",
                (true, ReportTone.Neutral) => "<tr class=\"strong\">",
                (false, var tone) => $"<tr class=\"{Css(tone)}\">",
                (true, var tone) => $"<tr class=\"strong {Css(tone)}\">",
            });
            for (int c = 0; c < row.Cells.Count; c++) to.Write($"<td{(table.Columns[c].Numeric ? " class=\"n\"" : "")}>{Html.Inline(row.Cells[c])}</td>");
            to.Write("</tr>");
        }
        to.Write("</tbody></table></div>");
    }

    private static void WriteChart(ReportChart chart, TextWriter to)
    {
        to.Write($"<figure><figcaption>{Html.Escape(chart.Title)}</figcaption>");
        if (chart is LineChart { Series.Count: > 1 } lines)
        {
            to.Write("<div class=\"legend\">");
            for (int i = 0; i < lines.Series.Count; i++) to.Write($"<span class=\"{lines.Series[i].StyleAt(i)}\">{Html.Escape(lines.Series[i].Name)}</span>");
            to.Write("</div>");
        }
        to.Write("<div class=\"scroll\">");
        to.Write(chart switch
        {
            IntervalChart { Rows.Count: > 0 } c => IntervalChartDrawing.Draw(c),
            LineChart c when c.Series.Any(s => s.X.Count > 0) => LineChartDrawing.Draw(c),
            BarChart { Bars.Count: > 0 } c => BarChartDrawing.Draw(c),
            Histogram { Counts.Count: > 0 } c => BarChartDrawing.Draw(c),
            _ => "<p class=\"empty\">Nothing to show.</p>",
        });
        to.Write("</div>");
        string truth = chart is IntervalChart interval && interval.Rows.Any(r => r.Truth is not null) ? $"<span class=\"diamond\">◆</span> {Html.Escape(interval.TruthName)}. " : "";
        if (chart.Note.Length + truth.Length > 0) to.Write($"<p class=\"caption\">{truth}{Html.Inline(chart.Note)}</p>");
        to.Write("</figure>");
    }

    private static void WriteProvenance(ReportProvenance p, TextWriter to)
    {
        to.Write("<footer><h2 id=\"provenance\">How this came about</h2><dl>");
        to.Write($"<dt>Command</dt><dd><code>{Html.Escape(p.Command)}</code></dd>");
        to.Write(string.Create(CultureInfo.InvariantCulture, $"<dt>Seed</dt><dd>{p.Seed}</dd>"));
        to.Write($"<dt>Versions</dt><dd>{Html.Escape(string.Join(", ", p.Versions.Prepend(("Forage", ForageVersion.Text)).Select(v => $"{v.Item1} {v.Item2}")))}</dd>");
        foreach (var d in p.Data)
            to.Write(string.Create(CultureInfo.InvariantCulture, $"<dt>Data</dt><dd>{Html.Escape(d.Name)}, {d.Bytes:N0} bytes<br><code class=\"hash\">sha256 {Html.Escape(d.Sha256)}</code></dd>"));
        if (p.Made is { } made) to.Write(string.Create(CultureInfo.InvariantCulture, $"<dt>Made</dt><dd>{made.UtcDateTime:yyyy-MM-dd HH:mm} UTC</dd>"));
        to.Write("</dl></footer>\n");
    }

    private static string Css(ReportTone tone) => tone switch
    {
        ReportTone.Good => "good",
        ReportTone.Warning => "warn",
        ReportTone.Bad => "bad",
        _ => "neutral",
    };
}
