using Forage.Data;
using Forage.Evaluation;
using Forage.Features;
using Forage.Linear;
using Forage.OffPolicy;
using Forage.OffPolicy.Checking;
using Forage.OffPolicy.Learning;
using Forage.Tests.Architecture;
using Forage.Tests.OffPolicy.Learning;

namespace Forage.Tests.Evaluation;

public class LogEvaluationTests
{
    [Fact]
    public void AllEstimatorsComeNearTheTruth()
    {
        var world = ContextWorld.Random(4);
        var log = Log(world, 6000, 3);
        double truth = 0; // of the uniform policy
        for (int x = 0; x < ContextWorld.Contexts; x++)
            for (int a = 0; a < ContextWorld.Actions; a++) truth += world.Mean[x, a] / ContextWorld.Contexts / ContextWorld.Actions;
        var trainer = new CandidateTrainer(log, null, RewardRange.Unit, new LinearOptions { Bits = 12 }, 1);
        var evaluation = new LogEvaluation(log, RewardScale.Unit, new PolicyWeigherOptions(), trainer, 0.999, 5).Evaluate("uniform", new UniformPolicy());
        Assert.Contains(evaluation.Estimators, e => e.Name.Contains("doubly robust"));
        foreach (var row in evaluation.Estimators)
        {
            double slack = row.Name.Contains("direct") || row.Name.Contains("cut") ? 0.03 : 0; // biased by design
            Assert.True(row.Estimate.Lower - slack <= truth && truth <= row.Estimate.Upper + slack, $"{row}: truth {truth}");
        }
        Assert.InRange(evaluation.Weights.Mean, 0.95, 1.05);
    }

    [Fact]
    public void ThompsonSamplingsValueIsFoundFromRandomChoices()
    {
        // Open Bandit data: 10,000 uniformly random decisions value a policy known by 10,000 choices of its own; what it earned there must be inside.
        var random = OpenBandit("random");
        var own = OpenBandit("bts");
        double earned = new PolicyAppraiser(own, RewardScale.Unit, new PolicyWeigherOptions(), 0.95).AppraiseLogging(0, own.Count).SelfNormalized;
        var (value, _, groups) = PolicyFromLog.Evaluate(random, own, (byte)'p', RewardScale.Unit);
        Assert.Equal(3, groups);
        Assert.InRange(earned, value.Lower, value.Upper);
        Assert.InRange(value.Value, 0.003, 0.011); // 0.0057 against 0.0069 earned
        Assert.True(value.Upper - value.Lower < 0.012, $"{value}");
        var (all, _, one) = PolicyFromLog.Evaluate(random, own, null, RewardScale.Unit, draws: 8);
        Assert.Equal(1, one);
        Assert.InRange(all.Value, 0.003, 0.011);
    }

    [Fact]
    public void TheErrorOfAnEstimatedDistributionIsInTheInterval()
    {
        // The fewer choices the policy is known by, the wider.
        var world = ContextWorld.Random(4);
        var log = Log(world, 3000, 5);
        double Width(int known)
        {
            var (value, _, _) = PolicyFromLog.Evaluate(log, Log(world, known, 6), (byte)'c', RewardScale.Unit, draws: 40);
            return value.Upper - value.Lower;
        }
        Assert.True(Width(40) > 1.3 * Width(4000), $"{Width(40)} {Width(4000)}");
    }

    [Fact]
    public void AForeignLoggingPolicyIsFoundOut()
    {
        var world = ContextWorld.Random(4);
        var log = Log(world, 500, 5);
        Assert.Equal(Severity.Fine, LogAgreement.Of(log, new LoggingPolicy()).Severity);
        var finding = LogAgreement.Of(log, new UniformPolicy());
        Assert.Equal(Severity.Error, finding.Severity);
        Assert.Equal("logging-policy-differs", finding.Code);
    }

    [Fact]
    public void TheInfluentialFeatureIsNamed()
    {
        // Feature 2 says which action is good, feature 7 is always there and says nothing.
        var learner = new LinearLearner(ActionModel.Regression(new LinearOptions { Bits = 6, Constant = false }), 3);
        var log = new DecisionLog();
        for (int i = 0; i < 60; i++)
        {
            var block = new FeatureBlock();
            var writer = new RowWriter(block);
            writer.BeginRow();
            writer.BeginGroup((byte)'x');
            if (i % 2 == 0) writer.Add(2, 1);
            writer.Add(7, 1);
            writer.EndGroup();
            writer.EndRow();
            for (int pass = 0; pass < 5; pass++) learner.Learn(block[0], i % 2 == 0 ? 1 : 0, 1, 1);
            log.Add(new LoggedDecision { Rows = block, ActionCount = 3, Slate = [new LoggedAction(1, Math.Log(0.5), 1)] });
        }
        var influences = FeatureInfluence.Of(log, new GreedyPolicy(new ScorePolicy(new ActionModel(learner))), 0, log.Count);
        Assert.Equal(2u, influences[0].Index);
        Assert.Equal(1, influences[0].Raises);
        Assert.Equal(30, influences[0].Decisions);
        Assert.Equal(7u, influences[1].Index);
        Assert.True(influences[0].Influence > 2 * influences[1].Influence, $"{influences[0]} {influences[1]}");
    }

    [Fact]
    public void TheTruthOfAPolicyIsExact()
    {
        var world = ContextWorld.Random(4);
        var rng = new Rng(1);
        var log = new DecisionLog();
        var truth = new Dictionary<string, int[]>();
        for (int i = 0; i < 50; i++)
        {
            log.Add(world.Draw(ref rng, 2) with { EventId = $"e{i}" });
            truth[$"e{i}"] = [1, 4];
        }
        var value = new TrueValue(log, truth);
        Assert.Equal(2 * 2.0 / 5, value.Of(new UniformPolicy(), 0, 50), 9); // each action is shown with probability 2/5
        Assert.Equal(2, value.OfTheBest(0, 50));
        truth.Remove("e7");
        Assert.Contains("'e7'", Assert.Throws<ForageException>(() => value.Of(new UniformPolicy(), 0, 50)).Message);
    }

    private static DecisionLog OpenBandit(string name)
    {
        var source = ByteSource.File(Path.Combine(SourceTree.Root, "data/open-bandit-men", name + ".csv.gz"));
        var log = new DecisionLog();
        new RecordReader<DecisionBatch>(source, OpenBanditParser.Open(source, 34)).Read(log.Add);
        Assert.Equal(10_000, log.Count);
        return log;
    }

    internal static DecisionLog Log(ContextWorld world, int count, ulong seed)
    {
        var log = new DecisionLog();
        var rng = new Rng(seed);
        for (int i = 0; i < count; i++) log.Add(world.Draw(ref rng));
        return log;
    }
}
