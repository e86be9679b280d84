using Forage.Linear;
using Forage.Multiclass.Trees;

namespace Forage.Tests.Multiclass.Trees;

/// <summary>The filter: nodes above a lost match learn nothing of an example.</summary>
public class FilterTreeTests
{
    /// <summary>Of four classes node 0 is the final, nodes 1 and 2 the matches before. Scores of 0 go to the left.</summary>
    [Fact]
    public void A_class_that_lost_before_learning_is_not_taught_above()
    {
        int taught = 0;
        for (int label = 0; label < 4; label++)
        {
            var world = new TreeWorld(4, 1);
            using var tree = new FilterTree(4, new ClassTreeOptions { Learner = new LinearOptions { Bits = 32, Loss = LossKind.Logistic } });
            tree.Learn(world.Rows[0], label);
            int below = tree.Pool.WeightsOf(1) > 0 ? 1 : 2;
            Assert.True(tree.Pool.WeightsOf(below) > 0);
            bool final = tree.Pool.WeightsOf(0) > 0;
            if (final) taught++;
            // By now the class wins its first match.
            tree.Learn(world.Rows[0], label);
            Assert.True(tree.Pool.WeightsOf(0) > 0);
            Assert.Equal(0, tree.Pool.WeightsOf(3 - below));
        }
        Assert.Equal(2, taught); // the two left ones
    }

    /// <summary>With so much noise that matches are lost, the filter tree is not the random tree.</summary>
    [Fact]
    public void It_is_not_a_random_tree()
    {
        var world = new TreeWorld(30, 3000, signal: 2, noise: 20);
        var options = new ClassTreeOptions { Learner = new LinearOptions { Bits = 32, Loss = LossKind.Logistic } };
        using var filter = new FilterTree(30, options);
        using var random = new RandomTree(30, options);
        world.Teach(filter, 0, 2000);
        world.Teach(random, 0, 2000);
        int differ = 0;
        for (int i = 2000; i < 3000; i++)
            if (filter.Predict(world.Rows[i]) != random.Predict(world.Rows[i])) differ++;
        Assert.True(differ > 20, $"{differ} of 1,000 predictions differ");
    }
}
