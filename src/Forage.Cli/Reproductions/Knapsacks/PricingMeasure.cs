using Forage.Budgets;
using Forage.Budgets.Pricing;
using Forage.Budgets.Programs;
using Forage.Evaluation;
using Forage.Features;
using Forage.Simulation.Budgets;

namespace Forage.Cli.Reproductions.Knapsacks;

/// <summary>
/// Theorem 3: prices from a continuum. Policies ask an affine function of the customer's kind; prices are rounded down to multiples of the theorem's ε, MixtureElimination plays the rounded class, and regret is to the best mixture of the
/// policies as they are. B = T/5, so the exponent is 4/5.
/// </summary>
internal static class PricingMeasure
{
    private const int Kinds = 4, Count = 40;
    private const double Share = 0.2, Lipschitz = 2;

    public static void Run(ReproduceContext context, RowTeller tell)
    {
        long[] horizons = [10_000, 31_623, 100_000, 177_828, 316_228, 562_341, 1_000_000];
        int seeds = context.Quick ? 3 : 6, decade = Array.IndexOf(horizons, horizons[^1] / 10);
        double[] asked = Asked(context.Session.Seed), x = [.. horizons.Select(t => (double)t)], regret = new double[horizons.Length], bound = new double[horizons.Length];
        string part = FormattableString.Invariant($"pricing: {Count} policies of continuous prices, {Kinds} kinds of customers, B = {Share} T");
        for (int h = 0; h < horizons.Length; h++)
        {
            long t = horizons[h];
            double supply = Share * t, step = DiscretisedPrices.StepFor(supply, t, Lipschitz, Count), best = Best(asked, t, supply);
            var prices = new DiscretisedPrices(asked, Kinds, step);
            var setup = new BudgetedSetup("pricing", BudgetedWorlds.DynamicPricing(Kinds, prices.Prices, t, supply), prices.Policies);
            var runs = BudgetedTournament.Run([setup], [BudgetedContestant.Parse("elimination")], seeds, context.Session.Seed, StoppingRule.Violation, Environment.ProcessorCount, 0, cancellation: context.Session.Cancellation)[0];
            (regret[h], bound[h]) = (best - runs.Reward, Math.Pow(t, 0.6) * Math.Pow(supply, 0.2) * Math.Pow(Lipschitz * Math.Log((double)t * Count), 0.2));
            double rounding = best - setup.Perfect.Value;
            tell.Row(new MeasuredRow(part, FormattableString.Invariant($"regret at T = {t:N0}"), regret[h], "reward", regret[h] - 2 * runs.StandardError, regret[h] + 2 * runs.StandardError,
                FormattableString.Invariant($"{100 * regret[h] / best:0.0} % of OPT_LP; ε = {step:0.0000}, {prices.Prices.Length - 1} prices, rounding costs {rounding:0}")));
            if (h == horizons.Length - 1) tell.Target("pricing: loss by rounding, of what Lemma 22 allows", rounding / DiscretisedPrices.LargestLoss(step, supply, t, Lipschitz), "<=", 1, "");
            tell.Progress(h + 1, (h + 1.0) / horizons.Length, "pricing");
        }
        double slope = Elimination.Runs.Slope(x[decade..], regret[decade..]);
        tell.Row(part, "slope of ln regret over ln T, last decade", slope, "");
        tell.Target("pricing: slope, Theorem 3 has 4/5", slope, "<=", 0.8, "");
        tell.Target("pricing: regret of T^(3/5) B^(1/5) (L ln(TN))^(1/5), largest", Enumerable.Range(0, x.Length).Max(i => regret[i] / bound[i]), "<=", 1, "times");
        tell.Result.Blocks.Add(new ReportHeading("Prices from a continuum (Theorem 3)"));
        tell.Result.Blocks.Add(new LineChart("Regret to the best mixture of policies with continuous prices", "customers; supply in proportion", "OPT_LP less reward", [new("MixtureElimination", x, regret), new("T^(3/5) B^(1/5) (L ln(TN))^(1/5)", x, bound)]) { LogarithmicX = true, LogarithmicY = true });
    }

    // base + slope · kind, a row a policy
    private static double[] Asked(ulong seed)
    {
        var rng = new Rng(seed).Fork(31);
        var asked = new double[Count * Kinds];
        for (int i = 0; i < Count; i++)
        {
            double from = 0.2 + 0.5 * rng.NextDouble(), slope = -0.2 + 0.7 * rng.NextDouble();
            for (int x = 0; x < Kinds; x++) asked[i * Kinds + x] = Math.Clamp(from + slope * x / (Kinds - 1), 0, 1);
        }
        return asked;
    }

    // OPT_LP(Π) of the policies as they are.
    private static double Best(double[] asked, long horizon, double supply)
    {
        double[] rewards = new double[Count], sales = new double[Count];
        for (int i = 0; i < asked.Length; i++)
        {
            double rate = BudgetedWorlds.SalesRate(i % Kinds, Kinds, asked[i]) / Kinds;
            rewards[i / Kinds] += rate * asked[i];
            sales[i / Kinds] += rate;
        }
        return KnapsackProgram.Optimum(new ExpectedOutcomes(rewards, sales), new ResourceBudgets(horizon, [supply])).Value;
    }
}
