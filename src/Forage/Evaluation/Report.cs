using Forage.Evaluation.Internals;

namespace Forage.Evaluation;

/// <summary>
/// A report: one self-contained HTML file without scripts or network, light and dark, that says in its footer how it came about. Blocks are shown
/// in the order they were added; charts are drawn as inline SVG.
/// </summary>
/// <param name="title">The headline.</param>
/// <param name="provenance">Command, seed, versions and data: what it takes to make the same report again.</param>
public sealed class Report(string title, ReportProvenance provenance)
{
    private readonly List<ReportBlock> _blocks = [];

    /// <summary>The headline.</summary>
    public string Title { get; } = title;

    /// <summary>What it takes to make the same report again.</summary>
    public ReportProvenance Provenance { get; } = provenance;

    /// <summary>One or two sentences below the headline: what was found.</summary>
    public string Lead { get; set; } = "";

    /// <summary>What the report consists of, in order.</summary>
    public IReadOnlyList<ReportBlock> Blocks => _blocks;

    /// <summary>Adds a block at the end.</summary>
    public Report Add(ReportBlock block)
    {
        _blocks.Add(block);
        return this;
    }

    /// <summary>Starts a section.</summary>
    public Report Heading(string text) => Add(new ReportHeading(text));

    /// <summary>Adds a paragraph; <c>**bold**</c> and <c>`code`</c> are understood.</summary>
    public Report Text(string text) => Add(new ReportText(text));

    /// <summary>Adds a remark that must not be missed.</summary>
    public Report Callout(ReportTone tone, string title, string text) => Add(new ReportCallout(tone, title, text));

    /// <summary>Writes the HTML file.</summary>
    public void Write(TextWriter to) => ReportPage.Write(this, to);

    /// <summary>Writes the HTML file to a path; the file is replaced only once it is whole.</summary>
    public void Save(string path)
    {
        string partial = path + ".partial";
        try
        {
            using (var writer = new StreamWriter(partial)) Write(writer);
            File.Move(partial, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ForageException($"Cannot write the report '{path}': {e.Message}", e);
        }
    }
}
