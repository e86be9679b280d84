using Forage.Cli.Commands;

namespace Forage.Cli.Frame;

/// <summary>The commands there are. Only the one that is called is constructed.</summary>
internal static class CommandTable
{
    /// <summary>All commands in the order of the help.</summary>
    public static readonly Entry[] All =
    [
        new("improve", ImproveCommand.Summary, () => new ImproveCommand()),
        new("learn", LearnCommand.Summary, () => new LearnCommand()),
        new("predict", PredictCommand.Summary, () => new PredictCommand()),
        new("inspect", InspectCommand.Summary, () => new InspectCommand()),
        new("evaluate", EvaluateCommand.Summary, () => new EvaluateCommand()),
        new("check", CheckCommand.Summary, () => new CheckCommand()),
        new("simulate", SimulateCommand.Summary, () => new SimulateCommand()),
        new("convert", ConvertCommand.Summary, () => new ConvertCommand()),
        new("reproduce", ReproduceCommand.Summary, () => new ReproduceCommand()),
    ];

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => All.Select(e => e.Name);

    /// <summary>The command of a name, or null.</summary>
    public static Entry? Find(string name) => Array.Find(All, e => e.Name == name);

    /// <summary>One command.</summary>
    internal sealed record Entry(string Name, string Summary, Func<CliCommand> Make);
}
