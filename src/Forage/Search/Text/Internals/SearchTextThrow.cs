using System.Text;

namespace Forage.Search.Text.Internals;

/// <summary>Users' mistakes about sentences and templates.</summary>
internal static class SearchTextThrow
{
    public static ForageException NoInteger(string value) => new($"'{value}' is not an integer; expected one.");

    public static ForageException NoColumn(int number, IEnumerable<TokenColumn> columns)
        => new($"Column {number} of the sentences was not kept; expected one of {string.Join(", ", columns.Select(c => c.Number))}.");

    public static ForageException FewColumns(int number, int columns, ReadOnlySpan<byte> token)
        => new($"The line of '{Encoding.UTF8.GetString(token)}' has {columns} columns; expected at least {number + 1}, as column {number} (from 0) is needed.");

    public static ForageException RepeatedLabel(string name) => new($"The label '{name}' occurs twice in the model; expected each once.");

    public static ForageException NoTemplates() => new("There is no template; expected at least one.");

    public static ForageException CrfLine(string line, int number, string expected) => new($"Line {number} of the templates is '{line}'; expected {expected}.");

    public static ForageException Template(string feature, string expected) => new($"The template '{feature}' is not understood; expected {expected}.");

    public static ForageException Label(string label, string encoding) => new($"The label '{label}' is none of the encoding {encoding}; expected O or a prefix, '-' and a type, such as B-NP.");
}
