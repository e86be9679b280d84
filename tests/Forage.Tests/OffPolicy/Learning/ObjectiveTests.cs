using Forage.Features;
using Forage.OffPolicy.Learning.Objectives;

namespace Forage.Tests.OffPolicy.Learning;

public class ObjectiveTests
{
    private static readonly Dictionary<string, ISlateObjective> All = new()
    {
        ["POXM, λ 0.7"] = new SelectiveObjective(0.7),
        ["POXM, λ 0"] = new SelectiveObjective(0),
        ["clipped"] = new SelectiveObjective(0.3, cap: 1.5),
        ["top-K"] = new SelectiveObjective(0.2, topK: 3),
        ["weighted likelihood"] = new WeightedLikelihoodObjective(4),
        ["smoothed"] = new SmoothedObjective(0.5),
        ["doubly robust"] = new DoublyRobustObjective(),
        ["doubly robust, clipped"] = new DoublyRobustObjective(1.2),
        ["clusters"] = new ClusterObjective(),
        ["clusters, clipped"] = new ClusterObjective(1.2),
        ["direct"] = new DirectObjective(),
        ["multi-task"] = new DirectObjective(3),
    };

    public static TheoryData<string> Names() => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void GradientIsThatOfTheLoss(string name)
    {
        var objective = All[name];
        var rng = new Rng(11);
        int compared = 0;
        for (int trial = 0; trial < 60; trial++)
        {
            var d = Decision.Random(ref rng, candidates: 2 + rng.NextInt(9), length: 1 + rng.NextInt(4));
            float[] gradient = d.Gradient(objective);
            const float h = 1f / 128;
            for (int y = 0; y < d.Scores.Length; y++)
            {
                float at = d.Scores[y];
                double slope = 0;
                foreach (var (step, share) in new[] { (h, 4.0 / 3), (2 * h, -1.0 / 3) }) // Richardson: errors of h^4
                {
                    d.Scores[y] = at + step;
                    double up = d.Loss(objective);
                    d.Scores[y] = at - step;
                    slope += share * (up - d.Loss(objective)) / (2 * step);
                }
                d.Scores[y] = at;
                Assert.True(Math.Abs(slope - gradient[y]) <= 5e-4 * (1 + Math.Abs(slope)), $"{name}, trial {trial}, action {y}: slope {slope}, gradient {gradient[y]}");
                if (gradient[y] != 0) compared++;
            }
        }
        Assert.True(compared > 100, $"only {compared} gradients are not 0");
    }

    [Fact]
    public void SoftmaxOfWhatIsLeftTakesItsOwnMaximumWhereFloatsNoLongerTell()
    {
        // The first two shown hold all but e^-40 of the mass: what is left must still sum to 1.
        var d = new Decision { Scores = [50, 45, 1, 0, -1], Places = [0, 1, 3], LogPropensities = [-0.1, -0.2, -1], Rewards = [1, 0, 1], Predicted = [0, 0, 0, 0, 0] };
        float[] gradient = d.Gradient(new WeightedLikelihoodObjective(100));
        double[] q = [Math.E / (Math.E + 1 + 1 / Math.E), 1 / (Math.E + 1 + 1 / Math.E), 1 / Math.E / (Math.E + 1 + 1 / Math.E)];
        double weight = Math.E;
        Assert.Equal(weight * q[0], gradient[2], 1e-5);
        Assert.Equal(weight * (q[1] - 1), gradient[3], 1e-5);
        Assert.Equal(weight * q[2], gradient[4], 1e-5);
    }

