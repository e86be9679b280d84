using Forage.Features;
using Forage.Markets;

namespace Forage.Cli.Reproductions.Markets;

/// <summary>Many traders of fixed beliefs, and many rounds.</summary>
internal static class PopulationMeasure
{
    public static void Run(ReproduceContext context, ReproduceResult result)
    {
        int traders = context.Quick ? 100_000 : 1_000_000, rounds = context.Quick ? 1000 : 10_000;
        foreach (bool full in new[] { true, false })
        {
            double seconds = Time(context, traders, rounds, full ? 1 : 0.2);
            string name = full ? "full Kelly" : "λ = 0.2";
            result.Rows.Add(new MeasuredRow(FormattableString.Invariant($"{traders:N0} traders × {rounds:N0} rounds, {Environment.ProcessorCount} threads"), name + ": time", seconds, "s", Note: FormattableString.Invariant($"{seconds * 1e9 / traders / rounds:0.00} ns a trader and round")));
            string id = "population: 10^6 × 10^4, " + name;
            if (context.Quick) result.Skipped.Add(new SkippedTarget(id, "the quick version runs a hundredth of it"));
            else result.Targets.Add(new MeasuredTarget(id, seconds, "<=", 30, "s"));
        }
        Remembers(context, result);
    }

    private static double Time(ReproduceContext context, int traders, int rounds, double fraction)
    {
        using var progress = context.Session.Progress("population", "rounds");
        var rng = new Rng(context.Session.Seed).Fork(5);
        double[] beliefs = new double[traders];
        for (int i = 0; i < traders; i++) beliefs[i] = rng.NextOpenDouble();
        var market = new FixedBeliefMarket(beliefs, new KellyMarketOptions { Fractions = fraction == 1 ? null : [.. Enumerable.Repeat(fraction, traders)] });
        long start = context.Session.Terminal.Clock.GetTimestamp();
        market.Run(rounds, (t, _) => rng.Fork((ulong)t).NextUInt64() >> 63 == 0, default, Environment.ProcessorCount, context.Session.Cancellation);
        return context.Session.Terminal.Clock.GetElapsedTime(start).TotalSeconds;
    }

    // Runs of 100,000 rounds of one outcome and then the other: fortunes fall far below what a double holds and rise again.
    private static void Remembers(ReproduceContext context, ReproduceResult result)
    {
        const int traders = 50, rounds = 1_000_000;
        double[] beliefs = [.. Enumerable.Range(0, traders).Select(i => (i + 0.5) / traders)];
        var market = new FixedBeliefMarket(beliefs);
        market.Run(rounds, (t, _) => t / (rounds / 10) % 2 == 0, default, 1, context.Session.Cancellation);
        double[] log = [.. beliefs.Select(p => market.Successes * Math.Log(p) + (rounds - market.Successes) * Math.Log(1 - p))];
        double most = log.Max(), sum = most + Math.Log(log.Sum(l => Math.Exp(l - most)));
        double worst = Enumerable.Range(0, traders).Max(i => Math.Abs((log[i] - sum - market.LogWealth(i)) / (log[i] - sum)));
        result.Rows.Add(new MeasuredRow("10^6 rounds in long runs of one outcome", "logarithm of wealth against the posterior, largest relative difference", worst, "", Note: FormattableString.Invariant($"the poorest has e^{market.LogWealth(0):0}")));
        result.Targets.Add(new MeasuredTarget("population: nothing lost in 10^6 rounds", worst, "<=", 1e-9, ""));
    }
}
