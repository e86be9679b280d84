using System.CommandLine;

namespace Forage.Cli.Frame;

/// <summary>An option that names a file to write. Whether it can be written is looked at before any work is done (<see cref="OutputFiles"/>).</summary>
internal sealed class OutputOption : Option<string?>
{
    /// <summary>An option of a name and perhaps shorter ones.</summary>
    public OutputOption(string name, params string[] aliases) : base(name, aliases) => HelpName = "FILE";

    /// <summary>It is written beside and takes the place of what was there once it is whole; else it is written as it comes.</summary>
    public bool IsReplaced { get; init; } = true;
}
