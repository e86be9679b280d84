using Forage.Bandits;
using Forage.Budgets;
using Forage.Budgets.Elimination;
using Forage.Budgets.Programs;
using Forage.Features;

namespace Forage.Tests.Budgets;

public class PerfectPolytopeTests
{
    [Fact]
    public void EveryPerfectMixtureOfTheBoxIsInside()
    {
        var rng = new Rng(1);
        for (int run = 0; run < 150; run++)
        {
            int r = 1 + run % 3, n = 3 + rng.NextInt(10);
            var (box, budgets) = Case(n, r, 0.05 + 0.3 * rng.NextDouble(), ref rng);
            var polytope = new PerfectPolytope(box, budgets, n - 1);
            double[] most = new double[n], centre = new double[n];
            Assert.True(polytope.Extremes(most, centre) < 1e-8);
            Assert.True(Inside(box, budgets, polytope, centre));
            for (int member = 0; member < 10; member++)
            {
                var perfect = Perfect(BudgetCases.Member(box, ref rng), budgets);
                Assert.True(Inside(box, budgets, polytope, perfect));
                for (int i = 0; i < n; i++) Assert.True(perfect[i] <= most[i] + 1e-8);
            }
        }
    }

    [Fact]
    public void WithTimeAndOneResourceTheSweepLiesBetweenSamplesAndThePolytope()
    {
        var rng = new Rng(2);
        double excess = 0;
        int count = 0;
        for (int run = 0; run < 25; run++)
        {
            int n = 3 + rng.NextInt(4);
            var (box, budgets) = Case(n, 1, 0.15, ref rng);
            double[] exact = PairSweep.Most(box, budgets.Rate(0), 1500), most = new double[n], centre = new double[n];
            new PerfectPolytope(box, budgets, n - 1).Extremes(most, centre);
            for (int i = 0; i < n; i++)
            {
                Assert.True(exact[i] <= most[i] + 1e-7, $"{run}.{i}: {exact[i]} > {most[i]}");
                excess += most[i] - exact[i];
                count++;
            }
            for (int member = 0; member < 300; member++)
            {
                var perfect = Perfect(BudgetCases.Member(box, ref rng), budgets);
                for (int i = 0; i < n; i++) Assert.True(perfect[i] <= exact[i] + 0.02, $"{run}.{i}: {perfect[i]} > {exact[i]}");
            }
        }
        Assert.InRange(excess / count, 0, 0.25); // a superset, but not of everything
    }

    [Fact]
    public void VerticesHaveFewPoliciesSoWidthsAddUpAsInLemma9()
    {
        var rng = new Rng(3);
        for (int run = 0; run < 100; run++)
        {
            int r = 1 + run % 3, n = 4 + rng.NextInt(12), d = r + 1;
            var (box, budgets) = Case(n, r, 0.4 * rng.NextDouble(), ref rng);
            var polytope = new PerfectPolytope(box, budgets, n - 1);
            double[] most = new double[n], vertex = new double[n], mixed = new double[n], objective = new double[n];
            polytope.Extremes(most, mixed);
            double Widths(double[] p) => p.Select((v, i) => v > 0 ? v / Math.Sqrt(most[i]) : 0).Sum();
            Assert.True(Widths(mixed) <= Math.Sqrt(d + 1) + 1e-9);
            for (int k = 0; k < 20; k++)
            {
                for (int i = 0; i < n; i++) objective[i] = i == n - 1 ? 0 : rng.NextGaussian();
                Assert.True(polytope.Maximise(objective, vertex).Holds(1e-8));
                Assert.InRange(vertex.Count(v => v > 1e-9), 1, d + 1);
                Assert.Equal(1, vertex.Sum(), 1e-9);
                Assert.True(Widths(vertex) <= Math.Sqrt(d + 1) + 1e-6);
            }
        }
    }

    [Fact]
    public void Lemma6_ABalancedMixtureIsFoundAndProved()
    {
        var rng = new Rng(4);
        int most = 0;
        for (int run = 0; run < 60; run++)
        {
            int r = 1 + run % 3, k = 2 + rng.NextInt(5), contexts = 1 + rng.NextInt(4), n = 4 + rng.NextInt(25);
            var policies = PolicyTable.Random(k, contexts, n, ref rng);
            var (box, budgets) = Case(n, r, 0.3 * rng.NextDouble(), ref rng);
            double[] p = [.. Enumerable.Range(0, contexts).Select(_ => rng.NextExponential())], alpha = new double[n], mixture = new double[n], pmf = new double[k];
            double sum = p.Sum(), q0 = 0.001 + 0.3 * rng.NextDouble();
            foreach (ref double v in p.AsSpan()) v /= sum;
            var polytope = new PerfectPolytope(box, budgets, n - 1);
            polytope.Extremes(alpha, mixture);
            var solver = new BalancedMixture(policies, p, q0);
            Array.Clear(mixture);
            polytope.Maximise(new double[n], mixture); // any vertex, the worst start
            var certificate = solver.Solve(polytope, alpha, mixture);
            Assert.True(certificate.Holds);
            Assert.True(Inside(box, budgets, polytope, mixture));
            most = Math.Max(most, certificate.Steps);

            // Eq. 5, written out
            for (int i = 0; i < n; i++)
            {
                double value = 0;
                for (int x = 0; x < contexts; x++)
                {
                    double mass = Enumerable.Range(0, n).Where(j => policies[j, x] == policies[i, x]).Sum(j => mixture[j]);
                    int played = Enumerable.Range(0, n).Select(j => policies[j, x]).Distinct().Count();
                    value += p[x] / ((1 - q0) * mass + q0 / played);
                    solver.Distribution(x, pmf);
                    Assert.Equal((1 - q0) * mass + q0 / played, pmf[policies[i, x]], 1e-12);
                    Assert.Equal(1, pmf.Sum(), 1e-9);
                }
                Assert.True(alpha[i] * value <= 2 * k + 1e-9);
            }
        }
        Assert.InRange(most, 1, 200);
    }

    internal static (ConfidenceBox Box, ResourceBudgets Budgets) Case(int policies, int resources, double width, ref Rng rng)
    {
        var box = BudgetCases.Around(BudgetCases.Outcomes(policies, resources, ref rng), width, ref rng);
        var limits = new double[resources];
        foreach (ref double limit in limits.AsSpan()) limit = 1000 * (0.05 + 0.6 * rng.NextDouble());
        return (box, new ResourceBudgets(1000, limits));
    }

    internal static double[] Perfect(ExpectedOutcomes outcomes, ResourceBudgets budgets)
    {
        var perfect = KnapsackProgram.Optimum(outcomes, budgets);
        double[] mixture = [.. perfect.Mixture];
        mixture[^1] += perfect.Null;
        return mixture;
    }

    private static bool Inside(ConfidenceBox box, ResourceBudgets budgets, PerfectPolytope polytope, double[] p)
    {
        int n = box.Policies;
        double reward = 0;
        for (int i = 0; i < n; i++) reward += p[i] * box.RewardHigh[i];
        if (reward < polytope.LeastRate - 1e-8 || Math.Abs(p.Sum() - 1) > 1e-8) return false;
        for (int k = 0; k < box.Resources; k++)
        {
            double used = 0;
            for (int i = 0; i < n; i++) used += p[i] * box.ConsumptionLow[k * n + i];
            if (used > budgets.Rate(k) + 1e-8) return false;
        }
        return true;
    }
}
