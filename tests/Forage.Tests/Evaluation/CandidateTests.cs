using Forage.Evaluation;
using Forage.Features;
using Forage.Linear;
using Forage.OffPolicy;
using Forage.OffPolicy.Learning;

namespace Forage.Tests.Evaluation;

/// <summary>Means, searched settings and dense vectors among the candidates, in a world of 6 contexts and 60 actions, three of them right in each.</summary>
public class CandidateTests
{
    private const int Contexts = 6, Actions = 60, Length = 3;

    private static readonly CandidateRecipe s_linear = new() { Name = "linear", Method = LearningMethod.DirectMethod, UsePrior = true, Passes = 2 };

    private static readonly CandidateRecipe s_embedding = new() { Name = "embedding", Method = LearningMethod.DirectMethod, Model = CandidateModel.Embedding, UsePrior = true, LearningRate = 0.01f, Passes = 3, Dimension = 16, Top = 20 };

    private static readonly ScorePolicy s_logging = Logging();

    [Fact]
    public void AMeanIsACandidateLearntFromWhatItsMembersLearnt()
    {
        var log = Log(1500, hidden: false);
        int learnt = 0;
        var trainer = new CandidateTrainer(log, s_logging, RewardRange.Unit, new LinearOptions { Bits = 8 }, 1) { Threads = 2 };
        var mean = s_embedding with { Name = "mean", Members = [s_linear, s_embedding] };
        void Count(int n) => Interlocked.Add(ref learnt, n);
        trainer.Train(s_linear, 0, 1000, Count);
        trainer.Train(s_embedding, 0, 1000, Count);
        int before = learnt;
        var policy = trainer.Train(mean, 0, 1000, Count);
        Assert.Equal(before, learnt);
        Assert.True(Value(policy, log) > Value(s_logging, log) + 0.15, $"{Value(policy, log)} {Value(s_logging, log)}");
        var again = new CandidateTrainer(log, s_logging, RewardRange.Unit, new LinearOptions { Bits = 8 }, 1).Train(mean, 0, 1000);
        Assert.Equal(Value(again, log), Value(policy, log), 1e-12);
        var robust = s_linear with { Method = LearningMethod.DoublyRobust };
        Assert.Contains("cannot be part of a mean", Assert.Throws<ForageException>(() => trainer.Train(mean with { Members = [robust] }, 0, 1000)).Message);
    }

