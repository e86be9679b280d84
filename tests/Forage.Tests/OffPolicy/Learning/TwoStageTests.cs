using Forage.Extreme.Embedding;
using Forage.Features;
using Forage.OffPolicy;
using Forage.OffPolicy.Learning;
using Forage.OffPolicy.Learning.Objectives;
using Forage.OffPolicy.Learning.Slates;

namespace Forage.Tests.OffPolicy.Learning;

/// <summary>
/// A world in which the cluster decides most: 60 actions in 6 clusters, 6 contexts, the right cluster pays 0.6 and the others 0.1, and each action up to 0.1 more, the same
/// everywhere. The logging policy is uniform, so that actions weigh up to 60 and clusters up to 6.
/// </summary>
public class TwoStageTests
{
    private const int Contexts = 6, Actions = 60, Decisions = 1200;

    private static readonly int[] ClusterOf = [.. Enumerable.Range(0, Actions).Select(a => a % Contexts)];
    private static readonly IPolicy Logging = new UniformPolicy();

    [Fact]
    public void BeatsWeightsOfActionsOfTheSameSize()
    {
        double two = 0, likelihood = 0, poxm = 0;
        const int seeds = 3;
        for (ulong seed = 1; seed <= seeds; seed++)
        {
            var log = Prepare(seed, 1);
            two += Value(TwoStage(log, seed, 1)) / seeds;
            likelihood += Value(Of(log, new WeightedLikelihoodObjective(), seed)) / seeds;
            poxm += Value(Of(log, new SelectiveObjective(0.3), seed)) / seeds;
        }
        Assert.True(two > likelihood + 0.03 && two > poxm + 0.03 && two > 0.5, $"two stages {two:F3}, weighted likelihood {likelihood:F3}, POXM {poxm:F3}; the best cluster always is 0.65");
    }

    /// <summary>A second stage that learnt nothing (no pass to speak of): the first finds the clusters by itself.</summary>
    [Fact]
    public void TheFirstStageRepairsAPoorRewardModel()
    {
        var log = Prepare(5, 1);
        var poor = Options(5, 1) with { Second = Options(5, 1).Second with { Passes = 1, Trainer = new EmbeddingTrainerOptions { LearningRate = 1e-6f } } };
        var scorer = new TwoStageLearner(log, new ActionClusters(ClusterOf), poor).Learn(All);
        double two = Value(new SelectivePolicy(scorer, Logging, Actions)), second = Value(new SelectivePolicy(scorer.Second, Logging, Actions));
        Assert.True(two > second + 0.25, $"two stages {two:F3}, the reward model {second:F3}");
    }

    [Fact]
    public void DoesNotDependOnThreadsAndComesBackFromAFile()
    {
        byte[] one = Bytes(TwoStage(Prepare(2, 1), 2, 1)), two = Bytes(TwoStage(Prepare(2, 2), 2, 2));
        Assert.Equal(one, two);
        var loaded = PolicyModel.Load(new MemoryStream(one), "memory");
        var again = new MemoryStream();
        loaded.Save(again);
        Assert.Equal(one, again.ToArray());
        var policy = TwoStage(Prepare(2, 1), 2, 1);
        for (int x = 0; x < Contexts; x++)
        {
            var scratch = new PolicyScratch();
            var context = new DecisionContext(Rows(x), 0, false, Actions);
            Assert.Equal(policy.Distribution(context, scratch).Probabilities.ToArray(), loaded.Policy.Distribution(context, scratch).Probabilities.ToArray());
        }
    }

    [Fact]
    public void ScoresAreThoseOfBothStages()
    {
        var policy = TwoStage(Prepare(3, 1), 3, 1);
        var stages = (TwoStageScorer)policy.Scorer;
        var scratch = new PolicyScratch();
        var context = new DecisionContext(Rows(4), 0, false, Actions);
        int[] some = [7, 1, 13, 59];
        float[] all = new float[Actions], chosen = new float[some.Length], second = new float[Actions], first = new float[Contexts], hidden = new float[stages.First.Width];
        stages.Score(context, default, default, all, scratch);
        stages.Score(context, some, default, chosen, scratch);
        stages.Second.Score(context, default, default, second, scratch);
        stages.First.Encode(context.Shared, hidden);
        stages.First.Score(hidden, default, first);
        for (int k = 0; k < some.Length; k++) Assert.Equal(all[some[k]], chosen[k], 1e-4);
        for (int a = 0; a < Actions; a++) Assert.Equal(second[a] / stages.Temperature + first[ClusterOf[a]], all[a], 1e-3);
    }

