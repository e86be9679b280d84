using Forage.Bandits.Taming;
using Forage.Features;

namespace Forage.Cli.Reproductions.TamingCurves;

/// <summary>
/// The algorithm with exact trees of depth 2 over contexts of five uniform features, played with the m² schedule: the rewards' means are a hidden tree's. With a coarse grid
/// contexts come again and are counted; with a fine one nearly each is new, and the K × t table of §3.5 grows with the rounds.
/// </summary>
internal sealed class TreeCurve
{
    private const int Features = 5, Actions = 3;

    private TreeCurve(bool counted, double[] rounds, double[] seconds, double[] calls, int columns, double early, double late)
        => (Counted, Rounds, Seconds, Calls, Columns, Early, Late) = (counted, rounds, seconds, calls, columns, early, late);

    /// <summary>Whether the grid is coarse.</summary>
    public bool Counted { get; }

    /// <summary>Its name in tables.</summary>
    public string Name => Counted ? "trees, contexts counted" : "trees, contexts listed";

    /// <summary>Rounds after which something was noted.</summary>
    public double[] Rounds { get; }

    /// <summary>Seconds so far.</summary>
    public double[] Seconds { get; }

    /// <summary>Oracle calls so far.</summary>
    public double[] Calls { get; }

    /// <summary>Columns of the table in the end.</summary>
    public int Columns { get; }

    /// <summary>Mean reward of the first eighth of the rounds.</summary>
    public double Early { get; }

    /// <summary>Mean reward of the last half.</summary>
    public double Late { get; }

    public static TreeCurve Measure(ReproduceContext context, bool counted)
    {
        int last = (context.Quick, counted) switch { (true, true) => 1 << 15, (true, false) => 1 << 12, (false, true) => 1 << 18, (false, false) => 1 << 15 };
        double[] rounds = [.. Enumerable.Range(0, 30).Select(i => (double)(256 << i)).TakeWhile(t => t <= last)];
        double[] seconds = new double[rounds.Length], calls = new double[rounds.Length];
        var oracle = new TreeOracle(SplitGrid.Even(Features, counted ? 1 : 15), Actions, 2);
        var bandit = new Ilovetoconbandits(oracle, new TamingOptions { Psi = 1, MuScale = 0.1 });
        var rng = new Rng(context.Session.Seed).Fork(77);
        double early = 0, late = 0;
        using var progress = context.Session.Progress(counted ? "trees, contexts counted" : "trees, contexts listed", "rounds");
        long start = context.Session.Terminal.Clock.GetTimestamp();
        float[] x = new float[Features];
        double[] pmf = new double[Actions];
        for (int t = 0, at = 0; t < last; t++)
        {
            foreach (ref float v in x.AsSpan()) v = (float)rng.NextDouble();
            int number = oracle.NumberOf(x);
            bandit.Distribution(number, pmf);
            double u = rng.NextDouble();
            int action = u < pmf[0] ? 0 : u < pmf[0] + pmf[1] ? 1 : 2;
            double mean = Mean(x, action);
            bandit.Observe(number, action, pmf[action], rng.NextDouble() < mean ? 1 : 0);
            if (t < last / 8) early += mean / (last / 8);
            if (t >= last / 2) late += mean / (last / 2);
            if (t + 1 != rounds[at]) continue;
            context.Session.Cancellation.ThrowIfCancellationRequested();
            (seconds[at], calls[at]) = (context.Session.Terminal.Clock.GetElapsedTime(start).TotalSeconds, bandit.OracleCalls);
            progress.Report(t + 1, (t + 1.0) / last);
            at++;
        }
        return new TreeCurve(counted, rounds, seconds, calls, oracle.Contexts, early, late);
    }

    /// <summary>Growth of the seconds.</summary>
    public GrowthRate TimeGrowth => GrowthRate.Of(Rounds, [Seconds], Rounds[^1] / 16);

    // The right action earns 0.8, the others 0.2.
    private static double Mean(float[] x, int action) => action == (x[0] <= 0.5f ? 2 : x[1] > 0.5f ? 0 : 1) ? 0.8 : 0.2;
}
