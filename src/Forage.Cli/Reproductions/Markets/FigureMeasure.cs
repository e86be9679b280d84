using Forage.Evaluation;
using Forage.Features;
using Forage.Markets;
using Forage.Markets.Learning;

namespace Forage.Cli.Reproductions.Markets;

/// <summary>Figures 1 to 3: 100 traders of uniform random beliefs, 150 periods, π = 1/2; full Kelly, then λ = 0.2. The charts show the first seed, the numbers all of them.</summary>
internal static class FigureMeasure
{
    private const int Traders = 100, Rounds = 150, Burn = 20;
    private const double Lambda = 0.2, PaperDiscount = 0.96;

    private sealed record Trace(FixedBeliefMarket Market, double[] Prices, bool[] Outcomes)
    {
        public double[] Frequency(double discount) => DiscountedFrequency.Of(Outcomes, discount);

        public double Distance(IReadOnlyList<double> line) => Math.Sqrt(Enumerable.Range(Burn, Rounds - Burn).Average(t => Math.Pow(Prices[t] - line[t], 2)));
    }

    public static void Run(ReproduceContext context, ReproduceResult result)
    {
        int seeds = context.Quick ? 40 : 400;
        var full = Enumerable.Range(0, seeds).Select(s => Play(context, s, 1)).ToArray();
        var part = Enumerable.Range(0, seeds).Select(s => Play(context, s, Lambda)).ToArray();
        Figure1(result, full, context);
        Figures2And3(result, part);
    }

    private static Trace Play(ReproduceContext context, int seed, double fraction, int rounds = Rounds)
    {
        var rng = new Rng(context.Session.Seed + (ulong)seed).Fork(4);
        double[] beliefs = new double[Traders], prices = new double[rounds];
        for (int i = 0; i < Traders; i++) beliefs[i] = rng.NextOpenDouble();
        Array.Sort(beliefs);
        bool[] outcomes = new bool[rounds];
        var market = new FixedBeliefMarket(beliefs, new KellyMarketOptions { Fractions = [.. Enumerable.Repeat(fraction, Traders)] });
        for (int t = 0; t < rounds; t++)
        {
            market.Settle(outcomes[t] = rng.NextDouble() < 0.5);
            prices[t] = market.Price;
        }
        return new Trace(market, prices, outcomes);
    }

    private static void Figure1(ReproduceResult result, Trace[] runs, ReproduceContext context)
    {
        string what = FormattableString.Invariant($"Figure 1: full Kelly, {runs.Length} seeds");
        double[] distance = [.. runs.Select(r => r.Distance(r.Frequency(1)))], posterior = [.. runs.Select(r => Ratio(r))];
        result.Rows.Add(Row(what, "price against frequency, root mean square after 20 periods", distance, "probability"));
        result.Rows.Add(new MeasuredRow(what, "wealth against Beta(s + 1, f + 1): largest relative deviation", posterior.Max(), ""));
        result.Targets.Add(new MeasuredTarget("figure 1a: price follows the frequency", distance.Average(), "<=", 0.03, "probability"));
        result.Targets.Add(new MeasuredTarget("figure 1b: wealth is the Beta posterior", posterior.Max(), "<=", 1e-9, ""));

        double[] time = [.. Enumerable.Range(1, Rounds).Select(t => (double)t)];
        var early = Play(context, 0, 1, 15);
        result.Blocks.Add(new ReportHeading("Figures 1 to 3"));
        result.Blocks.Add(new LineChart("Figure 1a: full Kelly, price and observed frequency", "period", "probability", [new("price", time, runs[0].Prices), new("frequency", time, runs[0].Frequency(1))]));
        result.Blocks.Add(Wealth(FormattableString.Invariant($"Figure 1b: wealth after 15 periods, {early.Market.Successes} of them successes"), early.Market, "One line is drawn over the other: they differ by rounding."));
    }

