namespace Forage.Data;

/// <summary>What separates the records of a text format, so that a stream can be cut into pieces that are parsed independently.</summary>
public enum RecordFraming
{
    /// <summary>One record a line.</summary>
    Line,

    /// <summary>Records of several lines, separated by blank lines.</summary>
    BlankLine,
}
