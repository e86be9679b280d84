using System.CommandLine;
using Forage.Cli.Frame;

namespace Forage.Cli.Commands;

/// <summary><c>simulate</c>: makes logs and data whose truth is known.</summary>
internal sealed class SimulateCommand : CliCommand
{
    public const string Summary = "Make a log of decisions with known truth from a supervised data set";

    public SimulateCommand() : base("simulate", Summary) => Subcommands.Add(new SimulateLogCommand());

    public override IReadOnlyList<Example> Examples => [new("simulate log train.xmc.gz -o log.jsonl.gz", "A log of slates from a multilabel set, with its logging policy and its truth")];

    public override int Run(ParseResult parsed, Session session) => throw new UsageException("forage simulate: say what to simulate: log (./forage simulate --help)");
}
