namespace Forage.Data;

/// <summary>Sizes beyond which a record is taken for damage and reported as malformed, the same in every format.</summary>
public static class RecordLimits
{
    /// <summary>Longest name of a feature, namespace, column or label and longest string value, in bytes.</summary>
    public const int NameBytes = 65_536;

    /// <summary>Most actions of one decision, and most labels of one example.</summary>
    public const int Actions = 1_000_000;

    /// <summary>Deepest nesting of JSON objects and arrays.</summary>
    public const int Depth = 64;

    /// <summary>Most columns of a CSV or CoNLL file.</summary>
    public const int Columns = 65_536;
}
