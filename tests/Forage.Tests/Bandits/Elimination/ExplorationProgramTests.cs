using Forage.Bandits;
using Forage.Bandits.Elimination;
using Forage.Bandits.Elimination.Internals;
using Forage.Features;

namespace Forage.Tests.Bandits.Elimination;

/// <summary>The convex program of step 1: Lemma A.1, the certificate, the pieces of the solver.</summary>
public class ExplorationProgramTests
{
    private const double Rounding = 1e-11;

    [Theory]
    [InlineData(ExplorationFloor.Represented, 1)]
    [InlineData(ExplorationFloor.AllActions, 2)]
    public void ThousandsOfSmallProgramsAreSolvedToAMillionth(ExplorationFloor floor, ulong seed)
    {
        var rng = new Rng(seed);
        int exchanged = 0;
        for (int round = 0; round < 1000; round++)
        {
            var policies = ProgramCase.RandomPolicies(ref rng, out double[] contexts);
            double kappa = ProgramCase.RandomSmoothing(ref rng, 0.5);
            var program = new ExplorationProgram(policies, floor, kappa);
            program.SetContexts(contexts);
            var active = Enumerable.Range(0, policies.Count).Where(_ => round % 2 == 0).Append(policies.Count - 1).Append(0).Distinct().Order().ToArray();
            program.Restrict(active);
            if (round % 3 == 0) program.SetWeights(ProgramCase.RandomWeights(ref rng, active.Length));
            double bound = floor == ExplorationFloor.Represented ? program.MeanActions : policies.Actions;
            var certificate = program.Solve(bound, 1e-6);
            exchanged += certificate.Exchanges > 0 ? 1 : 0;

            var p = program.Weights.ToArray();
            Assert.All(p, w => Assert.True(w >= 0));
            Assert.Equal(1, p.Sum(), Rounding);
            var v = ProgramCase.Values(policies, active, p, floor, kappa, contexts);
            Assert.Equal(v.Max(), certificate.Worst, Rounding * v.Max());
            if (floor == ExplorationFloor.Represented) Assert.Equal(ProgramCase.MeanActions(policies, active, contexts), bound, Rounding);
            Assert.True(certificate.Holds(1e-6) && v.Max() <= (1 + 1e-6) * bound * (1 + Rounding), $"program {round}: {v.Max()} against {bound}");
        }
        Assert.True(exchanged > 50, $"only {exchanged} programs were hard enough for exchanges");
    }

    // For every P, at the optimum or not: Σ P V = E[(|A| - floor Σ 1/P')/(1-κ)], and at most E|A| (or K).
    [Theory]
    [InlineData(ExplorationFloor.Represented)]
    [InlineData(ExplorationFloor.AllActions)]
    public void MeanOfValuesIsWhatLemmaA1Says(ExplorationFloor floor)
    {
        var rng = new Rng(3);
        for (int round = 0; round < 500; round++)
        {
            var policies = ProgramCase.RandomPolicies(ref rng, out double[] contexts);
            double kappa = ProgramCase.RandomSmoothing(ref rng, 0.5), total = contexts.Sum();
            int[] active = [.. Enumerable.Range(0, policies.Count)];
            var p = ProgramCase.RandomWeights(ref rng, active.Length);
            var v = ProgramCase.Values(policies, active, p, floor, kappa, contexts);
            double mean = 0, said = 0;
            for (int i = 0; i < p.Length; i++) mean += p[i] * v[i];
            for (int x = 0; x < contexts.Length; x++)
            {
                int[] represented = [.. active.Select(f => policies[f, x]).Distinct()];
                double share = kappa / (floor == ExplorationFloor.Represented ? represented.Length : policies.Actions);
                double inverse = represented.Sum(a => 1 / ProgramCase.Smoothed(policies, active, p, floor, kappa, x, a));
                said += contexts[x] / total * (represented.Length - share * inverse) / (1 - kappa);
            }
            Assert.Equal(said, mean, 1e-9 * Math.Max(1, mean));
            double bound = floor == ExplorationFloor.Represented ? ProgramCase.MeanActions(policies, active, contexts) : policies.Actions;
            Assert.True(mean <= bound * (1 + Rounding), $"{mean} above {bound}");
            var program = new ExplorationProgram(policies, floor, kappa);
            program.SetContexts(contexts);
            program.SetWeights(p);
            var found = program.Check(bound);
            Assert.Equal(mean, found.Mean, 1e-9 * mean);
            Assert.Equal(v.Max(), found.Worst, 1e-9 * v.Max());
        }
    }

    [Fact]
    public void NeitherCoversRuleNorAnExchangeEverRaisesTheLoss()
    {
        var rng = new Rng(4);
        for (int round = 0; round < 200; round++)
        {
            var policies = ProgramCase.RandomPolicies(ref rng, out double[] contexts);
            var floor = round % 2 == 0 ? ExplorationFloor.Represented : ExplorationFloor.AllActions;
            double kappa = ProgramCase.RandomSmoothing(ref rng, 0.5);
            int[] active = [.. Enumerable.Range(0, policies.Count)];
            var state = new ProgramState(policies, floor) { Smoothing = kappa };
            contexts.CopyTo(state.Context, 0);
            state.Restrict(active);
            ProgramCase.RandomWeights(ref rng, active.Length).CopyTo(state.P);
            state.Refresh();
            var exchange = new PairwiseExchange(state);
            double before = Loss();
            for (int step = 0; step < 12; step++)
            {
                if (step % 3 == 0) MultiplicativeStep.Take(state);
                else exchange.Until(0, 1);
                double after = Loss();
                Assert.True(after <= before + 1e-12 * Math.Max(1, Math.Abs(before)), $"{before} became {after}");
                before = after;
            }

            double Loss() => ProgramCase.Loss(policies, active, state.P, floor, kappa, contexts);
        }
    }

