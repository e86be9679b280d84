using System.Text;
using Forage.Data;
using Forage.Features;
using Forage.Linear;
using Forage.OffPolicy;
using Forage.OffPolicy.Learning;
using Forage.Training;

namespace Forage.Tests.Training;

/// <summary>A log over three actions in which action (context mod 3) pays 0.9 and the others 0.1, logged with probabilities .5, .25, .25.</summary>
public class BanditTrainerTests
{
    public static TheoryData<BanditMethod> Methods() => [.. Enum.GetValues<BanditMethod>()];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_method_finds_the_paying_action_of_a_fixed_set(BanditMethod method)
    {
        using var trainer = new BanditTrainer(method, new LinearOptions { Bits = 10 }, fixedActions: 3);
        Read(new VwDecisionParser(3), Log(4000, actionFeatures: false), trainer);
        Assert.Equal(4000, trainer.Decisions);
        Assert.Equal(0.3667, trainer.LoggedReward, 0.03);
        Assert.InRange(trainer.ProgressiveReward, 0.7, 1.05);
        var scratch = new PolicyScratch();
        for (int c = 0; c < 3; c++)
        {
            var block = new FeatureBlock();
            var writer = new RowWriter(block);
            writer.BeginRow();
            writer.BeginGroup((byte)'c');
            writer.Add(FeatureHasher.Feature(Encoding.UTF8.GetBytes($"c{c}"), FeatureHasher.Namespace("c"u8)), 1);
            writer.EndGroup();
            writer.EndRow();
            Assert.Equal(1, trainer.Policy.Distribution(new DecisionContext(block, 0, false, 3), scratch).ProbabilityOf(c));
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_method_finds_the_paying_action_by_its_features(BanditMethod method)
    {
        using var trainer = new BanditTrainer(method, new LinearOptions { Bits = 12, Interactions = ["ca"] }, fixedActions: 0);
        Read(new VwActionsParser(), Log(4000, actionFeatures: true), trainer);
        Assert.InRange(trainer.ProgressiveReward, 0.65, 1.05);
    }

    [Fact]
    public void A_learnt_policy_decides_the_same_after_saving()
    {
        using var trainer = new BanditTrainer(BanditMethod.Mtr, new LinearOptions { Bits = 12, Interactions = ["ca"] }, 0);
        byte[] log = Log(500, actionFeatures: true);
        Read(new VwActionsParser(), log, trainer);
        var stream = new MemoryStream();
        new PolicyModel(new PolicyRecipe(), trainer.Policy).Save(stream);
        stream.Position = 0;
        var loaded = PolicyModel.Load(stream, "policy").Policy;
        var scratch = new PolicyScratch();
        new RecordReader<DecisionBatch>(ByteSource.FromBytes(log, "log"), new VwActionsParser()).Read(batch =>
        {
            for (int i = 0; i < batch.Count; i++)
            {
                var context = new DecisionContext(batch.Rows, batch[i].FirstRow, true, 3);
                for (int a = 0; a < 3; a++)
                {
                    scratch.Clear();
                    double direct = trainer.Policy.Distribution(context, scratch).ProbabilityOf(a);
                    scratch.Clear();
                    Assert.Equal(direct, loaded.Distribution(context, scratch).ProbabilityOf(a));
                }
            }
        });
    }

    [Fact]
    public void The_wrong_kind_of_log_is_named()
    {
        using var byFeatures = new BanditTrainer(BanditMethod.Dm, new LinearOptions { Bits = 8 }, 0);
        Assert.Contains("no features of its 3 actions; say how many fixed ones there are (--actions 3)", Assert.Throws<ForageException>(() => Read(new VwDecisionParser(3), Log(5, false), byFeatures)).Message);
        using var fixedSet = new BanditTrainer(BanditMethod.Dm, new LinearOptions { Bits = 8 }, 2);
        Assert.Contains("among 3 actions", Assert.Throws<ForageException>(() => Read(new VwDecisionParser(3), Log(5, false), fixedSet)).Message);
        Assert.Contains("brings features", Assert.Throws<ForageException>(() => Read(new VwActionsParser(), Log(5, true), fixedSet)).Message);
    }

    private static void Read(IRecordParser<DecisionBatch> parser, byte[] log, BanditTrainer trainer) =>
        Assert.Equal(0, new RecordReader<DecisionBatch>(ByteSource.FromBytes(log, "log"), parser).Read(trainer.Learn).Malformed);

    private static byte[] Log(int count, bool actionFeatures)
    {
        var rng = new Rng(21);
        var text = new StringBuilder();
        double[] propensities = [0.5, 0.25, 0.25];
        for (int i = 0; i < count; i++)
        {
            int context = rng.NextInt(3);
            double u = rng.NextDouble();
            int action = u < 0.5 ? 0 : u < 0.75 ? 1 : 2;
            int reward = rng.NextDouble() < (action == context ? 0.9 : 0.1) ? 1 : 0;
            if (!actionFeatures)
            {
                text.Append($"{action + 1}:{-reward}:{propensities[action]} |c c{context}\n");
                continue;
            }
            text.Append($"shared |c c{context}\n");
            for (int a = 0; a < 3; a++) text.Append(a == action ? $"0:{-reward}:{propensities[a]} |a a{a}\n" : $"|a a{a}\n");
            text.Append('\n');
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