    [Fact]
    public void QuickAndCarefulAgree()
    {
        var rng = new Rng(5);
        for (int trial = 0; trial < 500; trial++)
        {
            var d = Decision.Random(ref rng, 3 + rng.NextInt(40), 1 + rng.NextInt(5));
            int n = d.Scores.Length, l = d.Places.Length;
            float[] quick = new float[n], careful = new float[n];
            double[] masses = new double[l], logQ = new double[l], other = new double[l], slopes = new double[l];
            for (int j = 0; j < l; j++) slopes[j] = 2 * rng.NextDouble() - 1;
            if (!SlateSoftmax.Begin(d.Scores, d.Places, quick, masses, logQ)) continue;
            SlateSoftmax.Careful(d.Scores, d.Places, other);
            for (int j = 0; j < l; j++)
                if (d.Places[j] >= 0) Assert.Equal(other[j], logQ[j], 1e-5);
            SlateSoftmax.Finish(d.Places, slopes, masses, quick);
            SlateSoftmax.FinishCareful(d.Scores, d.Places, slopes, careful);
            for (int y = 0; y < n; y++) Assert.Equal(careful[y], quick[y], 1e-5);
        }
    }

    [Fact]
    public void WhatIsShownOutsideTheSelectionTeachesNothing()
    {
        foreach (var (name, objective) in All)
        {
            if (objective is DoublyRobustObjective or ClusterObjective) continue; // it still raises what the reward model likes
            var d = new Decision { Scores = [1, 2, 3], Places = [-1, -1], LogPropensities = [-1, -1], Rewards = [1, 0], Predicted = [0, 0, 0] };
            Assert.All(d.Gradient(objective), g => Assert.True(g == 0, name));
        }
    }

    [Fact]
    public void OnlyFailuresTeachWhenTheTranslationIsOne()
    {
        var d = new Decision { Scores = [1, 2, 3], Places = [0], LogPropensities = [-1], Rewards = [1], Predicted = [0, 0, 0] };
        Assert.All(d.Gradient(new SelectiveObjective(1)), g => Assert.Equal(0, g));
    }

    [Theory]
    [InlineData(double.NaN, 1.0, 1)]
    [InlineData(0.5, 0.0, 1)]
    [InlineData(0.5, 5.0, 2)]
    [InlineData(0.5, double.PositiveInfinity, 0)]
    public void ImpossibleSettingsAreNamed(double translation, double cap, int topK) =>
        Assert.Contains("expected", Assert.Throws<ForageException>(() => new SelectiveObjective(translation, cap, topK)).Message);

    private sealed class Decision
    {
        public required float[] Scores { get; init; }
        public required int[] Places { get; init; }
        public required double[] LogPropensities { get; init; }
        public required double[] Rewards { get; init; }
        public required float[] Predicted { get; init; }
        public int[] Clusters { get; init; } = [];
        public float[] LogPrior { get; init; } = [];

        public static Decision Random(ref Rng rng, int candidates, int length)
        {
            var d = new Decision { Scores = new float[candidates], Places = new int[length], LogPropensities = new double[length], Rewards = new double[length], Predicted = new float[candidates], Clusters = new int[candidates], LogPrior = new float[candidates] };
            for (int y = 0; y < candidates; y++) (d.Scores[y], d.Predicted[y]) = ((float)(4 * rng.NextDouble() - 2), (float)rng.NextDouble());
            var left = Enumerable.Range(0, candidates).ToList();
            for (int j = 0; j < length; j++)
            {
                bool outside = left.Count == 0 || rng.NextInt(4) == 0;
                int k = outside ? -1 : rng.NextInt(left.Count);
                d.Places[j] = outside ? -1 : left[k];
                if (!outside) left.RemoveAt(k);
                (d.LogPropensities[j], d.Rewards[j]) = (Math.Log(0.05 + 0.9 * rng.NextDouble()), rng.NextInt(2));
            }
            for (int y = 0; y < candidates; y++) (d.Clusters[y], d.LogPrior[y]) = (rng.NextInt(3), (float)Math.Log(0.1 + rng.NextDouble()));
            return d;
        }

        public float[] Gradient(ISlateObjective objective)
        {
            float[] gradients = new float[Scores.Length];
            Array.Fill(gradients, 7f); // what was there before must not matter
            objective.Gradient(View, gradients);
            return gradients;
        }

        public double Loss(ISlateObjective objective) => objective.Gradient(View, new float[Scores.Length]);

        private ScoredDecision View => new() { Scores = Scores, Places = Places, LogPropensities = LogPropensities, Rewards = Rewards, Predicted = Predicted, Clusters = Clusters, LogPrior = LogPrior };
    }
}
