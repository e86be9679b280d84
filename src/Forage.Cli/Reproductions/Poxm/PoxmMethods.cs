using Forage.OffPolicy;

namespace Forage.Cli.Reproductions.Poxm;

/// <summary>A row of the table: a way to a policy.</summary>
/// <param name="Name">What it is called; with the paper's name if it is in the paper.</param>
/// <param name="Quick">Part of the quick version.</param>
/// <param name="Make">Learns the policy from the run's log.</param>
internal sealed record PoxmMethod(string Name, bool Quick, Func<PoxmRun, IPolicy> Make);

/// <summary>The methods that are compared, in the order of the table.</summary>
internal static class PoxmMethods
{
    /// <summary>The logging policy, as it was when it made the log.</summary>
    public const string Logging = PaperTable.Logging;

    /// <summary>The logging policy made greedy: the baseline to beat.</summary>
    public const string GreedyLogging = "Logging policy, greedy";

    /// <summary>All of them; the skyline is not among them, as it sees what no log shows.</summary>
    public static readonly PoxmMethod[] All =
    [
        new(Logging, true, run => run.Logging),
        new(GreedyLogging, true, run => new GreedyPolicy(run.Logging)),
    ];
}
