using Forage.Features;
using Forage.Multiclass.Trees;

namespace Forage.Tests.Multiclass.Trees;

/// <summary>
/// Theorem 1: a tree that always splits its heaviest leaf with a weak learner's hypothesis loses entropy at the promised rate. The rate holds of entropy as a share of ln k;
/// as printed (G_t ≤ α from t ≥ (1/α)^… on) it would already promise G_1 ≤ 1, which is wrong of more than a few classes.
/// </summary>
public class TreeEntropyTests
{
    [Theory]
    [InlineData(4, 0.0, 3000)]
    [InlineData(8, 0.1, 3000)]
    [InlineData(16, 0.05, 3000)]
    [InlineData(64, 0.2, 3000)]
    public void Entropy_falls_as_Theorem_1_promises(int classes, double noise, int splits)
    {
        int promised = 0;
        foreach (var step in WeakSplitter.Run(classes, noise, splits, new Rng((ulong)classes)))
        {
            // Pinsker: a split of a leaf of weight w lowers G by at least w J²/(8 β (1 - β)), whatever the learner.
            var q = step.Split;
            Assert.True(step.Drop >= step.Weight * q.J * q.J / (8 * q.Balance * (1 - q.Balance)) - 1e-12, $"{step}");
            if (step.Gamma <= 0) break;
            double alpha = WeakSplitter.Promise(step.Splits, step.Gamma, classes);
            Assert.True(step.Entropy <= alpha * Math.Log(classes) + 1e-12, $"G_{step.Splits} = {step.Entropy}, promised {alpha} ln k, γ = {step.Gamma}");
            if (step.Splits == 1 && classes > 4) Assert.True(step.Entropy > alpha, "as printed it would hold");
            if (alpha < 0.95) promised++;
        }
        Assert.True(promised > 1);
    }

    [Fact]
    public void Without_a_weak_learner_nothing_falls()
    {
        double[] leaf = [1, 1, 1, 1];
        var q = SplitQuality.Of(leaf, [0.5, 0.5, 0.5, 0.5]);
        Assert.Equal(0, q.J);
    }
}
