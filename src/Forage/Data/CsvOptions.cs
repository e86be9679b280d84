namespace Forage.Data;

/// <summary>What a column of a CSV file is.</summary>
public enum CsvColumnKind
{
    /// <summary>Each value for itself: a number if it reads as one, else a category.</summary>
    Auto,

    /// <summary>A number: a feature named as the column, of that value. Anything else in it is malformed.</summary>
    Numeric,

    /// <summary>A category: a feature of value 1 with the index text gives to <c>column:value</c>.</summary>
    Categorical,

    /// <summary>Not used.</summary>
    Ignored,

    /// <summary>The label.</summary>
    Target,

    /// <summary>Importance weight of the row.</summary>
    Importance,

    /// <summary>Tag of the row.</summary>
    Tag,
}

/// <summary>What the target column holds.</summary>
public enum CsvTarget
{
    /// <summary>Numbers.</summary>
    Number,

    /// <summary>Names of classes, made 1-based classes in their order: by value if all are numbers, else byte by byte.</summary>
    Class,

    /// <summary>Names of two classes: the first in that order is -1, the second +1.</summary>
    Binary,
}

/// <summary>How a CSV or TSV file is read.</summary>
public sealed record CsvOptions
{
    /// <summary>What separates fields: comma, semicolon, tab, bar, or blank for runs of blanks and tabs; null to tell it from the first line.</summary>
    public char? Separator { get; init; }

    /// <summary>Whether the first line names the columns; true unless told otherwise. Without names columns are called 1, 2, ….</summary>
    public bool Header { get; init; } = true;

    /// <summary>Column of the label; the last one if null, none if empty.</summary>
    public string? Target { get; init; }

    /// <summary>What the target column holds; numbers unless told otherwise.</summary>
    public CsvTarget TargetKind { get; init; } = CsvTarget.Number;

    /// <summary>Classes in their order; found by <see cref="CsvSchema.Scan"/> if null.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>Columns not used.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>Columns that are categories whatever they look like.</summary>
    public IReadOnlyList<string> Categorical { get; init; } = [];

    /// <summary>Columns that are numbers.</summary>
    public IReadOnlyList<string> Numeric { get; init; } = [];

    /// <summary>Column of importance weights, if any.</summary>
    public string? Importance { get; init; }

    /// <summary>Column of tags, if any.</summary>
    public string? Tag { get; init; }

    /// <summary>Gives every column a namespace of its name, so that interactions can name it by its first letter; false: all in the default one.</summary>
    public bool NamespacePerColumn { get; init; }

    /// <summary>Values, besides an empty field, that mean that the value is not known: the feature is left out (see <see cref="KeepMissing"/>), the row unlabelled.</summary>
    public IReadOnlyList<string> Missing { get; init; } = ["NA", "N/A", "NaN", "nan", "null", "?"];

    /// <summary>A number that is not known becomes a feature of value NaN, for learners that tell it from 0; false: it is left out.</summary>
    public bool KeepMissing { get; init; }
}
