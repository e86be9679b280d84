using System.CommandLine;
using System.Globalization;
using Forage.Cli.Frame;
using Forage.Cli.Reproductions;

namespace Forage.Cli.Commands;

/// <summary><c>reproduce NAME</c>: measures anew what the project claims.</summary>
internal sealed class ReproduceCommand : CliCommand
{
    public const string Summary = "Measure anew what this project claims, and compare with the targets";

    private readonly Argument<string?> _name = new("NAME") { Description = "What to reproduce; without it the names are listed", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _quick = new("--quick") { Description = "A smaller version that ends within a minute" };
    private readonly Option<string?> _data = new("--data") { Description = "Folder with the data sets that are not bundled", HelpName = "DIR" };

    private readonly OutputOption _report = new("--report") { Description = "Write an HTML report" };

    public ReproduceCommand() : base("reproduce", Summary)
    {
        Arguments.Add(_name);
        Options.Add(_quick);
        Options.Add(_data);
        Options.Add(_report);
    }

    public override IReadOnlyList<Example> Examples =>
    [
        new("reproduce foundation --quick", "The targets of the foundation on bundled data, within a minute"),
        new("reproduce foundation --data ~/sets --json", "All of it, with the data sets under ~/sets, as one JSON object"),
    ];

    public override string Notes => "Names:\n" + string.Join('\n', ReproductionTable.All.Select(r => $"  {r.Name,-22} {r.Summary}"))
        + "\n\nA target that was measured and missed makes the exit code 1; one that could not be measured is listed as skipped.";

    public override int Run(ParseResult parsed, Session session)
    {
        string? name = parsed.GetValue(_name);
        if (name is null)
        {
            foreach (var r in ReproductionTable.All) session.Out.WriteLine($"{r.Name,-22} {r.Summary}");
            return ExitCode.Fine;
        }
        var reproduction = ReproductionTable.Find(name) ?? throw new UsageException(
            $"forage reproduce: unknown name '{name}'{UsageErrors.Hint(name, ReproductionTable.All.Select(r => r.Name))} (./forage reproduce lists the names)");
        string? data = parsed.GetValue(_data);
        if (data is not null && !Directory.Exists(data)) throw new UsageException($"forage reproduce: --data '{data}' is not a folder");

        var context = new ReproduceContext(session, parsed.GetValue(_quick), data);
        var result = reproduction.Run(context);
        if (parsed.GetValue(_report) is { } report) ReproduceReport.Make(result, context).Save(report);
        if (session.Json) session.WriteJson(new ReproduceOutput(result.Name, parsed.GetValue(_quick), session.Seed, ForageVersion.Text, result.Rows, result.Targets, result.Skipped), ReproduceJson.Readable.ReproduceOutput);
        else Print(result, session.Out);
        return result.AllMet ? ExitCode.Fine : ExitCode.Failed;
    }

    private static void Print(ReproduceResult result, TextWriter to)
    {
        var rows = new TextTable("measured", "measure", ">value", "unit", "interval", "note");
        foreach (var r in result.Rows)
            rows.Add(r.Part, r.Measure, MeasuredRow.Short(r.Value), r.Unit, r is { Lower: { } lower, Upper: { } upper } ? $"{MeasuredRow.Short(lower)} .. {MeasuredRow.Short(upper)}" : "", r.Note ?? "");
        rows.Write(to);
        to.WriteLine();
        var targets = new TextTable("target", ">value", "", ">bound", "unit", "");
        foreach (var t in result.Targets) targets.Add(t.Id, MeasuredRow.Short(t.Value), t.Sense, MeasuredRow.Short(t.Bound), t.Unit, t.Met ? "✓ met" : "✗ missed");
        foreach (var s in result.Skipped) targets.Add(s.Id, "", "", "", "", "– skipped: " + s.Why);
        targets.Write(to);
    }
}