    private static void Figures2And3(ReproduceResult result, Trace[] runs)
    {
        var fits = runs.Select(r => DiscountedFrequency.Fit(r.Prices, r.Outcomes, Burn)).ToArray();
        double[] plain = [.. runs.Select(r => r.Distance(r.Frequency(1)))], paper = [.. runs.Select(r => r.Distance(r.Frequency(PaperDiscount)))], fitted = [.. fits.Select(f => f.Distance)];
        double[] discount = [.. fits.Select(f => f.Discount)];
        double[] spread = [.. runs.Select(r => Spread(r.Market, i => r.Market.Wealth(i)) / Spread(r.Market, i => Posterior(r.Market).Density(r.Market.Belief(i))))];
        string what = FormattableString.Invariant($"Figures 2 and 3: λ = {Lambda}, {runs.Length} seeds");
        result.Rows.Add(Row(what, "fitted discount γ", discount, ""));
        result.Rows.Add(Row(what, "price against plain frequency, root mean square", plain, "probability"));
        result.Rows.Add(Row(what, "price against discounted frequency, γ fitted", fitted, "probability"));
        result.Rows.Add(Row(what, "price against discounted frequency, γ = 0.96 of the paper", paper, "probability"));
        result.Rows.Add(Row(what, "spread of wealth over that of Beta(s + 1, f + 1)", spread, "times"));
        result.Targets.Add(new MeasuredTarget("figure 2b: fitted γ near 0.96, from below", discount.Average(), ">=", 0.94, ""));
        result.Targets.Add(new MeasuredTarget("figure 2b: fitted γ near 0.96, from above", discount.Average(), "<=", 0.98, ""));
        result.Targets.Add(new MeasuredTarget("figure 2b: closer than the plain frequency", fitted.Average() / plain.Average(), "<=", 0.6, "times"));
        result.Targets.Add(new MeasuredTarget("figure 3: wealth stays dispersed", spread.Average(), ">=", 1.5, "times"));

        double[] time = [.. Enumerable.Range(1, Rounds).Select(t => (double)t)];
        result.Blocks.Add(new LineChart("Figure 2a: λ = 0.2, price and observed frequency", "period", "probability", [new("price", time, runs[0].Prices), new("frequency", time, runs[0].Frequency(1))]));
        result.Blocks.Add(new LineChart(FormattableString.Invariant($"Figure 2b: the same price and the discounted frequency, γ = {discount[0]:0.000} (fitted)"), "period", "probability",
            [new("price", time, runs[0].Prices), new("discounted frequency", time, runs[0].Frequency(discount[0]))])
        {
            Note = "The fit leaves the first 20 periods out, in which the price still remembers where it began and a frequency does not.",
        });
        result.Blocks.Add(Wealth(FormattableString.Invariant($"Figure 3: wealth after 150 periods, {runs[0].Market.Successes} of them successes, λ = 0.2"), runs[0].Market, "Fractional Kelly moves wealth more slowly: it is more evenly spread than the posterior."));
    }

    private static LineChart Wealth(string title, FixedBeliefMarket market, string note)
    {
        double[] beliefs = [.. Enumerable.Range(0, Traders).Select(market.Belief)];
        double[] density = [.. beliefs.Select(Posterior(market).Density)];
        double sum = density.Sum();
        return new LineChart(title, "belief", "share of wealth", [new("wealth", beliefs, [.. Enumerable.Range(0, Traders).Select(market.Wealth)]), new("Beta(s + 1, f + 1)", beliefs, [.. density.Select(d => d / sum)])]) { FromZero = true, Note = note };
    }

    private static BetaPosterior Posterior(FixedBeliefMarket market) => new(market.Successes, market.Rounds - market.Successes);

    // Wealth must be proportional to the density at every belief, the poorest too.
    private static double Ratio(Trace run)
    {
        var posterior = Posterior(run.Market);
        double sum = Enumerable.Range(0, Traders).Sum(i => posterior.Density(run.Market.Belief(i)));
        return Enumerable.Range(0, Traders).Where(i => posterior.Density(run.Market.Belief(i)) > 0).Max(i => Math.Abs(run.Market.Wealth(i) * sum / posterior.Density(run.Market.Belief(i)) - 1));
    }

    private static double Spread(FixedBeliefMarket market, Func<int, double> weight)
    {
        double sum = Enumerable.Range(0, Traders).Sum(weight), mean = Enumerable.Range(0, Traders).Sum(i => weight(i) * market.Belief(i)) / sum;
        return Math.Sqrt(Enumerable.Range(0, Traders).Sum(i => weight(i) * Math.Pow(market.Belief(i) - mean, 2)) / sum);
    }

    private static MeasuredRow Row(string what, string measure, double[] values, string unit)
    {
        double mean = values.Average(), error = 1.96 * Math.Sqrt(values.Average(v => (v - mean) * (v - mean)) / values.Length);
        return new MeasuredRow(what, measure, mean, unit, mean - error, mean + error, "mean over seeds, 95 %");
    }
}
