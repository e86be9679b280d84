using Forage.Features;
using Forage.Markets;
using Forage.Markets.Learning;

namespace Forage.Cli.Reproductions.Markets;

/// <summary>Theorems 1, 3 and 4 and the fraction that is learnt, on random and on adversarial sequences.</summary>
internal static class TheoryMeasure
{
    public static void Run(ReproduceContext context, ReproduceResult result)
    {
        using var progress = context.Session.Progress("theorems", "runs");
        int runs = context.Quick ? 200 : 2000;
        Prices(context, result, runs);
        Regret(context, result, runs / 10);
        Fraction(context, result, runs / 10);
    }

    private static void Prices(ReproduceContext context, ReproduceResult result, int runs)
    {
        var rng = new Rng(context.Session.Seed).Fork(1);
        double worst = 0;
        for (int run = 0; run < runs; run++)
        {
            int n = 1 + rng.NextInt(200);
            double[] p = new double[n], w = new double[n], f = new double[n];
            for (int i = 0; i < n; i++) (p[i], w[i], f[i]) = (rng.NextOpenDouble(), rng.NextExponential(), rng.NextOpenDouble());
            worst = Math.Max(worst, Math.Abs(KellyPrice.Closed(p, w, f) - KellyPrice.Clear(p, w, f)));
        }
        string part = FormattableString.Invariant($"Theorems 1 and 4, {runs} random markets");
        result.Rows.Add(new MeasuredRow(part, "closed form against clearing, largest difference", worst, "probability"));
        result.Targets.Add(new MeasuredTarget("price: closed form = clearing", worst, "<=", 1e-12, "probability"));
    }

    private static void Regret(ReproduceContext context, ReproduceResult result, int runs)
    {
        const int rounds = 500;
        (string Name, Func<double[], double[], int, int, Rng, int> Rule)[] worlds =
        [
            ("random outcomes", (q, _, m, _, rng) => rng.NextInt(m)),
            ("the least likely", (q, _, m, _, _) => Enumerable.Range(0, m).MinBy(k => q[k])),
            ("against the best so far", (q, p, m, best, _) => Enumerable.Range(0, m).MinBy(k => p[best * m + k] / q[k])),
            ("for the best so far", (q, p, m, best, _) => Enumerable.Range(0, m).MaxBy(k => p[best * m + k] / q[k])),
        ];
        foreach (var (name, rule) in worlds)
        {
            double most = double.NegativeInfinity;
            for (int run = 0; run < runs; run++)
            {
                var rng = new Rng(context.Session.Seed + (ulong)run).Fork(2);
                int n = 2 + rng.NextInt(9), m = 2 + rng.NextInt(3);
                var market = new KellyMarket(n, m);
                double[] losses = new double[n], p = new double[n * m], q = new double[m];
                double loss = 0;
                for (int t = 0; t < rounds; t++)
                {
                    for (int i = 0; i < n; i++)
                    {
                        double sum = 0;
                        for (int k = 0; k < m; k++) sum += p[i * m + k] = rng.NextExponential();
                        for (int k = 0; k < m; k++) p[i * m + k] /= sum;
                    }
                    market.Open(p, q);
                    int y = rule(q, p, m, Array.IndexOf(losses, losses.Min()), rng.Fork((ulong)t));
                    loss += market.Settle(y);
                    for (int i = 0; i < n; i++) losses[i] -= Math.Log(p[i * m + y]);
                    most = Math.Max(most, (loss - losses.Min()) / Math.Log(n));
                }
            }
            result.Rows.Add(new MeasuredRow(FormattableString.Invariant($"Theorem 3, {runs} markets of {rounds} rounds"), name + ": largest regret at any time", most, "ln n"));
            result.Targets.Add(new MeasuredTarget("Theorem 3: " + name, most, "<=", 1 + 1e-9, "ln n"));
        }
    }

    private static void Fraction(ReproduceContext context, ReproduceResult result, int runs)
    {
        double identity = 0, lost = 0, regret = double.NegativeInfinity;
        for (int run = 0; run < runs; run++)
        {
            var rng = new Rng(context.Session.Seed + (ulong)run).Fork(3);
            double first = rng.NextOpenDouble(), ratio = 0, skill = rng.NextDouble();
            var learnt = new LearntFraction(first);
            var grid = FractionMixture.Grid(21);
            for (int t = 0; t < 300; t++)
            {
                double truth = rng.NextOpenDouble(), p = skill * truth + (1 - skill) * rng.NextOpenDouble(), q = (1 - skill) * truth + skill * rng.NextOpenDouble();
                if (rng.NextDouble() >= truth) (p, q) = (1 - p, 1 - q);
                learnt.Observe(p, q);
                grid.Observe(p, q);
                ratio += Math.Log(p / q);
                double one = Math.Log(first) + ratio, other = Math.Log(1 - first), most = Math.Max(one, other);
                identity = Math.Max(identity, Math.Abs(learnt.LogWealth - most - Math.Log(Math.Exp(one - most) + Math.Exp(other - most))));
                lost = Math.Max(lost, (1 - Math.Exp(learnt.LogWealth)) / first);
                regret = Math.Max(regret, (Enumerable.Range(0, 21).Max(grid.LogWealthOf) - grid.LogWealth) / Math.Log(21));
            }
        }
        string part = FormattableString.Invariant($"§9: learning the fraction, {runs} runs of 300 rounds");
        result.Rows.Add(new MeasuredRow(part, "wealth against λ Π(p/q) + 1 - λ, largest difference of logarithms", identity, "nats"));
        result.Rows.Add(new MeasuredRow(part, "most that was lost at any time, as a share of λ", lost, ""));
        result.Rows.Add(new MeasuredRow(part, "a grid of 21 fractions: largest regret to its best at any time", regret, "ln 21"));
        result.Targets.Add(new MeasuredTarget("fraction: the identity at every time", identity, "<=", 1e-9, "nats"));
        result.Targets.Add(new MeasuredTarget("fraction: loss within λ", lost, "<=", 1 + 1e-9, "λ"));
        result.Targets.Add(new MeasuredTarget("fraction: regret of a grid", regret, "<=", 1 + 1e-9, "ln 21"));
    }
}
