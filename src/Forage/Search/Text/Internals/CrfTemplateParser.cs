using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Forage.Features;

namespace Forage.Search.Text.Internals;

/// <summary>Reads template files of CRF++ 0.59.</summary>
internal static partial class CrfTemplateParser
{
    /// <summary>Whether all lines are of CRF++'s kinds, and one is no comment.</summary>
    public static bool LooksLike(string text)
    {
        bool any = false;
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            var line = raw.TrimEnd();
            if (line.IsEmpty || line[0] == '#') continue;
            if (line[0] is not ('U' or 'B')) return false;
            any = true;
        }
        return any;
    }

    /// <summary>Reads all lines.</summary>
    public static ImmutableArray<TokenTemplate> Parse(string text)
    {
        var items = ImmutableArray.CreateBuilder<TokenTemplate>();
        int number = 0;
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            number++;
            string line = raw.TrimEnd().ToString();
            if (line.Length > 0 && line[0] != '#') items.Add(Line(line, number));
        }
        return items.Count > 0 ? items.ToImmutable() : throw SearchTextThrow.NoTemplates();
    }

    private static TokenTemplate Line(string line, int number)
    {
        if (line[0] is not ('U' or 'B')) throw SearchTextThrow.CrfLine(line, number, "a line beginning with U, B or #");
        var terms = ImmutableArray.CreateBuilder<TokenTerm>();
        var literal = new StringBuilder();
        int at = 0;
        while (at < line.Length)
        {
            if (line[at] != '%')
            {
                literal.Append(line[at++]);
                continue;
            }
            var macro = Macro().Match(line, at);
            if (!macro.Success || macro.Index != at) throw SearchTextThrow.CrfLine(line, number, "%x[row,column] behind a %");
            if (!int.TryParse(macro.Groups[1].ValueSpan, out int row) || Math.Abs(row) > TokenTemplates.MaxOffset)
                throw SearchTextThrow.CrfLine(line, number, $"rows between -{TokenTemplates.MaxOffset} and {TokenTemplates.MaxOffset}");
            if (!int.TryParse(macro.Groups[2].ValueSpan, out int column)) throw SearchTextThrow.CrfLine(line, number, "a column below 2147483648");
            terms.Add(new TokenTerm(column, row, new TokenView(TokenViewKind.Value)));
            literal.Append('\uFFFF');
            at += macro.Length;
        }
        uint salt = Murmur.Hash(Encoding.UTF8.GetBytes(literal.ToString()), 1);
        return new TokenTemplate(salt, terms.ToImmutable(), line[0] == 'B' ? [-1] : [], []);
    }

    [GeneratedRegex(@"%x\[\s*([-+]?\d+)\s*,\s*(\d+)\s*\]", RegexOptions.CultureInvariant)]
    private static partial Regex Macro();
}
