using Forage.Bandits;
using Forage.Bandits.Taming;
using Forage.Features;
using Forage.Simulation.Finite;

namespace Forage.Cli.Reproductions.TamingCurves;

/// <summary>
/// Runs of one setting in worlds of 10 contexts and 5 actions with random Bernoulli means and 200 random policies, a new world for each seed; the regret is
/// that to the best of the policies.
/// </summary>
internal sealed class FiniteCurve
{
    private const int Contexts = 10, Actions = 5, Policies = 200;

    private FiniteCurve(TamingSetting setting, double[] rounds, double[][] regrets, double[][] calls, double[] seconds, int support)
        => (Setting, Rounds, Regrets, Calls, Seconds, Support) = (setting, rounds, regrets, calls, seconds, support);

    /// <summary>Its constants.</summary>
    public TamingSetting Setting { get; }

    /// <summary>Rounds after which something was noted: powers of two.</summary>
    public double[] Rounds { get; }

    /// <summary>Cumulative regret: seed, place in <see cref="Rounds"/>.</summary>
    public double[][] Regrets { get; }

    /// <summary>Oracle calls so far, likewise.</summary>
    public double[][] Calls { get; }

    /// <summary>Seconds so far, of the fastest seed.</summary>
    public double[] Seconds { get; }

    /// <summary>Policies of positive weight at the end of the first seed.</summary>
    public int Support { get; }

    /// <summary>Mean over seeds at a place.</summary>
    public double Regret(int place) => Regrets.Average(r => r[place]);

    /// <summary>What the regret gains from each place to the next, in the median world, is this power of the rounds after the burn-in.</summary>
    public GrowthRate RegretGrowth => GrowthRate.OfIncrements(Rounds, Regrets, BurnIn, median: true);

    /// <summary>Likewise for the mean over worlds: the few in which two policies are nearly equal weigh most, early ones most of all.</summary>
    public GrowthRate MeanRegretGrowth => GrowthRate.OfIncrements(Rounds, Regrets, BurnIn, median: false);

    /// <summary>The mean number of oracle calls is this power of the rounds.</summary>
    public GrowthRate CallGrowth => GrowthRate.Of(Rounds, Calls, BurnIn);

    // Before, µ has hardly left its cap and the best policy is not known.
    private double BurnIn => Rounds[^1] >= 1 << 19 ? Math.Max(1 << 14, Rounds[^1] / 128) : Rounds[^1] / 16;

    /// <summary>Runs every seed, each on one core.</summary>
    public static FiniteCurve Measure(ReproduceContext context, TamingSetting setting)
    {
        int last = context.Quick ? setting.QuickRounds : setting.Rounds, seeds = context.Quick || !setting.Promised ? 8 : 24;
        long[] rounds = [.. Enumerable.Range(0, 40).Select(i => 256L << i).TakeWhile(t => t <= last)];
        double[][] regrets = new double[seeds][], calls = new double[seeds][], seconds = new double[seeds][];
        int[] supports = new int[seeds];
        using var progress = context.Session.Progress(setting.Name, "runs");
        int done = 0;
        var parallel = new ParallelOptions { CancellationToken = context.Session.Cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, seeds, parallel, s =>
        {
            var rng = new Rng(context.Session.Seed).Fork((ulong)s);
            var world = FiniteWorld.Random(Contexts, Actions, ref rng);
            var policies = PolicyTable.Random(Actions, Contexts, Policies, ref rng);
            var bandit = new Ilovetoconbandits(new FiniteClassOracle(policies), setting.Options);
            var play = new FinitePlay(world, bandit, world.BestActions(policies), rng.Fork(1));
            (regrets[s], calls[s], seconds[s]) = (new double[rounds.Length], new double[rounds.Length], new double[rounds.Length]);
            long start = context.Session.Terminal.Clock.GetTimestamp();
            for (int i = 0; i < rounds.Length; i++)
            {
                context.Session.Cancellation.ThrowIfCancellationRequested();
                regrets[s][i] = play.Until(rounds[i]).Regret;
                calls[s][i] = bandit.OracleCalls;
                seconds[s][i] = context.Session.Terminal.Clock.GetElapsedTime(start).TotalSeconds;
            }
            supports[s] = bandit.LastEpoch.Support;
            lock (progress) progress.Report(++done, (double)done / seeds);
        });
        double[] fastest = [.. rounds.Select((_, i) => seconds.Min(s => s[i]))];
        return new FiniteCurve(setting, [.. rounds.Select(t => (double)t)], regrets, calls, fastest, supports[0]);
    }
}
