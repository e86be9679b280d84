using System.CommandLine;
using Forage.Bandits;
using Forage.Cli.Decisions;
using Forage.Cli.Frame;
using Forage.Data;
using Forage.Evaluation;
using Forage.Linear;
using Forage.Simulation;

namespace Forage.Cli.Commands;

/// <summary><c>simulate bandit</c>: explorers compared on a supervised set.</summary>
internal sealed class SimulateBanditCommand : CliCommand
{
    private const string BundledSet = "data/delicious/train.txt.gz";

    private static readonly string[] Lineup =
        ["epsilon:epsilon=0.05", "epsilon:epsilon=1,decay=0.3333", "first:rounds=1000", "epoch", "softmax:lambda=20", "squarecb:gamma=100", "bag:n=4", "cover:n=1", "cover:n=4", "regcb:mellowness=0.001"];

    private readonly Argument<string?> _file = new("FILE") { Description = "Supervised data: labels or a class on every line; without it the bundled web pages and their tags", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _format = new("--format") { Description = "xmc, multilabel (svmlight with label sets), svmlight, vw or csv (one class a line); found from the first line", HelpName = "NAME" };
    private readonly Option<string?> _target = new("--target") { Description = "Column of the class, for CSV and TSV with a header [the last]", HelpName = "NAME" };
    private readonly Option<string[]> _explorers = new("--explorer", "-e") { Description = "An explorer with its options, as in -e cover:n=4,psi=0.1; may be repeated [ten of them]", HelpName = "TEXT", AllowMultipleArgumentsPerToken = false };
    private readonly Option<string> _rates = new("--rates") { Description = "Learning rates to try, with commas", HelpName = "LIST", DefaultValueFactory = _ => "0.5" };
    private readonly Option<string> _loss = new("--loss") { Description = "Loss of the regressors: squared or logistic", HelpName = "NAME", DefaultValueFactory = _ => "squared" };
    private readonly Option<int> _seeds = new("--seeds") { Description = "Plays of each explorer, with seeds from --seed on", HelpName = "N", DefaultValueFactory = _ => 3 };
    private readonly Option<bool> _shuffle = new("--shuffle") { Description = "Another order of the examples for each seed, instead of the file's" };
    private readonly Option<double> _noise = new("--noise") { Description = "Probability that a reward is told wrong", HelpName = "P", DefaultValueFactory = _ => 0 };
    private readonly Option<int?> _bits = new("--bits", "-b") { Description = "log2 of the number of weights of an action [as many as the features need, at most 18]", HelpName = "N" };
    private readonly Option<int?> _actions = new("--actions") { Description = "Number of labels; the file is then played as it is read and may be of any size", HelpName = "K" };
    private readonly Option<bool> _alone = new("--no-supervised") { Description = "Leave out the play with full information" };
    private readonly Option<int> _threads = new("--threads") { Description = "Plays at a time", HelpName = "N", DefaultValueFactory = _ => 2 };
    private readonly OutputOption _report = new("--report") { Description = "Write an HTML report with learning curves" };

    public SimulateBanditCommand() : base("bandit", "Play a supervised data set as a bandit and compare explorers by progressive validation")
    {
        Arguments.Add(_file);
        foreach (Option option in new Option[] { _explorers, _rates, _loss, _seeds, _shuffle, _noise, _bits, _actions, _alone, _threads, _report, _format, _target }) Options.Add(option);
    }

    public override IReadOnlyList<Example> Examples =>
    [
        new("simulate bandit --report bandit.html", "One tag of 983 a web page, right or wrong: ten explorers and what full information gives"),
        new("simulate bandit letter.tsv.gz -e squarecb:gamma=100 -e cover:n=8,psi=0.1 --rates 0.1,0.5,2 --shuffle", "Two explorers at three learning rates on 26 letters"),
    ];

    public override string Notes => "Explorers:\n" + string.Join('\n', BanditText.Names.Select(n => $"  {n.Name,-10} {n.What}{(n.Options.Count > 0 ? $" ({string.Join(", ", n.Options)})" : "")}"))
        + "\n\nAll take estimator=mtr, dr, ips or dm where it applies, rate=, cap= (docs/bandits.md). The loss counts actions drawn before they were learnt from;\n\"supervised\" is told all right labels. Of several rates the best is shown, in hindsight.";

    public override int Run(ParseResult parsed, Session session)
    {
        string path = parsed.GetValue(_file) ?? Bundled();
        double[] rates = Rates(parsed.GetRequiredValue(_rates));
        var loss = parsed.GetRequiredValue(_loss) switch
        {
            "squared" => LossKind.Squared,
            "logistic" => LossKind.Logistic,
            var other => throw new UsageException($"forage simulate bandit: option '--loss' got '{other}', expected squared or logistic"),
        };
        int seeds = parsed.GetValue(_seeds), threads = parsed.GetValue(_threads);
        if (seeds is < 1 or > 1000) throw new UsageException($"forage simulate bandit: option '--seeds' got '{seeds}', expected 1 to 1000");
        if (threads is < 1 or > 64) throw new UsageException($"forage simulate bandit: option '--threads' got '{threads}', expected 1 to 64");
        string[] texts = parsed.GetValue(_explorers) is { Length: > 0 } given ? given : Lineup;
        // Read before the data, so that a typing error is told at once.
        var start = new BanditRecipe { Actions = 2, Learner = new LinearOptions { Bits = 18, Loss = loss } };
        foreach (string text in texts) BanditText.Parse(text, start);

        UsageException.Require(parsed.GetValue(_noise) is >= 0 and <= 1, "simulate bandit", "--noise", parsed.GetValue(_noise), "0 to 1");
        var options = new BanditReplayOptions { Seed = session.Seed, Shuffle = parsed.GetValue(_shuffle), Noise = parsed.GetValue(_noise) };
        var source = ByteSource.File(path);
        var format = SupervisedFiles.Format(parsed.GetValue(_format), source, "simulate bandit");
        int actions;
        IReadOnlyList<BanditStanding> all;
        if (parsed.GetValue(_actions) is { } labels)
        {
            actions = labels;
            if (options.Shuffle) throw new UsageException("forage simulate bandit: --shuffle needs the whole file in memory; leave out --actions");
            start = start with { Actions = actions, Learner = start.Learner with { Bits = parsed.GetValue(_bits) ?? 18 } };
            using var meter = session.Progress("playing", "examples");
            all = BanditTournament.Stream(actions, each => SupervisedFiles.ReadBatches(source, format, parsed.GetValue(_target), each, meter, session),
                Contestants(texts, start, parsed.GetValue(_alone)), rates, seeds, options, threads, session.Cancellation);
        }
        else
        {
            var set = SupervisedFiles.Read(source, format, parsed.GetValue(_target), session);
            actions = set.LabelCount;
            start = start with { Actions = actions, Learner = start.Learner with { Bits = parsed.GetValue(_bits) ?? BanditReplay.BitsFor(set) } };
            using var meter = session.Progress("playing", "rounds");
            all = BanditTournament.Run(set, Contestants(texts, start, parsed.GetValue(_alone)), rates, seeds, options, threads, (n, share) => meter.Report(n, share), session.Cancellation);
        }

        var best = BanditTournament.Best(all);
        string? report = parsed.GetValue(_report);
        var data = ReportData.OfFile(path);
        if (report is not null) ReplayReport.Make(actions, all, best, data, session).Save(report);
        var output = ReplayOutput.Of(path, data, actions, all, best, seeds, report, session);
        if (session.Json) session.WriteJson(output, ReplayJson.Readable.ReplayOutput);
        else Print(output, session.Out);
        return ExitCode.Fine;
    }

    private static List<BanditContestant> Contestants(string[] texts, BanditRecipe start, bool alone)
    {
        var contestants = texts.Select(t => new BanditContestant(t, BanditText.Parse(t, start))).ToList();
        if (!alone) contestants.Insert(0, new BanditContestant("supervised", start, Supervised: true));
        return contestants;
    }

    private static double[] Rates(string text)
    {
        var rates = new List<double>();
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!double.TryParse(part, System.Globalization.CultureInfo.InvariantCulture, out double rate) || rate is not (> 0 and < 1e6))
                throw new UsageException($"forage simulate bandit: option '--rates' got '{part}', expected positive numbers with commas between");
            rates.Add(rate);
        }
        return [.. rates];
    }

    private static string Bundled()
    {
        string full = Path.Combine(Reproductions.ReproduceContext.Checkout ?? "", BundledSet), relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), full);
        if (!File.Exists(full)) throw new UsageException("forage simulate bandit: say which FILE to play (the bundled set is not beside this build)");
        return relative.StartsWith("..", StringComparison.Ordinal) ? full : relative;
    }

    private static void Print(ReplayOutput r, TextWriter to)
    {
        to.WriteLine($"{r.File}: {Numbers.Count(r.Rounds)} rounds among {Numbers.Count(r.Actions)} actions, {(r.Seeds == 1 ? "one play" : $"{r.Seeds} plays")} each");
        to.WriteLine();
        var table = new TextTable("explorer", ">loss", ">± se", ">of supervised", ">rate");
        foreach (var e in r.Explorers)
            table.Add(e.Name, Numbers4(e.Loss), e.StandardError == 0 ? "" : Numbers4(e.StandardError), e.OfSupervised is { } share ? FormattableString.Invariant($"{share:0.00}×") : "", e.Rate is { } rate ? rate.ToString("G4", System.Globalization.CultureInfo.InvariantCulture) : "");
        table.Write(to);
        to.WriteLine();
        to.WriteLine("Loss: the share of rounds whose action was wrong, judged before learning from it.");
        if (r.Report is not null) to.WriteLine($"report: {r.Report}");
    }

    private static string Numbers4(double value) => value.ToString("0.0000", System.Globalization.CultureInfo.InvariantCulture);
}
