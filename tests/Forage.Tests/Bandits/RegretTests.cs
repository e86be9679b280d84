using Forage.Bandits;
using Forage.Bandits.Policies;
using Forage.Features;

namespace Forage.Tests.Bandits;

/// <summary>Bandits on a linear world of known truth, against what choosing at random loses a round.</summary>
public class RegretTests
{
    public static TheoryData<string, bool, double> Thresholds()
    {
        var data = new TheoryData<string, bool, double>();
        foreach (var (name, recipe) in Recipes.All)
        {
            // Share of the regret of random choice that is left in the second half of 4,000 rounds. Epoch-greedy learns from few rounds, a fixed ε and eliminating keep exploring.
            double share = name.StartsWith("epoch", StringComparison.Ordinal) ? 0.45 : name is "regcb, elimination" or "epsilon greedy, ips" or "softmax" ? 0.5 : 0.35;
            data.Add(name, false, share);
            if (recipe.Dimensions == 0) data.Add(name, true, share + 0.1);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Thresholds))]
    public void Regret_of_the_second_half_is_a_fraction_of_what_chance_loses(string name, bool rows, double share)
    {
        var world = new BanditWorld(4, 6, 4000);
        using var bandit = Recipes.Make(name, world, rows);
        double regret = world.LateRegret(bandit, 11, rows), chance = world.UniformRegret();
        Assert.True(regret < share * chance, $"{regret / chance:0.000} of the regret of chance, {chance:0.000}");
    }

    [Fact]
    public void Online_cover_of_one_policy_is_epsilon_greedy_with_K_mu()
    {
        var world = new BanditWorld(4, 6, 500);
        using var cover = ContextualBandit.Create(new BanditRecipe { Kind = BanditKind.OnlineCover, Policies = 1, Epsilon = 1, Actions = 4, Learner = BanditWorld.Learner });
        // K μ_t = sqrt(K/t): ε-greedy with ε = sqrt(K) and decay 1/2
        using var greedy = ContextualBandit.Create(new BanditRecipe { Kind = BanditKind.EpsilonGreedy, Epsilon = 2, Decay = 0.5, Actions = 4, Learner = BanditWorld.Learner });
        double[] p = new double[4], q = new double[4];
        var rng = new Rng(2);
        for (int t = 0; t < 500; t++)
        {
            var context = world.Context(t);
            cover.Distribution(context, p);
            greedy.Distribution(context, q);
            for (int a = 0; a < 4; a++) Assert.Equal(q[a], p[a], 1e-12);
            var draw = cover.Decide(context, ref rng);
            double reward = rng.NextDouble() < world.Mean(t, draw.Action) ? 1 : 0;
            cover.Learn(context, draw.Action, draw.Probability, reward);
            greedy.Learn(context, draw.Action, draw.Probability, reward);
        }
    }

    [Fact]
    public void Online_cover_keeps_the_least_probability_and_its_policies_differ()
    {
        var world = new BanditWorld(6, 6, 1500);
        using var cover = (OnlineCover)ContextualBandit.Create(new BanditRecipe { Kind = BanditKind.OnlineCover, Policies = 8, Epsilon = 1, Psi = 1, Actions = 6, Learner = BanditWorld.Learner, Estimator = CostEstimator.Dr });
        double[] p = new double[6];
        var rng = new Rng(2);
        int spread = 0;
        for (int t = 0; t < 1500; t++)
        {
            var context = world.Context(t);
            double mu = cover.LeastProbability(6);
            cover.Distribution(context, p);
            Assert.All(p, x => Assert.True(x >= mu * (1 - 1e-12)));
            if (p.Count(x => x > 1.01 * mu) > 1) spread++;
            var draw = cover.Decide(context, ref rng);
            cover.Learn(context, draw.Action, draw.Probability, rng.NextDouble() < world.Mean(t, draw.Action) ? 1 : 0);
        }
        Assert.InRange(spread, 300, 1500);
    }

    [Fact]
    public void Forgetting_follows_a_world_that_turns_round()
    {
        double Late(double forgetting, BanditKind kind, int dimensions)
        {
            var world = new BanditWorld(3, 5, 6000);
            using var bandit = ContextualBandit.Create(new BanditRecipe { Kind = kind, Actions = 3, Learner = BanditWorld.Learner, Epsilon = 0.02, Width = 0.3, Dimensions = dimensions, Forgetting = forgetting });
            var rng = new Rng(4);
            double reward = 0;
            for (int t = 0; t < 6000; t++)
            {
                var context = world.Context(t);
                var draw = bandit.Decide(context, ref rng);
                double mean = t < 3000 ? world.Mean(t, draw.Action) : 1 - world.Mean(t, draw.Action); // good turns bad
                if (t >= 4000) reward += mean / 2000;
                bandit.Learn(context, draw.Action, draw.Probability, rng.NextDouble() < mean ? 1 : 0);
            }
            return reward;
        }
        foreach (int dimensions in new[] { 0, 10 })
            Assert.True(Late(0.995, BanditKind.LinUcb, dimensions) > Late(1, BanditKind.LinUcb, dimensions) + 0.05, $"dimensions {dimensions}");
    }
}
