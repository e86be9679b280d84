using Forage.Features;
using Forage.Linear;
using Forage.Multiclass;
using Forage.Oracles;

namespace Forage.Tests.Multiclass;

public class ReductionTests
{
    [Fact]
    public void One_against_all_learns_a_separable_problem()
    {
        using var learner = new OneAgainstAll(6, new LinearOptions { Bits = 12, Loss = LossKind.Logistic });
        Assert.True(ErrorsOfTheLast((x, y, w) => learner.Learn(x, y, w)) <= 10);
    }

    /// <summary>A weight of positives is an importance of one slot's update.</summary>
    [Fact]
    public void Positives_may_weigh_more()
    {
        var options = new LinearOptions { Bits = 8, MinPrediction = -50, MaxPrediction = 50 };
        using var weighted = new OneAgainstAll(3, options, positiveWeight: 4);
        using var plain = new LinearLearner(options, 3);
        var rng = new Rng(2);
        for (int i = 0; i < 200; i++)
        {
            int y = rng.NextInt(3);
            var x = new FeatureRow([(uint)y, (uint)(3 + rng.NextInt(9))], [1, 1]);
            weighted.Learn(x, y, importance: 2);
            float[] targets = [-1, -1, -1], importances = [2, 2, 2];
            (targets[y], importances[y]) = (1, 8);
            plain.LearnAll(x, targets, importances);
        }
        for (uint f = 0; f < 12; f++)
            for (int k = 0; k < 3; k++) Assert.Equal(plain.Weight(f, k), weighted.Learner.Weight(f, k));
        foreach (float bad in new[] { 0, -1, float.NaN, float.PositiveInfinity })
            Assert.Contains($"own class is {bad}", Assert.Throws<ForageException>(() => new OneAgainstAll(3, options, bad)).Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Cost_sensitive_learners_find_the_cheap_choice(bool pairs)
    {
        using var all = new CostSensitiveOneAgainstAll(6, new LinearOptions { Bits = 12 });
        using var allPairs = new WeightedAllPairs(6, new LinearOptions { Bits = 12, Loss = LossKind.Logistic });
        ICostSensitive learner = pairs ? allPairs : all;
        var costs = new float[6];
        Assert.True(ErrorsOfTheLast((x, y, w) =>
        {
            for (int k = 0; k < 6; k++) costs[k] = k == y ? 0 : 1 + 0.1f * k;
            return learner.Learn(x, costs, w);
        }) <= 15);
    }

    /// <summary>v_i = ∫_0^{c_i} dt / #{k : c_k ≤ t}, integrated numerically.</summary>
    [Fact]
    public void The_transform_of_all_pairs_is_its_integral()
    {
        var rng = new Rng(3);
        using var learner = new WeightedAllPairs(5, new LinearOptions { Bits = 4, Loss = LossKind.Logistic });
        for (int round = 0; round < 50; round++)
        {
            float[] costs = [.. Enumerable.Range(0, 5).Select(_ => (float)rng.NextInt(8) / 4)];
            float least = costs.Min();
            learner.Transform(costs);
            for (int i = 0; i < 5; i++)
            {
                const int steps = 40_000;
                double h = (costs[i] - least) / (double)steps, v = 0;
                for (int s = 0; s < steps && h > 0; s++) v += h / costs.Count(c => c - least <= (s + 0.5) * h);
                Assert.Equal(v, learner.Values[i], 1e-3);
            }
        }
    }

    [Fact]
    public void Choices_without_a_cost_are_neither_learnt_nor_taken()
    {
        using var learner = new CostSensitiveOneAgainstAll(3, new LinearOptions { Bits = 6 });
        var x = new FeatureRow([1, 2], [1, 1]);
        for (int i = 0; i < 50; i++) Assert.NotEqual(1, learner.Learn(x, [1, float.NaN, 0.2f]));
        var costs = new float[3];
        learner.Score(x, costs);
        Assert.Equal(0, costs[1]);
        Assert.Equal(1, costs[0], 0.05);
    }

    [Fact]
    public void Bad_labels_and_sizes_are_named()
    {
        using var learner = new OneAgainstAll(3);
        Assert.Contains("Class 3; expected 0 to 2", Assert.Throws<ForageException>(() => learner.Learn(default, 3)).Message);
        Assert.Contains("1 class", Assert.Throws<ForageException>(() => new OneAgainstAll(1)).Message);
        using var costs = new CostSensitiveOneAgainstAll(3);
        Assert.Contains("2 costs; expected 3", Assert.Throws<ForageException>(() => costs.Learn(default, [1, 2])).Message);
    }

    private delegate int LearnOne(FeatureRow x, int label, float importance);

    /// <summary>Six classes, each with three features of its own among noise; errors on the last 300 of 2,000.</summary>
    private static int ErrorsOfTheLast(LearnOne learn)
    {
        var rng = new Rng(8);
        int errors = 0;
        for (int i = 0; i < 2000; i++)
        {
            int y = rng.NextInt(6);
            uint[] indices = [(uint)(10 * y), (uint)(10 * y + 1 + rng.NextInt(2)), (uint)(200 + rng.NextInt(50)), (uint)(300 + rng.NextInt(50))];
            if (learn(new FeatureRow(indices, [1, 1, 1, 1]), y, 1) != y && i >= 1700) errors++;
        }
        return errors;
    }
}
