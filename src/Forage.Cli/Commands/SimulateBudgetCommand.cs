using System.CommandLine;
using System.Globalization;
using Forage.Budgets;
using Forage.Cli.Frame;
using Forage.Simulation.Budgets;

namespace Forage.Cli.Commands;

/// <summary><c>simulate budget</c>: algorithms under budgets compared in worlds whose truth is known.</summary>
internal sealed class SimulateBudgetCommand : CliCommand
{
    private static readonly string[] Worlds = ["ads", "pricing"];
    private static readonly string[] Lineup = ["perfect", "elimination", "lagrange", "oracle", "primaldual", "greedy", "uniform"];

    private readonly Option<string[]> _worlds = new("--world", "-w") { Description = "A world with its options, as in -w ads:kinds=6,share=0.4; may be repeated [ads and pricing]", HelpName = "TEXT", AllowMultipleArgumentsPerToken = false };
    private readonly Option<string[]> _algorithms = new("--algorithm", "-a") { Description = "An algorithm with its options, as in -a elimination:radius=0.5; may be repeated [seven of them]", HelpName = "TEXT", AllowMultipleArgumentsPerToken = false };
    private readonly Option<long> _rounds = new("--rounds", "-T") { Description = "Rounds of a run; budgets grow with them", HelpName = "N", DefaultValueFactory = _ => 20_000 };
    private readonly Option<int> _seeds = new("--seeds") { Description = "Runs of each algorithm in each world, with seeds from --seed on", HelpName = "N", DefaultValueFactory = _ => 5 };
    private readonly Option<string> _rule = new("--rule") { Description = "reserve: an action is refused unless the most it can consume is left; violation: the run ends at the first round that overdraws", HelpName = "NAME", DefaultValueFactory = _ => "reserve" };
    private readonly Option<int> _threads = new("--threads") { Description = "Runs at a time", HelpName = "N", DefaultValueFactory = _ => 2 };
    private readonly OutputOption _report = new("--report") { Description = "Write an HTML report" };

    public SimulateBudgetCommand() : base("budget", "Let algorithms decide under budgets in worlds whose best is known, and compare what they earn")
    {
        foreach (Option option in new Option[] { _worlds, _algorithms, _rounds, _seeds, _rule, _threads, _report }) Options.Add(option);
    }

    public override IReadOnlyList<Example> Examples =>
    [
        new("simulate budget --report budget.html", "Seven algorithms spend advertisers' budgets and sell a limited supply"),
        new("simulate budget -w pricing:supply=0.1 -a elimination:radius=0.1 -a elimination:radius=2 -T 100000", "One algorithm at two widths of its confidence region"),
        new("simulate budget -w hard --seeds 20 --rule violation", "The family that defeats everybody, counted as the paper counts"),
    ];

    public override string Notes => "Worlds:\n" + Lines(BudgetedWorldText.Names) + "\n\nAlgorithms:\n" + Lines(BudgetedContestant.Names)
        + "\n\nThe first column of numbers is the mean reward over OPT_LP, which nobody can exceed in expectation. A class of policies is all there are if they are\nat most 4,096, else 1,000 random ones and the constant ones. Docs: docs/budgets.md.";

    public override int Run(ParseResult parsed, Session session)
    {
        int seeds = parsed.GetValue(_seeds), threads = parsed.GetValue(_threads);
        long rounds = parsed.GetValue(_rounds);
        if (seeds is < 1 or > 10_000) throw new UsageException($"forage simulate budget: option '--seeds' got '{seeds}', expected 1 to 10000");
        if (threads is < 1 or > 64) throw new UsageException($"forage simulate budget: option '--threads' got '{threads}', expected 1 to 64");
        if (rounds is < 1 or > 1_000_000_000) throw new UsageException($"forage simulate budget: option '--rounds' got '{rounds}', expected 1 to 1000000000");
        var rule = parsed.GetRequiredValue(_rule) switch
        {
            "reserve" => StoppingRule.Reserve,
            "violation" => StoppingRule.Violation,
            var other => throw new UsageException($"forage simulate budget: option '--rule' got '{other}', expected reserve or violation"),
        };
        var contestants = Given(parsed, _algorithms, Lineup).Select(BudgetedContestant.Parse).ToList();
        var setups = Given(parsed, _worlds, Worlds).Select(t => BudgetedWorldText.Parse(t, rounds, session.Seed)).ToList();

        IReadOnlyList<BudgetedStanding> standings;
        using (var meter = session.Progress("playing", "rounds"))
            standings = BudgetedTournament.Run(setups, contestants, seeds, session.Seed, rule, threads, progress: (n, share) => meter.Report(n, share), cancellation: session.Cancellation);

        string? report = parsed.GetValue(_report);
        if (report is not null) BudgetReport.Make(setups, standings, session).Save(report);
        var output = BudgetOutput.Of(setups, standings, rounds, seeds, rule, report, session);
        if (session.Json) session.WriteJson(output, BudgetJson.Readable.BudgetOutput);
        else Print(output, session.Out);
        return ExitCode.Fine;
    }

    private static string[] Given(ParseResult parsed, Option<string[]> option, string[] otherwise) => parsed.GetValue(option) is { Length: > 0 } given ? given : otherwise;

    private static string Lines(IReadOnlyList<(string Name, string What)> names) => string.Join('\n', names.Select(n => $"  {n.Name,-15} {n.What}"));

    private static void Print(BudgetOutput r, TextWriter to)
    {
        foreach (var world in r.Worlds)
        {
            to.WriteLine($"{world.Name}: {Numbers.Count(r.Rounds)} rounds, {world.Contexts} contexts, {world.Actions} actions, {world.Budgets.Count} {(world.Budgets.Count == 1 ? "budget" : "budgets")}; OPT_LP {Whole(world.Best)}, of the {Numbers.Count(world.Policies)} policies {Whole(world.Optimum)}; {r.Seeds} {(r.Seeds == 1 ? "run" : "runs")} each");
            to.WriteLine();
            var table = new TextTable("algorithm", ">of OPT_LP", ">reward", ">± se", ">regret", ">spent", ">refused", ">ended");
            foreach (var a in world.Algorithms)
                table.Add(a.Name, Percent(a.OfBest), Whole(a.Reward), a.StandardError == 0 ? "" : Short(a.StandardError), Whole(a.Regret), string.Join(' ', a.Spent.Select(s => Percent(s))), Percent(a.Refused), Whole(a.Rounds));
            table.Write(to);
            to.WriteLine();
        }
        to.WriteLine("Of OPT_LP: of what the best mixture of all policies would earn were nothing random. Regret: to the best mixture of the class. Refused: rounds in which the budget did not allow the action.");
        if (r.Report is not null) to.WriteLine($"report: {r.Report}");
    }

    private static string Percent(double? share) => share is { } s && double.IsFinite(s) ? (100 * s).ToString("0.0", CultureInfo.InvariantCulture) + " %" : "";

    private static string Whole(double value) => (Math.Round(value) + 0.0).ToString("N0", CultureInfo.InvariantCulture);

    private static string Short(double value) => value.ToString(value < 10 ? "0.0" : "N0", CultureInfo.InvariantCulture);
}
