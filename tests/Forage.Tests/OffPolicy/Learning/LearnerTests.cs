using Forage.Features;
using Forage.Linear;
using Forage.OffPolicy;
using Forage.OffPolicy.Learning;

namespace Forage.Tests.OffPolicy.Learning;

/// <summary>Every learner finds the best policy of worlds whose truth is known.</summary>
public class LearnerTests
{
    public static TheoryData<string, bool, bool, int> Cases()
    {
        var cases = new TheoryData<string, bool, bool, int>();
        foreach (string learner in new[] { "direct", "multi-task", "inverse propensity", "doubly robust", "self-normalised" })
            foreach (bool actionFeatures in new[] { false, true })
                foreach (bool prior in new[] { false, true })
                    foreach (int length in new[] { 1, 3 }) cases.Add(learner, actionFeatures, prior, length);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void FindsTheBestPolicy(string learner, bool actionFeatures, bool prior, int length)
    {
        for (ulong seed = 1; seed <= 2; seed++)
        {
            var world = ContextWorld.Random(seed, actionFeatures);
            var made = Make(learner, world, prior);
            var scratch = new PolicyScratch();
            for (int pass = 0; pass < 3; pass++)
            {
                var rng = new Rng(seed).Fork(7);
                for (int i = 0; i < 4000; i++)
                {
                    scratch.Clear();
                    var d = world.Draw(ref rng, length);
                    made.Learn(new DecisionContext(d), (LoggedAction[])d.Slate, scratch);
                }
                made.EndPass();
            }
            var policy = new ScorePolicy(made.Scorer);
            for (int x = 0; x < ContextWorld.Contexts; x++) Assert.Equal(world.Best(x), world.Chosen(policy, x));
        }
    }

    private static IOffPolicyLearner Make(string learner, ContextWorld world, bool prior)
    {
        LinearLearner Regressor(float rate) => new(ActionModel.Regression(world.Options(rate)), world.Slots);
        ActionModel Model(float rate) => new(Regressor(rate), prior ? new LoggingPolicy() : null);
        return learner switch
        {
            "direct" => new RegressionLearner(Model(0.2f)),
            "multi-task" => new RegressionLearner(Model(0.2f), RewardLoss.Logistic, 20),
            "inverse propensity" => new SoftmaxLearner(Model(0.2f), new SoftmaxLearnerOptions { WeightCap = 20 }),
            "doubly robust" => new DoublyRobustLearner(Model(0.2f), Regressor(0.05f)),
            "self-normalised" => new SoftmaxLearner(Model(0.2f), new SoftmaxLearnerOptions { Objective = SoftmaxObjective.SelfNormalized, Translation = 0.3, WeightCap = 20 }),
            _ => throw new ArgumentException(learner),
        };
    }

    [Fact]
    public void WeightedRegressionIsRightWhereTheModelCannotBe()
    {
        // One intercept an action and none a context: the fit must average over contexts, and only importance weights average them evenly.
        var unweighted = Misspecified(0);
        var weighted = Misspecified(1000);
        Assert.InRange(weighted, 0.4, 0.6); // the last steps of an online fit are noisy
        Assert.True(unweighted < 0.2, $"{unweighted}");
    }

    // Action 0 earns 1 in context 0, where it is rarely shown, and 0 in context 1, where it nearly always is: its mean over contexts is 1/2.
    private static float Misspecified(float cap)
    {
        var model = new ActionModel(new LinearLearner(ActionModel.Regression(new LinearOptions { Bits = 4, LearningRate = 0.1f }), 2));
        var learner = new RegressionLearner(model, RewardLoss.Squared, cap);
        var block = new FeatureBlock();
        var writer = new RowWriter(block);
        writer.BeginRow();
        writer.EndRow();
        var rng = new Rng(3);
        var scratch = new PolicyScratch();
        for (int i = 0; i < 40_000; i++)
        {
            int x = rng.NextInt(2);
            double p = x == 0 ? 0.1 : 0.9;
            int a = rng.NextDouble() < p ? 0 : 1;
            scratch.Clear();
            learner.Learn(new DecisionContext(block, 0, false, 2), [new LoggedAction(a, Math.Log(a == 0 ? p : 1 - p), a == 0 && x == 0 ? 1 : 0)], scratch);
        }
        var scores = new float[2];
        model.Score(new DecisionContext(block, 0, false, 2), scores, scratch);
        return scores[0];
    }

    [Fact]
    public void ActionsThePriorNeverTakesAreNeverTaken()
    {
        var world = ContextWorld.Random(1);
        for (int x = 0; x < ContextWorld.Contexts; x++) world.Logging[x, world.Best(x)] = 0;
        var model = new ActionModel(new LinearLearner(ActionModel.Regression(world.Options(0.1f)), ContextWorld.Actions), new LoggingPolicy());
        for (int x = 0; x < ContextWorld.Contexts; x++) Assert.NotEqual(world.Best(x), world.Chosen(new ScorePolicy(model), x));
    }

    [Fact]
    public void MissingPropensityAndForeignRewardsAreNamed()
    {
        var world = ContextWorld.Random(1);
        var context = world.Rows(0);
        var learner = Make("multi-task", world, false);
        var e = Assert.Throws<ForageException>(() => learner.Learn(new DecisionContext(context, 0, false, 5, default, default, 12), [new LoggedAction(1, double.NaN, 1)], new PolicyScratch()));
        Assert.Contains("Decision 12", e.Message);
        e = Assert.Throws<ForageException>(() => learner.Learn(new DecisionContext(context, 0, false, 5), [new LoggedAction(1, -1, 3)], new PolicyScratch()));
        Assert.Contains("reward 3", e.Message);
    }
}
