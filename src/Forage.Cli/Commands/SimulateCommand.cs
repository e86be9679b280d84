using System.CommandLine;
using Forage.Cli.Frame;

namespace Forage.Cli.Commands;

/// <summary><c>simulate</c>: makes logs and data whose truth is known.</summary>
internal sealed class SimulateCommand : CliCommand
{
    public const string Summary = "Play a data set as a bandit, decide under budgets, make a log of known truth, or a synthetic set of any size";

    public SimulateCommand() : base("simulate", Summary)
    {
        Subcommands.Add(new SimulateLogCommand());
        Subcommands.Add(new SimulateExtremeCommand());
        Subcommands.Add(new SimulateBanditCommand());
        Subcommands.Add(new SimulateBudgetCommand());
    }

    public override IReadOnlyList<Example> Examples =>
    [
        new("simulate log train.xmc.gz -o log.jsonl.gz", "A log of slates from a multilabel set, with its logging policy and its truth"),
        new("simulate bandit", "Explorers compared on a bundled set, with learning curves"),
        new("simulate budget", "Algorithms that spend budgets, beside the best there is"),
        new("simulate extreme --shape amazon-670k -o train.txt.gz", "A set of 490,449 rows with 670,091 labels to try things on"),
    ];

    public override int Run(ParseResult parsed, Session session) => throw new UsageException("forage simulate: say what to simulate: log, extreme, bandit or budget (./forage simulate --help)");
}
