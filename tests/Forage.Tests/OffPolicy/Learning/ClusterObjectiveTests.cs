using Forage.Features;
using Forage.OffPolicy.Learning.Objectives;

namespace Forage.Tests.OffPolicy.Learning;

public class ClusterObjectiveTests
{
    private const int Actions = 7;

    [Fact]
    public void ClustersOfOneActionEachAreDoublyRobust()
    {
        var rng = new Rng(4);
        int[] alone = [.. Enumerable.Range(0, Actions)];
        for (int trial = 0; trial < 100; trial++)
        {
            var (scores, predicted, logPrior) = (Numbers(ref rng, 3), Numbers(ref rng, 1), Numbers(ref rng, 2));
            int[] places = [rng.NextInt(3), -1, 3 + rng.NextInt(4)];
            double[] logs = [-0.3, -1, -2.5], rewards = [1, 0, rng.NextInt(2)];
            double cap = trial % 2 == 0 ? 1.5 : double.PositiveInfinity;
            var decision = new ScoredDecision { Scores = scores, Places = places, LogPropensities = logs, Rewards = rewards, Predicted = predicted, Clusters = alone, LogPrior = logPrior };
            float[] one = new float[Actions], other = new float[Actions];
            Assert.Equal(new DoublyRobustObjective(cap).Gradient(decision, one), new ClusterObjective(cap).Gradient(decision, other), 1e-9);
            for (int y = 0; y < Actions; y++) Assert.Equal(one[y], other[y], 1e-5);
        }
    }

    /// <summary>Mean over all slates of two that the logging policy can show, exactly: r̂ may be wrong by any number a cluster, and the value is right all the same.</summary>
    [Fact]
    public void TheValueIsRightIfOnlyDifferencesWithinClustersAre()
    {
        var rng = new Rng(9);
        for (int trial = 0; trial < 50; trial++)
        {
            float[] scores = Numbers(ref rng, 2), reward = Numbers(ref rng, 1), logPrior = Numbers(ref rng, 2), predicted = new float[Actions], wrong = Numbers(ref rng, 1);
            double whole = logPrior.Sum(l => Math.Exp(l));
            for (int y = 0; y < Actions; y++) logPrior[y] -= (float)Math.Log(whole);
            int[] clusters = [.. Enumerable.Range(0, Actions).Select(y => y % 3)];
            for (int y = 0; y < Actions; y++) predicted[y] = reward[y] + 5 * wrong[clusters[y]];
            double mean = 0, truth = 0;
            for (int a = 0; a < Actions; a++)
            {
                for (int b = 0; b < Actions; b++)
                {
                    if (a == b) continue;
                    double first = Math.Exp(logPrior[a]), second = Math.Exp(logPrior[b]) / Others(logPrior, a);
                    mean -= first * second * new ClusterObjective().Gradient(new ScoredDecision
                    {
                        Scores = scores,
                        Places = [a, b],
                        LogPropensities = [Math.Log(first), Math.Log(second)],
                        Rewards = [reward[a], reward[b]],
                        Predicted = predicted,
                        Clusters = clusters,
                        LogPrior = logPrior,
                    }, new float[Actions]);
                    // The second position's value is that of the policy where the logging policy's first action is gone.
                    double q = Math.Exp(scores[b]) / Others(scores, a);
                    truth += first * q * reward[b];
                    if (b == (a + 1) % Actions) truth += Math.Exp(scores[a]) / scores.Sum(s => Math.Exp(s)) * reward[a];
                }
            }
            Assert.Equal(truth, mean, 1e-5);
        }

        static double Others(float[] logs, int without) => logs.Where((_, y) => y != without).Sum(l => Math.Exp(l));
    }

    private static float[] Numbers(ref Rng rng, float size)
    {
        float[] x = new float[Actions];
        foreach (ref float v in x.AsSpan()) v = size * (float)rng.NextDouble();
        return x;
    }
}
