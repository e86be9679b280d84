using Forage.Extreme.Embedding;
using Forage.Features;
using Forage.OffPolicy;
using Forage.OffPolicy.Learning;
using Forage.OffPolicy.Learning.Objectives;
using Forage.OffPolicy.Learning.Slates;

namespace Forage.Tests.OffPolicy.Learning;

/// <summary>A world of 8 contexts and 24 actions, three of them right in each; the logging policy leans towards them a little.</summary>
public class SlateLearnerTests
{
    private const int Contexts = 8, Actions = 24, Length = 3;

    public static TheoryData<string> Names() => ["direct", "POXM", "clipped", "top-K", "weighted likelihood", "smoothed", "doubly robust", "BanditNet", "negatives", "no prior"];

    [Theory]
    [MemberData(nameof(Names))]
    public void BeatsTheLoggingPolicy(string name)
    {
        var (policy, _) = Learn(name, threads: 1);
        double learnt = World.Value(policy), logging = World.Value(World.Logging);
        Assert.True(learnt > logging + 0.1, $"{name}: {learnt:F3}, the logging policy {logging:F3}");
    }

    [Theory]
    [InlineData("POXM")]
    [InlineData("BanditNet")]
    [InlineData("negatives")]
    public void DoesNotDependOnThreadsAndIsTheSameForASeed(string name)
    {
        byte[] one = Bytes(Learn(name, threads: 1).Scorer), again = Bytes(Learn(name, threads: 1).Scorer), two = Bytes(Learn(name, threads: 2).Scorer);
        Assert.Equal(one, again);
        Assert.Equal(one, two);
    }

    [Fact]
    public void ComesBackFromAFileAsItWas()
    {
        var policy = Learn("direct", threads: 1).Policy;
        var first = new MemoryStream();
        new PolicyModel(new PolicyRecipe { Name = "p", Actions = Actions }, policy).Save(first);
        first.Position = 0;
        var loaded = PolicyModel.Load(first, "memory");
        var second = new MemoryStream();
        loaded.Save(second);
        Assert.Equal(first.ToArray(), second.ToArray());
        var scratch = new PolicyScratch();
        for (int x = 0; x < Contexts; x++)
        {
            var context = new DecisionContext(World.Rows(x), 0, false, Actions);
            Assert.Equal(policy.Distribution(context, scratch).Probabilities.ToArray(), loaded.Policy.Distribution(context, scratch).Probabilities.ToArray());
        }
    }

    [Fact]
    public void MeansScoreWhatTheirMembersScoreAndComeBackFromFiles()
    {
        EmbeddingScorer one = Learn("direct", threads: 1).Scorer, two = Learn("smoothed", threads: 1).Scorer;
        var policy = new SelectivePolicy(new ScorerMean([one, two], 0.5f), World.Logging, 12);
        var stream = new MemoryStream();
        new PolicyModel(new PolicyRecipe { Name = "p", Actions = Actions }, policy).Save(stream);
        stream.Position = 0;
        var loaded = PolicyModel.Load(stream, "memory").Policy;
        var scratch = new PolicyScratch();
        for (int x = 0; x < Contexts; x++)
        {
            scratch.Clear();
            var context = new DecisionContext(World.Rows(x), 0, false, Actions);
            float[] first = new float[Actions], second = new float[Actions], mean = new float[Actions];
            new SelectivePolicy(one, World.Logging, 12).Score(context, first, scratch);
            new SelectivePolicy(two, World.Logging, 12).Score(context, second, scratch);
            policy.Score(context, mean, scratch);
            var prior = World.Logging.Distribution(context, scratch);
            for (int a = 0; a < Actions; a++)
                if (float.IsFinite(mean[a])) Assert.Equal((first[a] + second[a]) / 2 + 0.5 * Math.Log(prior.ProbabilityOf(a)), mean[a], 1e-4);
            Assert.Equal(policy.Distribution(context, scratch).Probabilities.ToArray(), loaded.Distribution(context, scratch).Probabilities.ToArray());
        }
        Assert.Contains("at least one", Assert.Throws<ForageException>(() => new ScorerMean([])).Message);
    }

    [Fact]
    public void NeverGoesWhereItNeverLooked()
    {
        var (policy, _) = Learn("POXM", threads: 1);
        var scratch = new PolicyScratch();
        for (int x = 0; x < Contexts; x++)
        {
            var context = new DecisionContext(World.Rows(x), 0, false, Actions);
            var top = new GreedyPolicy(World.Logging).Rank(context, 12, scratch).ToArray();
            var p = policy.Distribution(context, scratch);
            Assert.Equal(12, p.Count);
            Assert.Equal(1, p.Probabilities.ToArray().Sum(), 1e-12);
            for (int k = 0; k < p.Count; k++) Assert.Contains(p.ActionAt(k), top);
            float[] scores = new float[Actions];
            ((SelectivePolicy)policy).Score(context, scores, scratch);
            Assert.Equal(12, scores.Count(float.IsFinite));
        }
    }

    [Fact]
    public void FaultsAreNamed()
    {
        var log = World.Log(20);
        var slates = new SlateLog(log, CandidateActions.Of(log, World.Logging, 10), RewardRange.Unit);
        string Of(ISlateObjective objective, SlateLearnerOptions options) => Assert.Throws<ForageException>(() => new SlateLearner(slates, objective, options).Learn([0, 1])).Message;
        Assert.Contains("expected 0 (all) or at least the length of a slate, 3", Of(new SelectiveObjective(0), new SlateLearnerOptions { Top = 2 }));
        Assert.Contains("at most the 10 candidates", Of(new SelectiveObjective(0), new SlateLearnerOptions { Top = 11 }));
        Assert.Contains("predicted rewards", Of(new DoublyRobustObjective(), new SlateLearnerOptions { Top = 10 }));
        Assert.Contains("over all actions is not possible", Of(new SelectiveObjective(0), new SlateLearnerOptions { Top = 0 }));
        var blind = new SlateLog(log, null, RewardRange.Unit);
        Assert.Contains("needs the logging policy", Assert.Throws<ForageException>(() => new SlateLearner(blind, new SelectiveObjective(0), new SlateLearnerOptions { Top = 10 }).Learn([0])).Message);
        Assert.Contains("temperature", Assert.Throws<ForageException>(() => new SelectivePolicy(Learn("no prior", 1).Scorer, null, 0, 0)).Message);
    }

