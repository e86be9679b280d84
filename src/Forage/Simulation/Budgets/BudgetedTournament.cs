using Forage.Budgets;
using Forage.Features;

namespace Forage.Simulation.Budgets;

/// <summary>One run.</summary>
/// <param name="Reward">What it earned.</param>
/// <param name="Rounds">Rounds until it ended.</param>
/// <param name="Skipped">Rounds in which the ledger refused the action.</param>
/// <param name="Spent">Share of each budget that was spent; 1 of a budget of 0.</param>
/// <param name="Curve">What was earned by each of the tournament's points.</param>
public sealed record BudgetedResult(double Reward, long Rounds, long Skipped, double[] Spent, double[] Curve);

/// <summary>The runs of one algorithm in one world, one a seed.</summary>
/// <param name="Setup">The world.</param>
/// <param name="Contestant">The algorithm.</param>
/// <param name="Points">Rounds at which curves are taken.</param>
/// <param name="Runs">In the order of seeds.</param>
public sealed record BudgetedStanding(BudgetedSetup Setup, BudgetedContestant Contestant, long[] Points, IReadOnlyList<BudgetedResult> Runs)
{
    /// <summary>Mean reward.</summary>
    public double Reward => Runs.Average(r => r.Reward);

    /// <summary>Standard error of the mean over seeds; 0 for one.</summary>
    public double StandardError
    {
        get
        {
            if (Runs.Count < 2) return 0;
            double mean = Reward;
            return Math.Sqrt(Runs.Sum(r => (r.Reward - mean) * (r.Reward - mean)) / (Runs.Count - 1) / Runs.Count);
        }
    }

    /// <summary>Mean reward over OPT_LP of all policies; NaN if nothing can be earned.</summary>
    public double OfBest => Setup.Best > 0 ? Reward / Setup.Best : double.NaN;

    /// <summary>OPT_LP of the class less the mean reward.</summary>
    public double Regret => Setup.Perfect.Value - Reward;

    /// <summary>Mean share of a budget that was spent.</summary>
    public double Spent(int resource) => Runs.Average(r => r.Spent[resource]);

    /// <summary>Mean reward by each point.</summary>
    public double[] Curve => [.. Points.Select((_, i) => Runs.Average(r => r.Curve[i]))];
}

/// <summary>Algorithms in worlds with budgets over seeds, on several threads. The results do not depend on the number of threads.</summary>
public static class BudgetedTournament
{
    /// <summary>Plays all.</summary>
    /// <param name="setups">The worlds.</param>
    /// <param name="contestants">The algorithms.</param>
    /// <param name="seeds">Runs of each.</param>
    /// <param name="seed">The first seed. Algorithms meet the same contexts.</param>
    /// <param name="rule">When a run ends.</param>
    /// <param name="threads">Runs at a time.</param>
    /// <param name="points">Curves are taken at about so many rounds.</param>
    /// <param name="done">Told every standing when its last run ends, in no particular order, from several threads but never two at a time.</param>
    /// <param name="progress">Told the rounds played so far and the share of all; from several threads.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>A standing for each world and algorithm, worlds outermost.</returns>
    public static IReadOnlyList<BudgetedStanding> Run(IReadOnlyList<BudgetedSetup> setups, IReadOnlyList<BudgetedContestant> contestants, int seeds, ulong seed, StoppingRule rule = StoppingRule.Reserve, int threads = 1,
        int points = 40, Action<BudgetedStanding>? done = null, Action<long, double>? progress = null, CancellationToken cancellation = default)
    {
        if (seeds < 1) throw new ForageException($"{seeds} seeds; expected at least 1.");
        int cells = setups.Count * contestants.Count;
        var runs = new BudgetedResult[cells * seeds];
        var left = new int[cells];
        Array.Fill(left, seeds);
        long[] played = [0], all = [setups.Sum(s => s.World.Budgets.Horizon) * contestants.Count * seeds];
        var gate = new Lock();
        ParallelWork.For(runs.Length, threads, cancellation, job =>
        {
            int cell = job / seeds;
            var setup = setups[cell / contestants.Count];
            runs[job] = Play(setup, contestants[cell % contestants.Count], new Rng(seed + (ulong)(job % seeds)), rule, Points(setup, points), cancellation);
            long total = Interlocked.Add(ref played[0], setup.World.Budgets.Horizon);
            progress?.Invoke(total, (double)total / all[0]);
            if (Interlocked.Decrement(ref left[cell]) > 0 || done is null) return;
            lock (gate) done(Standing(cell));
        });
        return [.. Enumerable.Range(0, cells).Select(Standing)];

        BudgetedStanding Standing(int cell)
        {
            var setup = setups[cell / contestants.Count];
            return new BudgetedStanding(setup, contestants[cell % contestants.Count], Points(setup, points), runs[(cell * seeds)..((cell + 1) * seeds)]);
        }
    }

    /// <summary>One run.</summary>
    /// <param name="setup">The world.</param>
    /// <param name="contestant">The algorithm.</param>
    /// <param name="rng">Contexts, draws and events.</param>
    /// <param name="rule">When it ends.</param>
    /// <param name="points">Rounds at which the curve is taken, ascending.</param>
    /// <param name="cancellation">Looked at at every point.</param>
    public static BudgetedResult Play(BudgetedSetup setup, BudgetedContestant contestant, Rng rng, StoppingRule rule, ReadOnlySpan<long> points, CancellationToken cancellation = default)
    {
        var play = new BudgetedPlay(setup.World, contestant.Start(setup), rng, rule);
        var curve = new double[points.Length];
        for (int i = 0; i < points.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            curve[i] = play.Until(points[i]);
        }
        double reward = play.ToEnd();
        var budgets = setup.World.Budgets;
        var spent = new double[budgets.Resources];
        for (int i = 0; i < spent.Length; i++) spent[i] = budgets.Limits[i] > 0 ? play.Ledger.Spent(i) / budgets.Limits[i] : 1;
        return new BudgetedResult(reward, play.Ledger.Rounds, play.Ledger.Skipped, spent, curve);
    }

    private static long[] Points(BudgetedSetup setup, int count)
    {
        long horizon = setup.World.Budgets.Horizon;
        return [.. Enumerable.Range(1, count).Select(i => horizon * i / count).Where(t => t > 0).Distinct()];
    }
}
