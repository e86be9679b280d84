using Forage.Bandits.Elimination;
using Forage.Evaluation;
using Forage.Features;
using Forage.Simulation.Finite;

namespace Forage.Cli.Reproductions.Elimination;

/// <summary>What the radius is for: how often f* is lost when it is divided, in a class of many regressors as if independent and in the smallest class there is.</summary>
internal static class ControlMeasure
{
    private const int Regressors = 200, Contexts = 64;
    private static readonly double[] s_divisors = [1, 10, 50, 100, 150, 200, 300, 500, 1000];

    public static void Run(ReproduceContext context, ReproduceResult result)
    {
        int runs = context.Quick ? 200 : 600, tiny = 2000;
        var guesses = Guesses(context.Session.Seed);
        var small = (World: new FiniteWorld([1], [0.13, 0.13]), Table: new RegressorTable(2, 1, [0.13, 0.13, 1, 1]));
        // How actions are drawn does not matter here, so the program need not be solved well.
        var many = new RegressorEliminationOptions { Horizon = 300, Tolerance = 1 };
        var two = new RegressorEliminationOptions { Horizon = 30, Delta = 0.5, Tolerance = 1 };
        var lost = s_divisors.Select(d => Lost(context, guesses, many with { RadiusMultiplier = 1 / d }, runs)).ToArray();
        double tight = Lost(context, guesses, many with { Radius = EliminationRadius.Supermartingale }, runs), tenth = Lost(context, guesses, many with { Radius = EliminationRadius.Supermartingale, RadiusMultiplier = 0.1 }, runs);
        double full = Lost(context, small, two, tiny), fiftieth = Lost(context, small, two with { RadiusMultiplier = 1.0 / 50 }, tiny);

        string part = FormattableString.Invariant($"radius: {Regressors} regressors off by ¼ everywhere, δ = {many.Delta}, {many.Horizon} rounds");
        for (int i = 0; i < s_divisors.Length; i++) result.Rows.Add(new MeasuredRow(part, FormattableString.Invariant($"f* lost at 1/{s_divisors[i]:0} of the paper's radius"), 100 * lost[i], "% of runs"));
        result.Rows.Add(new MeasuredRow(part, "f* lost at ½ ln(N/δ)", 100 * tight, "% of runs", Note: "at most δ = 5 % of all runs there could be"));
        result.Rows.Add(new MeasuredRow(part, "f* lost at a tenth of that", 100 * tenth, "% of runs"));
        part = "radius: two regressors, .13 (the truth) and 1, δ = ½";
        result.Rows.Add(new MeasuredRow(part, "f* lost at the paper's radius", 100 * full, "% of runs"));
        result.Rows.Add(new MeasuredRow(part, "f* lost at 1/50 of it", 100 * fiftieth, "% of runs", Note: "a first reward of 1, which has probability 13 %, is enough"));
        result.Targets.Add(new MeasuredTarget("radius: f* lost at the paper's", Math.Max(full, lost[0]), "<=", 0, "of runs"));
        result.Targets.Add(new MeasuredTarget("radius: f* lost at 1/50, two regressors, δ = ½", fiftieth, ">=", 0.1, "of runs"));
        result.Targets.Add(new MeasuredTarget("radius: f* lost at 1/500, 200 regressors, δ = .05", lost[Array.IndexOf(s_divisors, 500)], ">=", 0.9, "of runs"));
        result.Targets.Add(new MeasuredTarget("radius: f* lost at ½ ln(N/δ)", tight, "<=", many.Delta + 3 * Math.Sqrt(many.Delta * (1 - many.Delta) / runs), "of runs"));
        result.Blocks.Add(new ReportHeading("What the radius is for"));
        result.Blocks.Add(new LineChart("How often the truth is lost when the radius is divided", "the paper's radius divided by", "share of runs", [new LineSeries("f* lost", s_divisors, lost)])
        {
            LogarithmicX = true,
            FromZero = true,
            Note = "Half the logarithm of N/δ is provably enough for all rounds at once, and the paper's radius is 36 times that or more; so with δ = .05 nothing can be seen until it is divided by about 100.",
        });
    }

    private static double Lost(ReproduceContext context, (FiniteWorld World, RegressorTable Table) instance, RegressorEliminationOptions options, int runs)
    {
        var lost = new bool[runs];
        var best = instance.World.BestActions();
        Runs.All(context, "radii", runs, run =>
        {
            var bandit = new RegressorElimination(instance.Table, options, instance.World.Probabilities);
            new FinitePlay(instance.World, bandit, best, new Rng(context.Session.Seed).Fork(41).Fork((ulong)run)).Until(options.Horizon);
            lost[run] = !bandit.Survivors.Contains(0);
        });
        return lost.Count(l => l) / (double)runs;
    }

    // Regressor 0 is the truth, ½ everywhere; the others say ¼ or ¾ at random.
    private static (FiniteWorld World, RegressorTable Table) Guesses(ulong seed)
    {
        var rng = new Rng(seed).Fork(42);
        var values = new double[Regressors * Contexts * 2];
        for (int i = 0; i < values.Length; i++) values[i] = i < Contexts * 2 ? 0.5 : rng.NextInt(2) == 0 ? 0.25 : 0.75;
        return (new FiniteWorld([.. Enumerable.Repeat(1.0 / Contexts, Contexts)], values.AsSpan(0, Contexts * 2)), new RegressorTable(2, Contexts, values));
    }
}
