using System.Globalization;
using Forage.Cli.Frame;
using Forage.Evaluation;
using Forage.Simulation;

namespace Forage.Cli.Commands;

/// <summary>The HTML report of <c>simulate bandit</c>.</summary>
internal static class ReplayReport
{
    private const int Lines = 5;

    /// <summary>Lead, figures, intervals, learning curves, every setting tried.</summary>
    public static Report Make(int actions, IReadOnlyList<BanditStanding> all, IReadOnlyList<BanditStanding> best, ReportData data, Session session)
    {
        var supervised = best[0].Contestant.Supervised ? best[0] : null;
        var ranked = best.Where(s => s != supervised).OrderBy(s => s.Loss).ToList();
        var first = ranked[0];
        var report = new Report("Explorers compared", new ReportProvenance
        {
            Command = session.CommandText,
            Seed = session.Seed,
            Versions = [(".NET", Environment.Version.ToString())],
            Data = [data],
            Made = session.Terminal.Clock.GetUtcNow(),
        })
        {
            Lead = $"**{first.Contestant.Name}** was wrong in {Percent(first.Loss)} of {first.Plays[0].Rounds.ToString("N0", CultureInfo.InvariantCulture)} rounds, learning from one label a round{(supervised is null ? "" : "; the same learner told everything in " + Percent(supervised.Loss))}.",
        };
        var figures = new List<ReportFigure> { new("Best explorer", Percent(first.Loss), first.Contestant.Name, ReportTone.Good) };
        if (supervised is not null)
        {
            figures.Add(new ReportFigure("Supervised", Percent(supervised.Loss), "told every label"));
            figures.Add(new ReportFigure("Price of partial feedback", FormattableString.Invariant($"{first.Loss / supervised.Loss:0.00}×"), "loss over loss"));
        }
        figures.Add(new ReportFigure("Actions", actions.ToString("N0", CultureInfo.InvariantCulture)));
        report.Add(new ReportFigures(figures));
        report.Heading("Losses");
        report.Text("Progressive validation: every action is judged before it is learnt from, so exploring costs what it costs. Intervals are two standard errors over seeds.");
        report.Add(new IntervalChart("Loss of each explorer at its best learning rate", "share of rounds that were wrong",
            [.. ranked.Select(s => new IntervalRow(s.Contestant.Name, s.Loss, Low(s), High(s), s == first))])
        { Reference = supervised is null ? null : new ReferenceValue("supervised", supervised.Loss) });
        report.Heading("Learning curves");
        for (int from = 0; from < ranked.Count; from += Lines)
            report.Add(Curves(from == 0 ? "The best explorers" : "The others", [.. supervised is null ? [] : new[] { supervised }, .. ranked.Skip(from).Take(Lines)]));
        report.Heading("Every setting");
        report.Add(new ReportTable([new("explorer"), new("rate", true), new("loss", true), new("standard error", true), new("of supervised", true)],
            [.. all.OrderBy(s => s.Loss).Select(s => new ReportRow([s.Contestant.Name, double.IsNaN(s.Rate) ? "" : s.Rate.ToString("G4", CultureInfo.InvariantCulture), Four(s.Loss), Plays(s), supervised is null ? "" : FormattableString.Invariant($"{s.Loss / supervised.Loss:0.000}")], s == first))],
            "The best rate of each explorer was chosen in hindsight."));
        return report;
    }

    /// <summary>Loss up to each round, of several standings.</summary>
    public static LineChart Curves(string title, IReadOnlyList<BanditStanding> standings) => new(title, "rounds", "loss so far", [.. standings.Select(Line)]) { LogarithmicX = true };

    private static LineSeries Line(BanditStanding s)
    {
        var (rounds, losses) = s.Curve();
        int start = Math.Max(0, Array.FindIndex(rounds, r => r >= 20)); // before, it is noise
        return new LineSeries(s.Contestant.Name, rounds[start..], losses[start..]);
    }

    private static double Low(BanditStanding s) => s.StandardError == 0 ? double.NaN : s.Loss - 2 * s.StandardError;

    private static double High(BanditStanding s) => s.StandardError == 0 ? double.NaN : s.Loss + 2 * s.StandardError;

    private static string Plays(BanditStanding s) => s.StandardError == 0 ? "" : Four(s.StandardError);

    private static string Four(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    private static string Percent(double share) => FormattableString.Invariant($"{100 * share:0.0} %");
}
