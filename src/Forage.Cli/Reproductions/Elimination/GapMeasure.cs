using Forage.Evaluation;
using Forage.Features;
using Forage.Simulation.Finite;

namespace Forage.Cli.Reproductions.Elimination;

/// <summary>
/// Theorem 5.1: on its instance, at the gap that is worst for it, every algorithm's regret grows like √T. At RegressorElimination's worst gap nothing has been eliminated yet, and it
/// plays uniformly; so what is reported is the maximum over a grid of gaps, at each T anew.
/// </summary>
internal static class GapMeasure
{
    private const int Actions = 4, Contexts = 3;
    private static readonly string[] s_names = [ComparedBandit.Paper, ComparedBandit.Tight, ComparedBandit.Agnostic, ComparedBandit.Taming];

    public static void Run(ReproduceContext context, ReproduceResult result)
    {
        long[] horizons = context.Quick ? [40_000, 80_000, 160_000, 320_000] : [40_000, 80_000, 160_000, 320_000, 640_000];
        int perOctave = context.Quick ? 2 : 3;
        double[] gaps = [.. Enumerable.Range(0, 8 * perOctave + 1).Select(i => 0.5 * Math.Pow(2, -(double)i / perOctave))];
        Array.Reverse(gaps);
        var jobs = (from n in Enumerable.Range(0, s_names.Length) from h in Enumerable.Range(0, horizons.Length) from g in Enumerable.Range(0, gaps.Length) from s in Enumerable.Range(0, Seeds(n)) select (n, h, g, s)).Reverse().ToArray();
        var regret = new double[s_names.Length, horizons.Length, gaps.Length, 6];
        Runs.All(context, "gaps", jobs.Length, i =>
        {
            var (n, h, g, s) = jobs[i];
            var rng = new Rng(context.Session.Seed + (ulong)s).Fork(51);
            var hard = LowerBoundInstance.Draw(Actions, Contexts, gaps[g], ref rng);
            var bandit = ComparedBandit.Named(s_names[n]).Make(hard.Regressors, hard.World, horizons[h]);
            regret[n, h, g, s] = new FinitePlay(hard.World, bandit, hard.World.BestActions(), rng.Fork(1)).Until(horizons[h]).Regret;
        });
        int Seeds(int n) => s_names[n] is ComparedBandit.Tight or ComparedBandit.Taming ? 6 : 2; // the others are nearly uniform play, whose expected regret does not vary
        double Mean(int n, int h, int g) => Enumerable.Range(0, Seeds(n)).Average(s => regret[n, h, g, s]);
        double Unit(long t) => Math.Sqrt((double)Actions * Contexts * t);

        string part = FormattableString.Invariant($"Theorem 5.1: K = {Actions}, {Contexts} contexts, N = {Math.Pow(Actions, Contexts)}, most over {gaps.Length} gaps");
        double[] x = [.. horizons.Select(t => (double)t)];
        var scaled = new List<LineSeries>();
        for (int n = 0; n < s_names.Length; n++)
        {
            double[] most = [.. horizons.Select((_, h) => Enumerable.Range(0, gaps.Length).Max(g => Mean(n, h, g)))];
            for (int h = 0; h < horizons.Length; h++)
            {
                double at = gaps[Enumerable.Range(0, gaps.Length).MaxBy(g => Mean(n, h, g))];
                result.Rows.Add(new MeasuredRow(part, FormattableString.Invariant($"{s_names[n]}: regret at T = {horizons[h]:N0}"), most[h], "reward", Note: FormattableString.Invariant($"at the gap {at:0.000}; {most[h] / Unit(horizons[h]):0.00} √(KMT)")));
            }
            scaled.Add(new LineSeries(s_names[n], x, [.. most.Select((r, h) => r / Unit(horizons[h]))]));
            double margin = horizons.Select((t, h) => most[h] / LowerBoundInstance.LeastRegret(Actions, Contexts, t)).Min();
            result.Targets.Add(new MeasuredTarget("worst gap, above the lower bound: " + s_names[n], margin, ">=", 1, "times"));
            double slope = Runs.Slope(x, most);
            result.Rows.Add(new MeasuredRow(part, s_names[n] + ": slope of ln regret over ln T", slope, ""));
            if (s_names[n] is ComparedBandit.Agnostic or ComparedBandit.Taming) continue;
            result.Targets.Add(new MeasuredTarget("worst gap, slope: " + s_names[n], slope, "<=", 0.6, ""));
            result.Targets.Add(new MeasuredTarget("worst gap, slope at least: " + s_names[n], slope, ">=", 0.4, ""));
            if (s_names[n] != ComparedBandit.Paper) continue;
            double used = horizons.Select((t, h) => most[h] / Promise(t)).Max();
            result.Targets.Add(new MeasuredTarget("worst gap, share of what Theorem 4.1 allows", used, "<=", 1, ""));
        }
        int last = horizons.Length - 1;
        result.Blocks.Add(new ReportHeading("Where they cannot (Theorem 5.1)"));
        result.Blocks.Add(new LineChart("Regret at the worst gap, in units of √(KMT): flat is √T", "T", "max over gaps of regret / √(KMT)", scaled)
        {
            LogarithmicX = true,
            FromZero = true,
            Note = FormattableString.Invariant($"The lower bound is {LowerBoundInstance.LeastRegret(Actions, Contexts, 1) / Unit(1):0.000}, the constant of the proof. With PolicyElimination's constants only the largest gaps of the grid are noticed at these T."),
        });
        result.Blocks.Add(new LineChart(FormattableString.Invariant($"Regret after {horizons[last]:N0} rounds, gap by gap"), "gap ε", "expected regret",
        [
            .. s_names.Select((name, n) => new LineSeries(name, gaps, [.. gaps.Select((_, g) => Mean(n, last, g))])),
            new LineSeries(ComparedBandit.Uniform, gaps, [.. gaps.Select(g => g * (1 - 1.0 / Actions) * horizons[last])]),
        ])
        {
            LogarithmicX = true,
            Note = "Up to its worst gap RegressorElimination is uniform play: nothing can be told apart yet. Beyond it, what it pays falls as the gap grows.",
        });
    }

    // Σ_t min{1, √(200 K ln(1/δ_t)/t)} + μT: Lemma 4.1 round by round.
    private static double Promise(long rounds)
    {
        var options = new Forage.Bandits.Elimination.RegressorEliminationOptions { Horizon = rounds };
        int n = (int)Math.Pow(Actions, Contexts);
        double sum = Math.Min(0.5 / Actions, 1 / Math.Sqrt(rounds)) * rounds;
        for (long t = 1; t <= rounds; t++) sum += Math.Min(1, Math.Sqrt(200 * Actions * options.RadiusAt(t, n) / 18 / t));
        return sum;
    }
}
