using Forage.Bandits;
using Forage.Bandits.Finite;
using Forage.Features;

namespace Forage.Tests.Bandits;

public class FiniteTests
{
    private const int Contexts = 3, Actions = 3;

    /// <summary>All 27 policies; action x is the good one in context x (0.7 against 0.3).</summary>
    private static PolicyTable AllPolicies() => PolicyTable.All(Actions, Contexts);

    public static TheoryData<string> Names() => ["exp4p", "randomized ucb"];

    private static IFiniteBandit Make(string name, int rounds) => name == "exp4p" ? new Exp4P(AllPolicies(), rounds) : new RandomizedUcb(AllPolicies(), width: 0.02);

    [Theory]
    [MemberData(nameof(Names))]
    public void The_good_policy_is_found_and_probabilities_are_distributions(string name)
    {
        const int rounds = 12_000;
        var bandit = Make(name, rounds);
        var rng = new Rng(3);
        double[] pmf = new double[Actions];
        double late = 0;
        for (int t = 0; t < rounds; t++)
        {
            int x = rng.NextInt(Contexts);
            bandit.Distribution(x, pmf);
            Assert.Equal(1, pmf.Sum(), 1e-9);
            Assert.All(pmf, p => Assert.InRange(p, 1e-4, 1));
            var draw = Sampling.Draw(pmf, ref rng);
            if (t >= rounds / 2) late += draw.Action == x ? 0 : 0.4;
            bandit.Observe(x, draw.Action, draw.Probability, rng.NextDouble() < (draw.Action == x ? 0.7 : 0.3) ? 1 : 0);
        }
        Assert.InRange(late / (rounds / 2), 0, 0.1); // chance: 0.267
    }

    [Fact]
    public void Exp4P_moves_as_by_hand()
    {
        var policies = new PolicyTable(2, 1, [0, 1]);
        var bandit = new Exp4P(policies, 1000, 0.05);
        double min = Math.Sqrt(Math.Log(2) / 2000), bonus = Math.Sqrt(Math.Log(2 / 0.05) / 2000);
        Assert.Equal(min, bandit.LeastProbability, 1e-12);
        bandit.Observe(0, 0, 0.5, 1);
        double first = Math.Exp(min / 2 * (2 + bonus / 0.5)), second = Math.Exp(min / 2 * (bonus / 0.5));
        Assert.Equal(first / (first + second), bandit.Weight(0), 1e-12);
        double[] pmf = new double[2];
        bandit.Distribution(0, pmf);
        Assert.Equal((1 - 2 * min) * first / (first + second) + min, pmf[0], 1e-12);
    }

    [Fact]
    public void Randomized_ucb_gives_every_policy_the_variance_it_may_have()
    {
        var bandit = new RandomizedUcb(AllPolicies());
        var rng = new Rng(5);
        double[] pmf = new double[Actions];
        for (int t = 0; t < 3000; t++)
        {
            int x = rng.NextInt(Contexts);
            bandit.Distribution(x, pmf);
            var draw = Sampling.Draw(pmf, ref rng);
            bandit.Observe(x, draw.Action, draw.Probability, draw.Action == x ? 1 : 0);
            Assert.InRange(bandit.Excess, 0, 1);
            Assert.Equal(1, bandit.Weights.ToArray().Sum(), 1e-9);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Bad_rounds_are_refused(string name)
    {
        var bandit = Make(name, 100);
        Assert.Contains("Context 3", Assert.Throws<ForageException>(() => bandit.Observe(3, 0, 0.5, 1)).Message);
        Assert.Contains("Action 7", Assert.Throws<ForageException>(() => bandit.Observe(0, 7, 0.5, 1)).Message);
        Assert.Contains("probability 0", Assert.Throws<ForageException>(() => bandit.Observe(0, 0, 0, 1)).Message);
        Assert.Contains("reward of NaN", Assert.Throws<ForageException>(() => bandit.Observe(0, 0, 0.5, double.NaN)).Message);
    }
}
