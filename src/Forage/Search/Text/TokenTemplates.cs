using System.Collections.Immutable;
using Forage.Persistence;
using Forage.Search.Text.Internals;

namespace Forage.Search.Text;

/// <summary>
/// The features of a token as a list of templates, read from text: CRF++'s template files as they are (<see cref="ParseCrf"/>), or a shorter language
/// (<see cref="Parse"/>). See <c>docs/search-features.md</c>.
/// </summary>
public sealed class TokenTemplates
{
    /// <summary>Farthest place a template may look at.</summary>
    public const int MaxOffset = 8;

    internal TokenTemplates(string text, int wordColumn, int tagColumn, ImmutableArray<TokenTemplate> items)
    {
        (Text, WordColumn, TagColumn, Items) = (text, wordColumn, tagColumn, items);
        var columns = new SortedSet<int>();
        foreach (var item in items)
            foreach (var term in item.Terms) columns.Add(term.Column);
        Columns = [.. columns];
    }

    /// <summary>The text they were read from.</summary>
    public string Text { get; }

    /// <summary>Column of the file that <c>word</c> and its views mean; -1 for templates of CRF++.</summary>
    public int WordColumn { get; }

    /// <summary>Column of the file that <c>tag</c> means; -1 for none.</summary>
    public int TagColumn { get; }

    /// <summary>The templates.</summary>
    public ImmutableArray<TokenTemplate> Items { get; }

    /// <summary>The columns of the file they look at.</summary>
    public ImmutableArray<int> Columns { get; }

    /// <summary>Whether a template is the label before and nothing else: CRF++'s line <c>B</c>, or <c>label[-1]</c>.</summary>
    public bool ConditionsOnPrevious => Items.Any(i => i.Terms.IsEmpty && i.Guesses.IsEmpty && i.Labels.SequenceEqual([-1]));

    /// <summary>How many labels before the one at hand the templates look back on.</summary>
    public int LabelsBack => Items.SelectMany(i => i.Labels).Select(l => -l).DefaultIfEmpty(0).Max();

    /// <summary>Whether they look at labels of an earlier pass over the sentence.</summary>
    public bool NeedsGuesses => Items.Any(i => !i.Guesses.IsEmpty);

    internal TemplateLayout Layout => field ??= new TemplateLayout(this);

    /// <summary>The same features for sentences read from their last token: places in reading order, so behind the token is before it.</summary>
    internal TemplateLayout LayoutFromRight => field ??= new TemplateLayout(new TokenTemplates(Text, WordColumn, TagColumn,
        [.. Items.Select(i => i with { Terms = [.. i.Terms.Select(t => t with { Offset = -t.Offset })], Guesses = [.. i.Guesses.Select(g => -g)] })]));

    /// <summary>
    /// Reads templates such as <c>word[-2..2] prefix(1..4)[-1..1] shape[0] word[-1]&amp;word[0] label[-1]&amp;word[0]</c>: features apart by blanks or lines, what is
    /// seen together joined by &amp;, ranges written out; <c>#</c> begins a comment.
    /// </summary>
    /// <param name="text">The templates.</param>
    /// <param name="wordColumn">Column of the file that holds the words.</param>
    /// <param name="tagColumn">Column of the file that holds tags, -1 for none.</param>
    /// <exception cref="ForageException">Not understood; the message says what.</exception>
    public static TokenTemplates Parse(string text, int wordColumn = 0, int tagColumn = -1) => new(text, wordColumn, tagColumn, new TemplateParser(wordColumn, tagColumn).Parse(text));

    /// <summary>
    /// Reads a template file of CRF++: <c>U…%x[row,column]…</c> for features, <c>B…</c> for features together with the label before, <c>#</c> for comments.
    /// Two features are the same exactly where their strings are, so templates with one literal make a bag of words.
    /// </summary>
    /// <exception cref="ForageException">Not understood; the message has the line.</exception>
    public static TokenTemplates ParseCrf(string text) => new(text, -1, -1, CrfTemplateParser.Parse(text));

    /// <summary>Reads either language: a text whose every line is empty, a comment or begins with <c>U</c> or <c>B</c> is CRF++'s.</summary>
    public static TokenTemplates ParseEither(string text, int wordColumn = 0, int tagColumn = -1)
        => CrfTemplateParser.LooksLike(text) ? ParseCrf(text) : Parse(text, wordColumn, tagColumn);

    /// <summary>Writes them as a chunk.</summary>
    public void Save(ModelWriter writer)
    {
        writer.BeginChunk("TMPL", 1);
        writer.Write(WordColumn);
        writer.Write(TagColumn);
        writer.Write(Text);
        writer.EndChunk();
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static TokenTemplates Load(ModelReader reader)
    {
        reader.BeginChunk("TMPL", 1);
        int word = reader.ReadInt32(), tag = reader.ReadInt32();
        string text = reader.ReadString();
        reader.EndChunk();
        return word < 0 ? ParseCrf(text) : Parse(text, word, tag);
    }
}
