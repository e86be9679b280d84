using Forage.Evaluation;
using Forage.Features;
using Forage.Linear;
using Forage.OffPolicy;
using Forage.OffPolicy.Learning;

namespace Forage.Tests.Evaluation;

public class TwoStageCandidateTests
{
    private const int Contexts = 5, Actions = 60, Decisions = 900;

    /// <summary>The policy of the candidate that is tried by default finds the fifth of the actions that is right, within what the logging policy takes, and can be kept.</summary>
    [Fact]
    public void IsTriedLearnsAndCanBeKept()
    {
        var log = new DecisionLog();
        var rng = new Rng(6);
        for (int i = 0; i < Decisions; i++)
        {
            int x = rng.NextInt(Contexts), action = rng.NextInt(Actions);
            double chance = action % Contexts == x ? 0.8 : 0.1;
            log.Add(new LoggedDecision { Rows = Row(x), ActionCount = Actions, Slate = [new LoggedAction(action, -Math.Log(Actions), rng.NextDouble() < chance ? 1 : 0)] });
        }
        var recipe = Assert.Single(CandidateList.For(Actions, 1, hasLoggingPolicy: true, hasPropensities: true, hasActionFeatures: false), c => c.Method == LearningMethod.TwoStages);
        var trainer = new CandidateTrainer(log, new UniformPolicy(), RewardRange.Unit, new LinearOptions { Bits = 10 }, seed: 1);
        int learnt = 0;
        var policy = trainer.Train(recipe with { Dimension = 16, LearningRate = 0.01f }, 0, Decisions, n => learnt += n);
        Assert.Equal(recipe.Passes * Decisions, learnt);
        var stream = new MemoryStream();
        new PolicyModel(new PolicyRecipe { Name = "p", Actions = Actions }, policy).Save(stream);
        stream.Position = 0;
        var loaded = PolicyModel.Load(stream, "memory").Policy;
        var scratch = new PolicyScratch();
        for (int x = 0; x < Contexts; x++)
        {
            scratch.Clear();
            var context = new DecisionContext(Row(x), 0, false, Actions);
            int best = policy.Distribution(context, scratch).ActionAt(0);
            Assert.Equal(x, best % Contexts);
            Assert.Equal(best, loaded.Distribution(context, scratch).ActionAt(0));
        }
    }

    private static FeatureBlock Row(int x)
    {
        var rows = new FeatureBlock();
        var writer = new RowWriter(rows);
        writer.BeginRow();
        writer.BeginGroup((byte)'x');
        writer.Add((uint)x, 1);
        writer.EndGroup();
        writer.EndRow();
        return rows;
    }
}
