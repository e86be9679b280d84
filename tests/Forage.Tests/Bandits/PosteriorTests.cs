using Forage.Bandits;
using Forage.Bandits.Internals;
using Forage.Bandits.Policies;
using Forage.Features;
using MathNet.Numerics.LinearAlgebra;

namespace Forage.Tests.Bandits;

public class PosteriorTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Exact_posteriors_are_ridge_regression(int minibatch)
    {
        var world = new BanditWorld(2, 4, 210);
        var recipe = new BanditRecipe { Kind = BanditKind.LinUcb, Actions = 2, Dimensions = 9, Ridge = 0.7, Minibatch = minibatch, Learner = BanditWorld.Learner };
        var posterior = LinearPosterior.Create(recipe);
        Matrix<double>[] a = [.. Enumerable.Range(0, 2).Select(_ => 0.7 * Matrix<double>.Build.DenseIdentity(5))];
        Vector<double>[] b = [.. Enumerable.Range(0, 2).Select(_ => Vector<double>.Build.Dense(5))];
        var rng = new Rng(1);
        int[] counts = [0, 0];
        for (int t = 0; t < 210; t++)
        {
            int action = counts[0] <= counts[1] ? 0 : 1; // both see 105 = 15 minibatches of 7
            counts[action]++;
            float y = (float)rng.NextGaussian();
            posterior.Learn(world.Context(t), action, y);
            var x = Vector(world, t);
            a[action] += x.OuterProduct(x);
            b[action] += y * x;
        }
        float[] means = new float[2], variances = new float[2];
        for (int t = 0; t < 20; t++)
        {
            posterior.Measure(world.Context(t), means, variances);
            for (int k = 0; k < 2; k++)
            {
                var x = Vector(world, t);
                Assert.Equal(x * a[k].Solve(b[k]), means[k], 1e-5);
                Assert.Equal(x * a[k].Solve(x), variances[k], 1e-5);
            }
        }
    }

    [Fact]
    public void A_diagonal_posterior_is_exact_where_features_never_meet()
    {
        var block = new FeatureBlock();
        var writer = new RowWriter(block);
        for (uint f = 0; f < 3; f++)
        {
            writer.BeginRow();
            writer.BeginGroup((byte)'x');
            writer.Add(f, 2);
            writer.EndGroup();
            writer.EndRow();
        }
        var posterior = LinearPosterior.Create(new BanditRecipe { Kind = BanditKind.LinUcb, Actions = 2, Ridge = 1, Learner = BanditWorld.Learner with { Constant = false } });
        float[] ys = [1, -0.5f, 0.25f, 1];
        foreach (float y in ys) posterior.Learn(new Forage.OffPolicy.DecisionContext(block, 1, false, 2), 1, y);
        float[] means = new float[2], variances = new float[2];
        posterior.Measure(new Forage.OffPolicy.DecisionContext(block, 1, false, 2), means, variances);
        Assert.Equal(2 * (2 * ys.Sum()) / (1 + 4 * 4), means[1], 1e-5);
        Assert.Equal(4 / 17.0, variances[1], 1e-5);
        Assert.Equal(0, means[0]);
        Assert.Equal(4, variances[0], 1e-6);
    }

    [Fact]
    public void More_features_than_dimensions_are_refused()
    {
        var world = new BanditWorld(2, 6, 3);
        using var bandit = ContextualBandit.Create(new BanditRecipe { Kind = BanditKind.LinUcb, Actions = 2, Dimensions = 4, Learner = BanditWorld.Learner });
        Assert.Contains("More than 3 distinct features", Assert.Throws<ForageException>(() => bandit.Learn(world.Context(0), 0, 0.5, 1)).Message);
    }

    [Fact]
    public void Ranges_of_rewards_shrink_and_hold_the_prediction()
    {
        var world = new BanditWorld(3, 4, 3000);
        using var bandit = (RegressorBandit)ContextualBandit.Create(new BanditRecipe { Kind = BanditKind.RegCb, Actions = 3, Learner = BanditWorld.Learner, Epsilon = 0.1 });
        float[] low = new float[3], high = new float[3];
        bandit.Ranges(world.Context(0), low, high);
        double before = high.Zip(low).Sum(p => p.First - p.Second);
        ContextualBanditTests.Play(bandit, world, false, 0, 3000);
        bandit.Ranges(world.Context(0), low, high);
        Assert.InRange(high.Zip(low).Sum(p => p.First - p.Second), 0.001, 0.7 * before);
        Assert.Equal(0.5, RegressorBandit.Reach(0.5, 0.1, 10), 1e-9); // the whole way when the confidence is wide
        double reach = RegressorBandit.Reach(0.5, 0.1, 0.01), w = reach / 0.1;
        Assert.Equal(0.01, w * (0.25 - Math.Pow(0.5 - reach, 2)), 1e-5);
    }

    private static Vector<double> Vector(BanditWorld world, int t) => Vector<double>.Build.DenseOfEnumerable(world.Values[t].Select(v => (double)v).Append(1));
}
