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
    public PassPlan(ActionTable table, TokenTemplates templates, bool fromRight, bool guesses, int history, List<(int Column, TokenView View)> views)
    {
        Table = table;
        History = history;
        var items = templates.Items.Where(i => guesses || i.Guesses.IsEmpty).Select(i => Place(i, fromRight ? -1 : 1, views)).ToArray();
        Groups = [.. items.Where(i => Free(i) && Places(i) <= 1).GroupBy(i => i.Terms.Length == 0 ? 0 : i.Terms[0].Offset).OrderBy(g => g.Key).Select(g => (g.Key, g.ToArray()))];
        Together = [.. items.Where(i => Free(i) && Places(i) > 1)];
        LabelRows = Internals.LabelRows.Of(table, [.. items.Where(i => !Free(i) && i.Terms.Length == 0)], history, out var rest);
        var waiting = items.Where(i => !Free(i) && i.Terms.Length > 0).Concat(rest).ToArray();
        Guessed = [.. waiting.Where(i => i.Labels.Length == 0)];
        Chained = [.. waiting.Where(i => i.Labels.Length > 0)];
        Pad = Math.Max(Math.Max(history, 1), items.SelectMany(i => i.Terms.Select(t => t.Offset).Concat(i.Labels).Concat(i.Guesses)).Select(Math.Abs).DefaultIfEmpty(0).Max());

        static bool Free(in Combination i) => i.Labels.Length + i.Guesses.Length == 0;
        static int Places(in Combination i) => i.Terms.Select(t => t.Offset).Distinct().Count();
    }

    /// <summary>Weights.</summary>
    public ActionTable Table { get; }

    /// <summary>Labels before that are features beside the templates'.</summary>
    public int History { get; }

    /// <summary>What looks at one place, by the place.</summary>
    public (int Offset, Combination[] Items)[] Groups { get; }

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

    private static Combination Place(TokenTemplate item, int sign, List<(int Column, TokenView View)> views)
        => new(item.Salt, [.. item.Terms.Select(t => (Line(views, t.Column, t.View), sign * t.Offset))], [.. item.Labels], [.. item.Guesses.Select(g => sign * g)]);

    private static int Line(List<(int Column, TokenView View)> views, int column, TokenView view)
    {
        int at = views.IndexOf((column, view));
        if (at >= 0) return at;
        views.Add((column, view));
        return views.Count - 1;
    }
}