    [Fact]
    public void ClustersOfRewardsPutTogetherWhatIsRightTogether()
    {
        var clusters = ActionClusters.OfRewards(Prepare(1, 1), All, Contexts);
        int pairs = 0, together = 0;
        for (int a = 0; a < Actions; a++)
        {
            for (int b = 0; b < a; b++)
            {
                if (clusters.ClusterOf[a] != clusters.ClusterOf[b]) continue;
                pairs++;
                if (ClusterOf[a] == ClusterOf[b]) together++;
            }
        }
        Assert.Equal(Actions, clusters.ActionCount);
        Assert.InRange(clusters.Count, 4, 16);
        Assert.True(pairs > 0 && 3 * together > pairs, $"{together} of {pairs} pairs of a cluster belong together; by chance a sixth would");
    }

    [Fact]
    public void FaultsAreNamed()
    {
        var log = Prepare(1, 1);
        Assert.Contains("expected 60", Assert.Throws<ForageException>(() => new TwoStageLearner(log, new ActionClusters(new int[7]), Options(1, 1)).Learn(All)).Message);
        Assert.Contains("temperature", Assert.Throws<ForageException>(() => new TwoStageLearner(log, new ActionClusters(ClusterOf), Options(1, 1) with { Temperature = 0 }).Learn(All)).Message);
        Assert.Contains("in cluster -1", Assert.Throws<ForageException>(() => new ActionClusters([0, -1])).Message);
        Assert.Contains("at least one action", Assert.Throws<ForageException>(() => new ActionClusters([])).Message);
        Assert.Contains("expected at least 2", Assert.Throws<ForageException>(() => ActionClusters.OfRewards(log, All, 1)).Message);
        var blind = new SlateLog(log.Log, null, RewardRange.Unit);
        Assert.Contains("expected candidates", Assert.Throws<ForageException>(() => new TwoStageLearner(blind, new ActionClusters(ClusterOf), Options(1, 1)).Learn(All)).Message);
        Assert.Contains("expected clusters", Assert.Throws<ForageException>(() =>
            new SlateLearner(log, new ClusterObjective(), new SlateLearnerOptions { Top = Actions }) { Predictions = [] }.Learn(All)).Message);
    }

    private static int[] All => [.. Enumerable.Range(0, Decisions)];

    private static TwoStageOptions Options(ulong seed, int threads)
    {
        var same = Learning(seed, threads);
        return new TwoStageOptions { First = same with { Top = Actions }, Second = same with { Start = -1 }, Temperature = 0.2f };
    }

    private static SlateLearnerOptions Learning(ulong seed, int threads) => new()
    {
        PriorWeight = 0,
        Model = new EmbeddingOptions { Dimension = 16, InitialScale = 0.3f, Seed = seed },
        Trainer = new EmbeddingTrainerOptions { LearningRate = 0.01f },
        Passes = 8,
        Threads = threads,
        Seed = seed,
    };

    private static SelectivePolicy TwoStage(SlateLog log, ulong seed, int threads) =>
        new(new TwoStageLearner(log, new ActionClusters(ClusterOf), Options(seed, threads)).Learn(All), Logging, Actions);

    private static SelectivePolicy Of(SlateLog log, ISlateObjective objective, ulong seed) =>
        new(new SlateLearner(log, objective, Learning(seed, 1) with { Top = Actions }).Learn(All), Logging, Actions);

    private static double Reward(int x, int action) => (ClusterOf[action] == x ? 0.6 : 0.1) + 0.1 * (action * 7 % 11) / 10;

    private static double Value(IPolicy policy)
    {
        double sum = 0;
        for (int x = 0; x < Contexts; x++)
        {
            var p = policy.Distribution(new DecisionContext(Rows(x), 0, false, Actions), new PolicyScratch());
            for (int e = 0; e < p.Count; e++) sum += p.Probabilities[e] * Reward(x, p.ActionAt(e)) / Contexts;
        }
        return sum;
    }

    private static SlateLog Prepare(ulong seed, int threads)
    {
        var rng = new Rng(seed).Fork(17);
        var decisions = new LoggedDecision[Decisions];
        for (int i = 0; i < Decisions; i++)
        {
            int x = rng.NextInt(Contexts), action = rng.NextInt(Actions);
            double reward = rng.NextDouble() < Reward(x, action) ? 1 : 0;
            decisions[i] = new LoggedDecision { Rows = Rows(x), ActionCount = Actions, Slate = new LoggedAction[] { new(action, -Math.Log(Actions), reward) } };
        }
        var log = new SmallLog(decisions);
        return new SlateLog(log, CandidateActions.Of(log, Logging, Actions, threads), RewardRange.Unit);
    }

    private static FeatureBlock Rows(int x)
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

    private static byte[] Bytes(IPolicy policy)
    {
        var stream = new MemoryStream();
        new PolicyModel(new PolicyRecipe { Name = "p", Actions = Actions }, policy).Save(stream);
        return stream.ToArray();
    }

    private sealed class SmallLog(LoggedDecision[] decisions) : IDecisionLog
    {
        public int Count => decisions.Length;

        public DecisionContext Context(int i) => new(decisions[i], i);

        public ReadOnlySpan<LoggedAction> Slate(int i) => (LoggedAction[])decisions[i].Slate;
    }
}
