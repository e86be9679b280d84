using System.Text;

namespace Forage.Evaluation.Internals;

/// <summary>Text as HTML.</summary>
internal static class Html
{
    /// <summary>Characters with a meaning in HTML replaced; fit for text and for quoted attributes.</summary>
    public static string Escape(string text)
    {
        if (text.AsSpan().IndexOfAny("&<>\"'") < 0) return text;
        return text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace("\"", "&quot;").Replace("'", "&#39;");
    }

    /// <summary>Escaped text whose per cent signs stay with their numbers and in which **bold** and `code` are marked up; an unpaired mark stays as it is.</summary>
    public static string Inline(string text)
    {
        var html = new StringBuilder(text.Length + 16);
        int at = 0;
        text = text.Replace(" %", "\u00A0%");
        while (at < text.Length)
        {
            string? mark = text.AsSpan(at).StartsWith("**") ? "**" : text[at] == '`' ? "`" : null;
            int end = mark is null ? -1 : text.IndexOf(mark, at + mark.Length, StringComparison.Ordinal);
            if (end > at)
            {
                string tag = mark == "`" ? "code" : "strong";
                html.Append('<').Append(tag).Append('>').Append(Escape(text[(at + mark!.Length)..end])).Append("</").Append(tag).Append('>');
                at = end + mark.Length;
                continue;
            }
            int next = at + 1;
            while (next < text.Length && text[next] != '`' && !text.AsSpan(next).StartsWith("**")) next++;
            html.Append(Escape(text[at..next]));
            at = next;
        }
        return html.ToString();
    }

    /// <summary>An anchor made of a heading: lower-case letters, digits and hyphens.</summary>
    public static string Anchor(string heading)
    {
        var anchor = new StringBuilder();
        foreach (char c in heading.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c)) anchor.Append(c);
            else if (anchor.Length > 0 && anchor[^1] != '-') anchor.Append('-');
        }
        return anchor.ToString().Trim('-');
    }
}