    [Fact]
    public void SettingsAreSearchedAndTheBestJoinsTheCandidates()
    {
        var log = Log(2400, hidden: false);
        var poxm = s_embedding with { Name = "POXM", Method = LearningMethod.SelfNormalized, WeightCap = float.PositiveInfinity, Translation = 0.7, Temperature = 1 };
        var result = new Improver(new ImproveOptions { Candidates = [s_linear], Search = new SettingSearch(poxm, [5, 20], [0, 0.7, 1]), Threads = 2 }).Run(log, s_logging);
        Assert.Equal(4, result.Settings.Count); // two p, then the two λ not yet tried
        Assert.Equal(["POXM, top 5, λ 0.7", "POXM, top 20, λ 0.7"], result.Settings.Take(2).Select(s => s.Name));
        var joined = result.Rows.Where(r => r.Name.StartsWith("POXM", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, joined.Count);
        Assert.Equal(joined[0].Name + ", best always", joined[1].Name);
        var believed = result.Settings.Where(s => new WeightVeto().Believes(s.Appraisal.Weights.Mean, s.Appraisal.Weights.EffectiveSampleSize, s.Appraisal.Value.Count)).ToList();
        Assert.Equal(believed.MaxBy(s => s.Appraisal.SelfNormalized)!.Name, joined[0].Name);
        Assert.True(result.IsBetter);
    }

    [Fact]
    public void VectorsOfAnEncoderBroughtAlongAreLearntFrom()
    {
        // The features say nothing; what tells the contexts apart is in the vectors alone.
        var log = Log(3000, hidden: true);
        Attach(log);
        var options = new ImproveOptions { Threads = 2, Candidates = [s_linear, s_embedding with { Name = "vectors", Model = CandidateModel.Vectors }] };
        var result = new Improver(options).Run(log, s_logging);
        Assert.Equal("vectors", result.Chosen.Name);
        Assert.True(result.IsBetter);
        Assert.True(Value(result.PolicyOverLog, log) > Value(new GreedyPolicy(s_logging), log) + 0.1);
        Assert.Contains(CandidateList.For(Actions, Length, true, true, false, hasVectors: true), r => r.Name == "mean of vectors and features");
        Assert.DoesNotContain(CandidateList.For(Actions, Length, true, true, false), r => r.Model == CandidateModel.Vectors);
    }

    [Fact]
    public void AsManyVectorsAsDecisionsAreExpected()
    {
        var log = Log(10, hidden: true);
        Assert.Contains("v.npy has 9 vectors for 10 decisions", Assert.Throws<ForageException>(() => log.Attach(Vectors(9), Contexts, "v.npy")).Message);
        log.Add(new LoggedDecision { Rows = Rows(0), ActionCount = Actions, Slate = [] }); // without an outcome: has a vector all the same
        log.Add(Draw(10, false, new Rng(1)));
        log.Attach(Vectors(12), Contexts, "v.npy");
        Assert.Equal(9, log.Context(9).VectorRow);
        Assert.Equal(11, log.Context(10).VectorRow);
        var bare = new CandidateTrainer(Log(10, false), s_logging, RewardRange.Unit, new LinearOptions { Bits = 8 }, 1);
        Assert.Contains("expected a vector a decision", Assert.Throws<ForageException>(() => bare.Train(s_embedding with { Model = CandidateModel.Vectors }, 0, 10)).Message);
    }

    private static bool IsRight(int x, int a) => a % 20 == 3 * x;

    private static double Value(IPolicy policy, DecisionLog log) =>
        new TrueValue(log, Enumerable.Range(0, log.Count).ToDictionary(log.EventId, i => Enumerable.Range(0, Actions).Where(a => IsRight(i % Contexts, a)).ToArray())).Of(policy, 0, log.Count) / Length;

    private static DecisionLog Log(int count, bool hidden)
    {
        var log = new DecisionLog();
        var rng = new Rng(4);
        for (int i = 0; i < count; i++) log.Add(Draw(i, hidden, rng.Fork((ulong)i)));
        return log;
    }

    private static LoggedDecision Draw(int i, bool hidden, Rng rng)
    {
        int x = i % Contexts;
        var rows = Rows(hidden ? 0 : x);
        var scratch = new PolicyScratch();
        double[] p = s_logging.Distribution(new DecisionContext(rows, 0, false, Actions), scratch).Probabilities.ToArray();
        int[] actions = new int[Length];
        double[] logs = new double[Length];
        PlackettLuce.Draw(new ActionDistribution(default, p), ref rng, actions, logs);
        return new LoggedDecision
        {
            Rows = rows,
            ActionCount = Actions,
            EventId = $"e{i}",
            Slate = [.. actions.Select((a, j) => new LoggedAction(a, logs[j], IsRight(x, a) ? 1 : 0))],
            Distribution = p,
        };
    }

    private static void Attach(DecisionLog log) => log.Attach(Vectors(log.Count), Contexts, "vectors");

    private static FeatureBlock Vectors(int count)
    {
        var block = new FeatureBlock();
        for (int i = 0; i < count; i++) block.Append(Rows(i % Contexts), 0, 1);
        return block;
    }

    private static FeatureBlock Rows(int x)
    {
        var block = new FeatureBlock();
        var writer = new RowWriter(block);
        writer.BeginRow();
        writer.BeginGroup(FeatureGroup.Default);
        writer.Add((uint)x, 1);
        writer.EndGroup();
        writer.EndRow();
        return block;
    }

    // Leans towards multiples of three, in every context alike.
    private static ScorePolicy Logging()
    {
        var learner = new LinearLearner(ActionModel.Regression(new LinearOptions { Bits = 8, LearningRate = 0.5f }), Actions);
        float[] targets = [.. Enumerable.Range(0, Actions).Select(a => a % 3 == 0 ? 1.5f : 0)];
        for (int step = 0; step < 30 * Contexts; step++) learner.LearnAll(Rows(step % Contexts)[0], targets);
        return new ScorePolicy(new ActionModel(learner));
    }
}