    private static (IPolicy Policy, EmbeddingScorer Scorer) Learn(string name, int threads)
    {
        var log = World.Log(1500);
        var slates = new SlateLog(log, CandidateActions.Of(log, World.Logging, 12, threads), RewardRange.Unit);
        ISlateObjective objective = name switch
        {
            "direct" or "no prior" => new DirectObjective(),
            "POXM" => new SelectiveObjective(0.3),
            "clipped" => new SelectiveObjective(0.3, cap: 5),
            "top-K" => new SelectiveObjective(0, topK: Length),
            "weighted likelihood" => new WeightedLikelihoodObjective(),
            "smoothed" => new SmoothedObjective(0.2),
            "doubly robust" => new DoublyRobustObjective(10),
            _ => new SelectiveObjective(0),
        };
        bool all = name is "BanditNet" or "negatives" or "no prior";
        var options = new SlateLearnerOptions
        {
            Top = all || name == "direct" ? 0 : 12,
            Negatives = name == "negatives" ? 8 : 0,
            PriorWeight = all ? 0 : 1,
            PriorRate = all ? 0 : 0.03f,
            Start = name == "no prior" ? -1 : 0,
            Model = new EmbeddingOptions { Dimension = 16, InitialScale = 0.3f },
            Trainer = new EmbeddingTrainerOptions { LearningRate = 0.01f },
            Passes = 8,
            Threads = threads,
        };
        var learner = new SlateLearner(slates, objective, options) { Predictions = objective.NeedsPrediction ? [.. Enumerable.Range(0, log.Count).Select(_ => Enumerable.Repeat(0.3f, 12).ToArray())] : null };
        var scorer = learner.Learn(Enumerable.Range(0, log.Count).ToArray());
        return (new SelectivePolicy(scorer, all ? null : World.Logging, all ? 0 : 12, name is "direct" or "no prior" ? 0.2 : 1), scorer);
    }

    private static byte[] Bytes(EmbeddingScorer scorer)
    {
        var stream = new MemoryStream();
        using (var writer = new Forage.Persistence.ModelWriter(stream)) scorer.Model.Save(writer);
        return [.. stream.ToArray(), .. BitConverter.GetBytes(scorer.PriorWeight)];
    }

    private static class World
    {
        public static readonly IPolicy Logging = Leaning();

        public static bool IsRight(int x, int action) => action % Contexts == x;

        public static FeatureBlock Rows(int x)
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

        public static SmallLog Log(int count)
        {
            var rng = new Rng(3);
            var scratch = new PolicyScratch();
            var decisions = new LoggedDecision[count];
            Span<int> slate = stackalloc int[Length];
            Span<double> logs = stackalloc double[Length];
            for (int i = 0; i < count; i++)
            {
                scratch.Clear();
                int x = rng.NextInt(Contexts);
                var rows = Rows(x);
                PlackettLuce.Draw(Logging.Distribution(new DecisionContext(rows, 0, false, Actions), scratch), ref rng, slate, logs);
                var shown = new LoggedAction[Length];
                for (int j = 0; j < Length; j++) shown[j] = new LoggedAction(slate[j], logs[j], IsRight(x, slate[j]) ? 1 : 0);
                decisions[i] = new LoggedDecision { Rows = rows, ActionCount = Actions, Slate = shown };
            }
            return new SmallLog(decisions);
        }

        /// <summary>Mean share of the slate that is right, exactly.</summary>
        public static double Value(IPolicy policy)
        {
            double sum = 0;
            var scratch = new PolicyScratch();
            var inclusion = new InclusionProbabilities();
            for (int x = 0; x < Contexts; x++)
            {
                scratch.Clear();
                int[] right = [.. Enumerable.Range(0, Actions).Where(a => IsRight(x, a))];
                double[] p = new double[right.Length];
                inclusion.Of(policy.Distribution(new DecisionContext(Rows(x), 0, false, Actions), scratch), Length, right, p);
                sum += p.Sum() / Length / Contexts;
            }
            return sum;
        }

        // A linear model of scores that lean towards what is right.
        private static ScorePolicy Leaning()
        {
            var learner = new Forage.Linear.LinearLearner(new Forage.Linear.LinearOptions { Bits = 8, LearningRate = 0.5f, Constant = false }, Actions);
            float[] targets = new float[Actions];
            for (int pass = 0; pass < 20; pass++)
            {
                for (int x = 0; x < Contexts; x++)
                {
                    for (int a = 0; a < Actions; a++) targets[a] = (IsRight(x, a) ? 1.2f : 0) + (a * 7 + x * 3) % 11 / 11f;
                    learner.LearnAll(Rows(x)[0], targets);
                }
            }
            return new ScorePolicy(new ActionModel(learner));
        }
    }

    private sealed class SmallLog(LoggedDecision[] decisions) : IDecisionLog
    {
        public int Count => decisions.Length;

        public DecisionContext Context(int i) => new(decisions[i], i);

        public ReadOnlySpan<LoggedAction> Slate(int i) => (LoggedAction[])decisions[i].Slate;
    }
}
