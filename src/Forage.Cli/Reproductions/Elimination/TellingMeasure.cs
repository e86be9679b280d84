using Forage.Bandits.Elimination;
using Forage.Evaluation;
using Forage.Features;
using Forage.Simulation.Finite;

namespace Forage.Cli.Reproductions.Elimination;

/// <summary>
/// Lemma 6.1 and Theorem 6.1: the world of the lower bound with regressors that induce the same policies and are wrong everywhere. All wrong ones go, then there is no regret; who
/// sees the policies only pays on.
/// </summary>
internal static class TellingMeasure
{
    private const int Actions = 4, Contexts = 4;
    private const double Gap = 0.1;

    public static void Run(ReproduceContext context, ReproduceResult result)
    {
        long rounds = context.Quick ? 200_000 : 1_000_000;
        int seeds = context.Quick ? 4 : 6, bandits = ComparedBandit.All.Length;
        var points = Runs.Checkpoints(rounds, 8);
        var regret = new double[bandits, seeds][];
        var alone = new (long Round, double Regret)[bandits, seeds]; // when only the best was left
        Runs.All(context, "regressors that tell", bandits * seeds, run =>
        {
            var (b, s) = (run % bandits, run / bandits);
            (regret[b, s], alone[b, s]) = Play(ComparedBandit.All[b], context.Session.Seed + (ulong)s, rounds, points);
        });

        string part = FormattableString.Invariant($"Lemma 6.1: {Math.Pow(Actions, Contexts)} regressors, gap {Gap}, {rounds:N0} rounds");
        var series = new List<LineSeries>();
        int end = points.Length - 1, half = Array.IndexOf(points, rounds / 2);
        double least = double.PositiveInfinity, paper = 0;
        for (int b = 0; b < bandits; b++)
        {
            var bandit = ComparedBandit.All[b];
            double[] At(int point) => [.. Enumerable.Range(0, seeds).Select(s => regret[b, s][point])];
            double last = At(end).Average(), gained = last - At(half).Average();
            result.Rows.Add(new MeasuredRow(part, $"{bandit.Name}: regret", last, "reward", At(end).Min(), At(end).Max(), FormattableString.Invariant($"{gained:0.0} of it in the second half of the rounds")));
            if (bandit.Drawn)
            {
                series.Add(new LineSeries(bandit.Name, [.. points.Select(t => (double)t)], [.. points.Select((_, i) => At(i).Average())], [.. points.Select((_, i) => At(i).Min())], [.. points.Select((_, i) => At(i).Max())]));
            }
            if (bandit.Policies)
            {
                least = Math.Min(least, last);
                result.Targets.Add(new MeasuredTarget("pays on in the second half: " + bandit.Name, gained, ">=", 20, "reward"));
                continue;
            }
            double gone = Enumerable.Range(0, seeds).Max(s => alone[b, s].Round == 0 ? double.PositiveInfinity : alone[b, s].Round);
            double after = Enumerable.Range(0, seeds).Max(s => regret[b, s][end] - alone[b, s].Regret);
            bool isPaper = bandit.Name == ComparedBandit.Paper;
            if (isPaper) paper = last;
            result.Rows.Add(new MeasuredRow(part, $"{bandit.Name}: all wrong regressors gone, last of all seeds", gone, "rounds"));
            result.Targets.Add(new MeasuredTarget((isPaper ? "gone: " : "gone, tight radius: ") + "rounds until f* is alone", gone, "<=", isPaper ? 4000 : 200, "rounds"));
            result.Targets.Add(new MeasuredTarget((isPaper ? "flat: " : "flat, tight radius: ") + "regret after", gone < rounds ? after : double.NaN, "<=", 1e-6, "reward"));
        }
        result.Targets.Add(new MeasuredTarget("least regret over policies, in regrets of RegressorElimination", least / paper, ">=", 5, "times"));
        result.Blocks.Add(new ReportHeading("Where regressors tell (Lemma 6.1)"));
        result.Blocks.Add(new LineChart("Regret", "round", "expected regret so far", series)
        {
            LogarithmicX = true,
            FromZero = true,
            Note = FormattableString.Invariant($"Mean of {seeds} seeds, the band from least to greatest. {Contexts} contexts, {Actions} actions, all {Math.Pow(Actions, Contexts)} policies, the best action is better by {Gap}. Uniform play would have lost {Gap * (1 - 1.0 / Actions) * rounds:N0}."),
        });
        result.Blocks.Add(new LineChart("The same without the two that have hardly begun to exploit", "round", "expected regret so far", [.. series.Where(l => l.Name is not (ComparedBandit.Agnostic or ComparedBandit.PaperTaming))])
        {
            LogarithmicX = true,
            FromZero = true,
            Note = "RegressorElimination pays like uniform play until the last wrong regressor is gone, and nothing from then on.",
        });
    }

    private static (double[] Regret, (long Round, double Regret) Alone) Play(ComparedBandit compared, ulong seed, long rounds, long[] points)
    {
        var rng = new Rng(seed).Fork(61);
        var hard = LowerBoundInstance.Draw(Actions, Contexts, Gap, ref rng);
        var telling = LowerBoundInstance.Telling(hard.World, hard.Regressors.Policies, hard.Optimal);
        var bandit = compared.Make(telling, hard.World, rounds);
        var play = new FinitePlay(hard.World, bandit, hard.World.BestActions(), rng.Fork(1));
        var elimination = bandit as RegressorElimination;
        (long Round, double Regret) alone = default;
        var regret = new double[points.Length];
        for (int i = 0; i < points.Length; i++)
        {
            while (elimination is not null && alone.Round == 0 && play.Rounds < points[i])
            {
                play.Until(play.Rounds + 1);
                if (elimination.Survivors.Length == 1 && elimination.Survivors[0] == hard.Optimal) alone = (play.Rounds, play.Now.Regret);
            }
            regret[i] = play.Until(points[i]).Regret;
        }
        return (regret, alone);
    }
}
