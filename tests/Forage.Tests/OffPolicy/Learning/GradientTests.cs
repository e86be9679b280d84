using Forage.Features;
using Forage.Linear;
using Forage.OffPolicy;
using Forage.OffPolicy.Learning;

namespace Forage.Tests.OffPolicy.Learning;

/// <summary>One small step of plain gradient descent moves the scores against the numerical gradient of the objective.</summary>
public class GradientTests
{
    private const int Actions = 6;
    private const float Rate = 1e-3f;
    private static readonly double[] Prior = [0.3, 0.25, 0.2, 0.15, 0.06, 0.04];

    private static readonly LoggedAction[] Slate =
    [
        new(2, Math.Log(0.2), 1), new(0, Math.Log(0.3 / 0.8), 0.4), new(5, Math.Log(0.04 / 0.5), 1),
    ];

    [Fact]
    public void AStepTakesTheGradientItIsGiven()
    {
        var (model, block) = Fresh(prior: false);
        var context = new DecisionContext(block, 0, false, Actions);
        model.Step(context, 3, 0, 0, 0.5f);
        var scores = Scores(model, block);
        Assert.Equal(-Rate * 0.5f * 5, scores[3], 6); // squared length of the row (1, 2) is 5
        Assert.Equal(0, scores[2]);
    }

    [Theory]
    [InlineData(SoftmaxObjective.WeightedLikelihood, false, 0)]
    [InlineData(SoftmaxObjective.WeightedLikelihood, true, 4)]
    [InlineData(SoftmaxObjective.SelfNormalized, false, 0)]
    [InlineData(SoftmaxObjective.SelfNormalized, true, 4)]
    public void SoftmaxLearnerFollowsItsObjective(SoftmaxObjective objective, bool prior, int candidates)
    {
        var options = new SoftmaxLearnerOptions { Objective = objective, Translation = 0.3, WeightCap = 1000, Candidates = candidates };
        var (model, block) = Fresh(prior);
        var learner = new SoftmaxLearner(model, options);
        var before = Scores(model, block);
        learner.Learn(Context(block), Slate, new PolicyScratch());
        var after = Scores(model, block);
        for (int a = 0; a < Actions; a++)
        {
            const double h = 1e-4;
            double up = Objective(before, a, h, objective, candidates), down = Objective(before, a, -h, objective, candidates);
            double expected = Rate * 5 * (up - down) / (2 * h);
            Assert.InRange(after[a] - before[a], expected - 2e-6, expected + 2e-6);
        }
    }

    private static double Objective(float[] scores, int moved, double by, SoftmaxObjective objective, int candidates)
    {
        var s = scores.Select((v, a) => v + (a == moved ? by : 0)).ToArray();
        int kept = candidates == 0 ? Actions : candidates; // the prior falls with the action's number
        double value = 0;
        var placed = new HashSet<int>();
        foreach (var shown in Slate)
        {
            if (shown.Action < kept)
            {
                double sum = 0;
                for (int a = 0; a < kept; a++)
                    if (!placed.Contains(a)) sum += Math.Exp(s[a]);
                double q = Math.Exp(s[shown.Action]) / sum;
                value += objective == SoftmaxObjective.WeightedLikelihood ? shown.Reward / shown.Propensity * Math.Log(q) : (shown.Reward - 0.3) * q / shown.Propensity;
            }
            placed.Add(shown.Action);
        }
        return value;
    }

    private static (ActionModel Model, FeatureBlock Block) Fresh(bool prior)
    {
        var options = ActionModel.Regression(LinearOptions.Sgd with { Bits = 6, LearningRate = Rate, PowerT = 0, Constant = false });
        var block = new FeatureBlock();
        var writer = new RowWriter(block);
        writer.BeginRow();
        writer.BeginGroup((byte)'x');
        writer.Add(1, 1);
        writer.Add(2, 2);
        writer.EndGroup();
        writer.EndRow();
        return (new ActionModel(new LinearLearner(options, Actions), prior ? new LoggingPolicy() : null, 0.7f, 0), block);
    }

    private static DecisionContext Context(FeatureBlock block) => new(block, 0, false, Actions, default, Prior);

    private static float[] Scores(ActionModel model, FeatureBlock block)
    {
        var scores = new float[Actions];
        model.Score(Context(block), scores, new PolicyScratch());
        return scores;
    }
}
