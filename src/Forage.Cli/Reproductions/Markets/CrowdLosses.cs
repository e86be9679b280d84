using Forage.Features;
using Forage.Markets;

namespace Forage.Cli.Reproductions.Markets;

/// <summary>Log losses, in nats an event, of a market and of simpler ways to combine the same beliefs.</summary>
internal sealed class CrowdLosses
{
    /// <summary>Names of the ways.</summary>
    public static readonly string[] Ways = ["market, full Kelly", "market, λ = 0.1", "market, λ = 0.02", "mean", "median", "geometric mean (constant risk aversion)", "market of mean, median and geometric mean"];

    /// <summary>Loss of each way.</summary>
    public double[] Loss { get; } = new double[Ways.Length];

    /// <summary>Loss of the best member of the full-Kelly market, in hindsight; where she abstained she is charged the market's loss.</summary>
    public double Best { get; private set; }

    /// <summary>Loss of the middle member, charged in the same way.</summary>
    public double Middle { get; private set; }

    /// <summary>What Theorem 3 allows the full-Kelly market: the best and ln n over the number of events.</summary>
    public double Bound { get; private set; }

    /// <summary>Market's loss and the bound, event by event, summed.</summary>
    public List<double[]> Path { get; } = [];

    /// <summary>Measures a crowd, its events in a given order.</summary>
    public static CrowdLosses Measure(Crowd crowd, IReadOnlyList<int> order)
    {
        var losses = new CrowdLosses();
        int n = crowd.Members, m = crowd.Outcomes;
        KellyMarket[] markets = [.. new[] { 1, 0.1, 0.02 }.Select(f => new KellyMarket(n, m, new KellyMarketOptions { Fractions = [.. Enumerable.Repeat(f, n)] }))];
        var ensemble = new MarketEnsemble(3, m);
        double[] own = new double[n], q = new double[m], total = new double[Ways.Length], rows = new double[3 * m];
        foreach (int t in order)
        {
            var e = crowd.Events[t];
            for (int k = 0; k < markets.Length; k++)
            {
                markets[k].Open(e.Beliefs, e.Abstains, q);
                double loss = markets[k].Settle(e.Outcome);
                total[k] += loss;
                if (k > 0) continue;
                for (int i = 0; i < n; i++) own[i] += e.Abstains[i] ? loss : -Math.Log(e.Beliefs[i * m + e.Outcome]);
            }
            Combine(crowd, e, rows);
            for (int k = 0; k < 3; k++) total[3 + k] -= Math.Log(rows[k * m + e.Outcome]);
            ensemble.Predict(rows, q);
            total[6] += ensemble.Observe(e.Outcome);
            losses.Path.Add([total[0], total[3], own.Min(), own.Min() + Math.Log(n)]);
        }
        for (int k = 0; k < Ways.Length; k++) losses.Loss[k] = total[k] / order.Count;
        (losses.Best, losses.Middle, losses.Bound) = (own.Min() / order.Count, own.Order().ElementAt(n / 2) / order.Count, (own.Min() + Math.Log(n)) / order.Count);
        return losses;
    }

    /// <summary>The order of the file.</summary>
    public static int[] FileOrder(Crowd crowd) => [.. Enumerable.Range(0, crowd.Events.Count)];

    /// <summary>A random order.</summary>
    public static int[] Shuffled(Crowd crowd, ulong seed)
    {
        int[] order = FileOrder(crowd);
        new Rng(seed).Shuffle(order.AsSpan());
        return order;
    }

    private static void Combine(Crowd crowd, CrowdEvent e, double[] rows)
    {
        int m = crowd.Outcomes;
        int[] says = [.. Enumerable.Range(0, crowd.Members).Where(i => !e.Abstains[i])];
        for (int k = 0; k < m; k++)
        {
            double[] sorted = [.. says.Select(i => e.Beliefs[i * m + k]).Order()];
            rows[k] = sorted.Average();
            rows[m + k] = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
            rows[2 * m + k] = Math.Exp(sorted.Average(p => Math.Log(p)));
        }
        for (int r = 0; r < 3; r++)
        {
            double sum = rows.AsSpan(r * m, m).ToArray().Sum();
            for (int k = 0; k < m; k++) rows[r * m + k] /= sum;
        }
    }
}