    // Asked for more than there is, it ends at the minimum of L, where V is the same for all that P uses and no greater for the rest.
    [Fact]
    public void AtTheMinimumTheWorstIsTheMean()
    {
        var rng = new Rng(8);
        for (int round = 0; round < 30; round++)
        {
            var policies = PolicyTable.Random(3, 3, 12, ref rng);
            var program = new ExplorationProgram(policies, ExplorationFloor.Represented, 0.15);
            program.SetContexts([1, 2, 3]);
            var least = program.Solve(1, 1e-12);
            Assert.Equal(least.Mean, least.Worst, 1e-5 * least.Mean);
            double minimum = Loss(program.Weights.ToArray());
            for (int other = 0; other < 20; other++) Assert.True(Loss(ProgramCase.RandomWeights(ref rng, 12)) >= minimum - 1e-12);

            double Loss(double[] p) => ProgramCase.Loss(policies, [.. Enumerable.Range(0, 12)], p, ExplorationFloor.Represented, 0.15, [1, 2, 3]);
        }
    }

    [Fact]
    public void LineSearchFindsTheRootOfTheSlope()
    {
        var rng = new Rng(5);
        int inside = 0;
        for (int round = 0; round < 1000; round++)
        {
            int n = 1 + rng.NextInt(5);
            double available = rng.NextOpenDouble(), share = 0.5 + 0.499 * rng.NextDouble();
            double[] weights = new double[n], gaining = new double[n], losing = new double[n];
            for (int x = 0; x < n; x++)
                (weights[x], gaining[x], losing[x]) = (rng.NextOpenDouble(), Math.Pow(10, -4 * rng.NextDouble()), share * available + Math.Pow(10, -4 * rng.NextDouble()));
            double s = LineSearch.Best(weights, gaining, losing, share, available);
            Assert.InRange(s, 0, available);
            if (s == 0) Assert.True(Slope(0) <= 1e-12 * Size(0));
            else if (s == available) Assert.True(Slope(s) >= 0);
            else
            {
                inside++;
                Assert.Equal(0, Slope(s), 1e-9 * Size(s));
            }

            double Slope(double at) => Enumerable.Range(0, n).Sum(x => weights[x] * (1 / (gaining[x] + share * at) - 1 / (losing[x] - share * at)));
            double Size(double at) => Enumerable.Range(0, n).Sum(x => weights[x] * (1 / (gaining[x] + share * at) + 1 / (losing[x] - share * at)));
        }
        Assert.True(inside > 100, $"only {inside} roots inside");
    }

    [Fact]
    public void RunningSumsOfContextsAreThoseOfTheirCounts()
    {
        var rng = new Rng(6);
        for (int round = 0; round < 50; round++)
        {
            var policies = ProgramCase.RandomPolicies(ref rng, out double[] contexts);
            var (running, fresh) = (new ExplorationProgram(policies, ExplorationFloor.Represented, 0.1), new ExplorationProgram(policies, ExplorationFloor.Represented, 0.1));
            Assert.True(running.Check(running.MeanActions).Holds(0)); // nothing seen, nothing asked for
            var counts = new double[contexts.Length];
            for (int t = 0; t < 200; t++)
            {
                int x = rng.NextInt(counts.Length);
                counts[x]++;
                running.AddContext(x);
            }
            fresh.SetContexts(counts);
            Assert.Equal(fresh.MeanActions, running.MeanActions, Rounding);
            var (a, b) = (running.Check(1), fresh.Check(1));
            Assert.Equal(b.Worst, a.Worst, Rounding * b.Worst);
            Assert.Equal(b.Mean, a.Mean, Rounding * b.Mean);
        }
    }

    [Fact]
    public void CertificateFailsWhereItShould()
    {
        var policies = PolicyTable.All(3, 2);
        var program = new ExplorationProgram(policies, ExplorationFloor.Represented, 0.01);
        program.SetContexts([1, 1]);
        Assert.True(program.Check(program.MeanActions).Holds(1e-12)); // uniform over all maps is uniform over actions
        var point = new double[9];
        point[0] = 1;
        program.SetWeights(point);
        Assert.False(program.Check(program.MeanActions).Holds(10)); // the others are seen one time in 300
        Assert.True(program.Solve(program.MeanActions, 1e-9).Holds(1e-9));
    }

    [Fact]
    public void BadUseIsNamed()
    {
        var policies = PolicyTable.All(2, 2);
        Assert.Contains("1.5", Assert.Throws<ForageException>(() => new ExplorationProgram(policies, ExplorationFloor.Represented, 1.5)).Message);
        var program = new ExplorationProgram(policies, ExplorationFloor.Represented, 0.1);
        Assert.Contains("-1", Assert.Throws<ForageException>(() => program.SetContexts([1, -1])).Message);
        Assert.Contains("3 weights", Assert.Throws<ForageException>(() => program.SetContexts([1, 1, 1])).Message);
        Assert.Contains("tolerance", Assert.Throws<ForageException>(() => program.Solve(2, 0)).Message);
        Assert.Throws<ForageException>(() => program.Restrict([]));
        Assert.Contains("Policy 4", Assert.Throws<ForageException>(() => program.Restrict([0, 4])).Message);
        Assert.Contains("Context 2", Assert.Throws<ForageException>(() => program.AddContext(2)).Message);
        Assert.Contains("sum to 0", Assert.Throws<ForageException>(() => program.SetWeights([0, 0, 0, 0])).Message);
    }
}
