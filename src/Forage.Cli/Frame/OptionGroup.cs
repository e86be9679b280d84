using System.CommandLine;

namespace Forage.Cli.Frame;

/// <summary>Options that belong together: a section of a command's help.</summary>
internal abstract class OptionGroup
{
    /// <summary>Title of the section.</summary>
    public abstract string Heading { get; }

    /// <summary>The options in the order of the help.</summary>
    public abstract IReadOnlyList<Option> All { get; }
}

/// <summary>What the parser knows of an option.</summary>
internal static class Given
{
    /// <summary>True if the option stands on the command line.</summary>
    public static bool Has(this ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <summary>The first of these options that stands on the command line; null if none does.</summary>
    public static Option? FirstOf(this ParseResult parsed, IEnumerable<Option> options) => options.FirstOrDefault(parsed.Has);
}
