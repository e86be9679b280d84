using Forage.Search.Text;
using Combination = Forage.Search.Text.Internals.TemplateLayout.Combination;

namespace Forage.Search.Internals;

/// <summary>
/// The templates of one pass over a sentence sorted by what must be known before a token's features are: the word at one place; several words; labels of an
/// earlier pass; the labels before; and labels alone, whose scores stand in <see cref="LabelRows"/>.
/// </summary>
internal sealed class PassPlan
{
    /// <param name="table">Rounded weights.</param>
    /// <param name="templates">The templates.</param>
    /// <param name="fromRight">Whether sentences are read from their last token: places are turned into reading order.</param>
    /// <param name="guesses">Whether there was an earlier pass; if not, templates that look at its labels are left out.</param>
    /// <param name="history">Number of labels before that are features beside the templates'.</param>
    /// <param name="views">Views of columns, to which those of the templates are added.</param>
    public PassPlan(ActionTable table, TokenTemplates templates, bool fromRight, bool guesses, int history, List<ColumnView> views)
    {
        Table = table;
        History = history;
        Combination[] items = [.. templates.Items.Where(i => guesses || i.Guesses.IsEmpty).Select(i => Place(i, fromRight ? -1 : 1, views))];
        Groups = [.. items.Where(i => IsFree(i) && IsOfOnePlace(i)).GroupBy(i => i.Terms.Length == 0 ? 0 : i.Terms[0].Offset).OrderBy(g => g.Key).Select(g => new Group(g.Key, [.. g]))];
        Together = [.. items.Where(i => IsFree(i) && !IsOfOnePlace(i))];
        LabelRows = Internals.LabelRows.Of(table, [.. items.Where(i => !IsFree(i) && i.Terms.Length == 0)], history, out var rest);
        Combination[] waiting = [.. items.Where(i => !IsFree(i) && i.Terms.Length > 0), .. rest];
        Guessed = [.. waiting.Where(i => i.Labels.Length == 0)];
        Chained = [.. waiting.Where(i => i.Labels.Length > 0)];
        Pad = Math.Max(history, 1);
        foreach (var item in items)
        {
            foreach (var (_, offset) in item.Terms) Pad = Math.Max(Pad, Math.Abs(offset));
            foreach (int place in item.Labels) Pad = Math.Max(Pad, -place);
            foreach (int place in item.Guesses) Pad = Math.Max(Pad, Math.Abs(place));
        }
    }

    /// <summary>Weights.</summary>
    public ActionTable Table { get; }

    /// <summary>Labels before that are features beside the templates'.</summary>
    public int History { get; }

    /// <summary>What looks at one place, by the place.</summary>
    public Group[] Groups { get; }

    /// <summary>What looks at several places.</summary>
    public Combination[] Together { get; }

    /// <summary>What waits for labels of an earlier pass only.</summary>
    public Combination[] Guessed { get; }

    /// <summary>What waits for the labels before.</summary>
    public Combination[] Chained { get; }

    /// <summary>Scores of what looks at labels only; null if there is too much of it.</summary>
    public LabelRows[]? LabelRows { get; }

    /// <summary>Farthest place looked at; 1 at least.</summary>
    public int Pad { get; }

    private static bool IsFree(Combination item) => item.Labels.Length + item.Guesses.Length == 0;

    private static bool IsOfOnePlace(Combination item)
    {
        foreach (var (_, offset) in item.Terms)
            if (offset != item.Terms[0].Offset) return false;
        return true;
    }

    private static Combination Place(TokenTemplate item, int sign, List<ColumnView> views)
    {
        var terms = new (int Line, int Offset)[item.Terms.Length];
        for (int t = 0; t < terms.Length; t++) terms[t] = (Line(views, new ColumnView(item.Terms[t].Column, item.Terms[t].View)), sign * item.Terms[t].Offset);
        int[] guesses = [.. item.Guesses];
        for (int g = 0; g < guesses.Length; g++) guesses[g] *= sign;
        return new Combination(item.Salt, terms, [.. item.Labels], guesses);
    }

    private static int Line(List<ColumnView> views, ColumnView view)
    {
        int at = views.IndexOf(view);
        if (at >= 0) return at;
        views.Add(view);
        return views.Count - 1;
    }

    /// <summary>What looks at one place.</summary>
    public sealed record Group(int Offset, Combination[] Items);
}

/// <summary>A view of a column. (A class, as are all small things of plans: lists of structs would be compiled anew whenever the program starts.)</summary>
internal sealed record ColumnView(int Column, TokenView View);
