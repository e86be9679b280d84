using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Forage.Features;

namespace Forage.Search.Text.Internals;

/// <summary>Reads Forage's own templates: features apart by blanks, each <c>term&amp;term…</c>, a term <c>name(size)@column[place]</c> with ranges a..b for size and place.</summary>
internal sealed partial class TemplateParser(int wordColumn, int tagColumn)
{
    private const int MostTemplates = 4096;

    private readonly ImmutableArray<TokenTemplate>.Builder _items = ImmutableArray.CreateBuilder<TokenTemplate>();

    /// <summary>Reads all.</summary>
    public ImmutableArray<TokenTemplate> Parse(string text)
    {
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            int comment = raw.IndexOf('#');
            string line = JoinedBy().Replace((comment < 0 ? raw : raw[..comment]).ToString(), "&");
            foreach (string feature in line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) Expand(feature, feature.Split('&'), 0, new TokenTemplate(0, []));
        }
        return _items.Count > 0 ? _items.ToImmutable() : throw SearchTextThrow.NoTemplates();
    }

    /// <summary>Adds a template for each way to choose from the ranges of its terms.</summary>
    private void Expand(string feature, string[] parts, int part, TokenTemplate soFar)
    {
        if (part == parts.Length)
        {
            if (_items.Count == MostTemplates) throw SearchTextThrow.Template(feature, $"at most {MostTemplates} templates");
            _items.Add(soFar with { Salt = Salt(soFar) });
            return;
        }
        if (parts[part] == "bias" && parts.Length == 1)
        {
            Expand(feature, parts, 1, soFar);
            return;
        }
        var match = Term().Match(parts[part]);
        if (!match.Success) throw SearchTextThrow.Template(feature, "name(size)@column[place] such as word[-1] or suffix(1..4)[0], joined by &");
        string name = match.Groups["name"].Value;
        var places = Bounds(feature, match, "place", 0);
        int last = name == "label" ? -1 : TokenTemplates.MaxOffset;
        if (places.From < -TokenTemplates.MaxOffset || places.To > last) throw SearchTextThrow.Template(feature, $"places from -{TokenTemplates.MaxOffset} to {last}");
        if (name is "label" or "guess")
        {
            if (match.Groups["size"].Success || match.Groups["column"].Success) throw SearchTextThrow.Template(feature, $"{name} with a place and nothing else");
            for (int place = places.From; place <= places.To; place++)
                Expand(feature, parts, part + 1, name == "label" ? soFar with { Labels = soFar.Labels.Add(place) } : soFar with { Guesses = soFar.Guesses.Add(place) });
            return;
        }
        var (kind, sized) = Kind(feature, name);
        if (sized != match.Groups["size"].Success) throw SearchTextThrow.Template(feature, sized ? $"{name} with a size, such as {name}(1..4)" : $"{name} without a size");
        var sizes = sized ? Bounds(feature, match, "size", 0) : (From: 0, To: 0);
        if (sized && (sizes.From < 1 || sizes.To > TokenView.MaxSize)) throw SearchTextThrow.Template(feature, $"sizes from 1 to {TokenView.MaxSize}");
        int column = Column(feature, name, match);
        for (int place = places.From; place <= places.To; place++)
            for (int size = sizes.From; size <= sizes.To; size++)
                Expand(feature, parts, part + 1, soFar with { Terms = soFar.Terms.Add(new TokenTerm(column, place, new TokenView(kind, size))) });
    }

    private int Column(string feature, string name, Match match)
    {
        if (!match.Groups["column"].Success) return name != "tag" ? wordColumn : tagColumn >= 0 ? tagColumn : throw SearchTextThrow.Template(feature, "no tag, as no column of tags is named");
        return int.TryParse(match.Groups["column"].ValueSpan, out int column) ? column : throw SearchTextThrow.Template(feature, "a column below 2147483648");
    }

    private static (TokenViewKind Kind, bool Sized) Kind(string feature, string name) => name switch
    {
        "word" or "tag" or "value" => (TokenViewKind.Value, false),
        "lower" => (TokenViewKind.Lower, false),
        "digitless" => (TokenViewKind.Digitless, false),
        "prefix" => (TokenViewKind.Prefix, true),
        "suffix" => (TokenViewKind.Suffix, true),
        "shape" => (TokenViewKind.Shape, false),
        "longshape" => (TokenViewKind.LongShape, false),
        "signs" => (TokenViewKind.Signs, false),
        "length" => (TokenViewKind.Length, true),
        _ => throw SearchTextThrow.Template(feature, "one of word, tag, value, lower, digitless, prefix, suffix, shape, longshape, signs, length, label, guess, bias"),
    };

    private static (int From, int To) Bounds(string feature, Match match, string group, int otherwise)
    {
        if (!match.Groups[group].Success) return (otherwise, otherwise);
        string[] ends = match.Groups[group].Value.Split("..");
        int from = int.Parse(ends[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture), to = int.Parse(ends[^1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return from <= to ? (from, to) : throw SearchTextThrow.Template(feature, $"{to}..{from} in this order");
    }

    /// <summary>One term alone: its column and place, as the view is part of its hash; so what is seen of a token at a place shares one salt. Else all of it.</summary>
    private static uint Salt(TokenTemplate t)
    {
        var text = new StringBuilder();
        foreach (var term in t.Terms) text.Append(CultureInfo.InvariantCulture, $"@{term.Column}[{term.Offset}]{(t.Terms.Length > 1 ? $"{term.View.Kind}{term.View.Size}" : "")}&");
        foreach (int l in t.Labels) text.Append(CultureInfo.InvariantCulture, $"label[{l}]&");
        foreach (int g in t.Guesses) text.Append(CultureInfo.InvariantCulture, $"guess[{g}]&");
        return Murmur.Hash(Encoding.UTF8.GetBytes(text.ToString()), 2);
    }

    [GeneratedRegex(@"^(?<name>[a-z]+)(\((?<size>\d{1,3}(\.\.\d{1,3})?)\))?(@(?<column>\d+))?(\[(?<place>[-+]?\d{1,3}(\.\.[-+]?\d{1,3})?)\])?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Term();

    [GeneratedRegex(@"\s*&\s*", RegexOptions.CultureInvariant)]
    private static partial Regex JoinedBy();
}
