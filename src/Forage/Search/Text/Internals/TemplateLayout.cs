using System.Collections.Immutable;

namespace Forage.Search.Text.Internals;

/// <summary>Templates sorted for extraction: single terms of one place in groups, terms seen together, and those that wait for labels.</summary>
internal sealed class TemplateLayout
{
    private readonly List<(int Column, ImmutableArray<TokenView> Views)> _rows = [];
    private readonly List<(int Column, TokenView View)> _lines = [];

    public TemplateLayout(TokenTemplates templates)
    {
        int[] columns = [.. templates.Columns];
        var items = templates.Items;
        Pad = items.SelectMany(i => i.Terms).Select(t => Math.Abs(t.Offset)).DefaultIfEmpty(0).Max();
        Groups =
        [
            .. items.Where(i => !i.IsConditioned && i.Terms.Length == 1)
                .GroupBy(i => (i.Terms[0].Column, i.Terms[0].Offset, i.Salt), i => i.Terms[0].View)
                .Select(g => new Group(Row(Array.IndexOf(columns, g.Key.Column), [.. g]), Array.IndexOf(columns, g.Key.Column), g.Key.Offset, g.Key.Salt, g.Count())),
        ];
        Constants = [.. items.Where(i => !i.IsConditioned && i.Terms.IsEmpty).Select(i => FeatureMix.Mix(i.Salt))];
        Combined = [.. items.Where(i => !i.IsConditioned && i.Terms.Length > 1).Select(i => Combine(i, columns))];
        Conditioned = [.. items.Where(i => i.IsConditioned).Select(i => Combine(i, columns))];
        ConditionedTemplates = [.. items.Where(i => i.IsConditioned)];
        (Rows, Lines) = ([.. _rows], [.. _lines]);
        Most = Groups.Sum(g => g.Count) + Combined.Length + Constants.Length;
    }

    /// <summary>Farthest place looked at.</summary>
    public int Pad { get; }

    /// <summary>Most features of a token, those that wait for labels not counted.</summary>
    public int Most { get; }

    /// <summary>What is looked at in groups: a column (by its number among <see cref="TokenTemplates.Columns"/>) and views of it.</summary>
    public (int Column, ImmutableArray<TokenView> Views)[] Rows { get; }

    /// <summary>What is looked at in combinations: a column and a view of it.</summary>
    public (int Column, TokenView View)[] Lines { get; }

    public Group[] Groups { get; }

    public uint[] Constants { get; }

    public Combination[] Combined { get; }

    public Combination[] Conditioned { get; }

    /// <summary>The templates of <see cref="Conditioned"/>.</summary>
    public ImmutableArray<TokenTemplate> ConditionedTemplates { get; }

    private int Row(int column, ImmutableArray<TokenView> views)
    {
        int at = _rows.FindIndex(r => r.Column == column && r.Views.SequenceEqual(views));
        if (at >= 0) return at;
        _rows.Add((column, views));
        return _rows.Count - 1;
    }

    private Combination Combine(TokenTemplate item, int[] columns)
        => new(item.Salt, [.. item.Terms.Select(t => (Line(Array.IndexOf(columns, t.Column), t.View), t.Offset))], [.. item.Labels], [.. item.Guesses]);

    private int Line(int column, TokenView view)
    {
        int at = _lines.IndexOf((column, view));
        if (at >= 0) return at;
        _lines.Add((column, view));
        return _lines.Count - 1;
    }

    /// <summary>Single terms that look at one place with one salt.</summary>
    public readonly record struct Group(int Row, int Column, int Offset, uint Salt, int Count);

    /// <summary>Terms seen together, and places of the labels and guesses that will join them.</summary>
    public sealed record Combination(uint Salt, (int Line, int Offset)[] Terms, int[] Labels, int[] Guesses);
}
