using Forage.Extreme.Embedding;
using Forage.Features;
using Forage.Linear;
using Forage.OffPolicy;
using Forage.OffPolicy.Learning;
using Forage.OffPolicy.Learning.Slates;

namespace Forage.Tests.OffPolicy.Learning;

/// <summary>Scores of different kinds averaged: linear ones, embeddings of features, embeddings of dense vectors.</summary>
public class MixedScorerTests
{
    private const int Actions = 7, Dimension = 3;

    [Fact]
    public void ALinearScorerScoresAsItsModel()
    {
        var prior = new ScorePolicy(new ActionModel(Linear(2)));
        var model = new ActionModel(Linear(1), prior, 0.6f, 0.03f, -0.4f);
        var context = Context();
        var scratch = new PolicyScratch();
        float[] expected = new float[Actions], all = new float[Actions], some = new float[2], logPrior = new float[Actions];
        model.Score(context, expected, scratch);
        var p = prior.Distribution(context, scratch);
        for (int a = 0; a < Actions; a++) logPrior[a] = (float)Math.Log(p.ProbabilityOf(a));
        var scorer = LinearScorer.Of(model);
        scorer.Score(context, default, logPrior, all, scratch);
        scorer.Score(context, [5, 2], [logPrior[5], logPrior[2]], some, scratch);
        for (int a = 0; a < Actions; a++) Assert.Equal(expected[a], all[a], 1e-5);
        Assert.Equal([all[5], all[2]], some);
        Assert.True(scorer.NeedsPrior && !LinearScorer.Of(new ActionModel(Linear(1))).NeedsPrior);
        Assert.Equal(Actions, scorer.ActionCount);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void MeansOfAllKindsComeBackFromFiles(int top)
    {
        var prior = new ScorePolicy(new ActionModel(Linear(2)));
        ISelectiveScorer[] members = [LinearScorer.Of(new ActionModel(Linear(1), prior, 0.6f)), new EmbeddingScorer(Embedding(3, FeatureColumns.Direct(16)), 0.7f, 0.1f),
            new EmbeddingScorer(Embedding(4, FeatureColumns.Direct(Dimension))) { OverVectors = true }];
        var policy = new SelectivePolicy(new ScorerMean(members, 0.25f), prior, top);
        var stream = new MemoryStream();
        new PolicyModel(new PolicyRecipe { Name = "p", Actions = Actions, VectorDimension = Dimension }, policy).Save(stream);
        stream.Position = 0;
        var loaded = PolicyModel.Load(stream, "memory");
        Assert.Equal(Dimension, loaded.Recipe.VectorDimension);
        var scratch = new PolicyScratch();
        Assert.Equal(policy.Distribution(Context(), scratch).Probabilities.ToArray(), loaded.Policy.Distribution(Context(), scratch).Probabilities.ToArray());
        Assert.True(((EmbeddingScorer)((ScorerMean)((SelectivePolicy)loaded.Policy).Scorer).Members[2]).OverVectors);
    }

    [Fact]
    public void AScorerOverVectorsLooksAtThemAndAtNothingElse()
    {
        var scorer = new EmbeddingScorer(Embedding(4, FeatureColumns.Direct(Dimension))) { OverVectors = true };
        var scratch = new PolicyScratch();
        float[] first = new float[Actions], otherVector = new float[Actions], otherFeatures = new float[Actions];
        scorer.Score(Context(), default, default, first, scratch);
        scorer.Score(Context(vector: 1), default, default, otherVector, scratch);
        scorer.Score(Context(feature: 9), default, default, otherFeatures, scratch);
        Assert.NotEqual(first, otherVector);
        Assert.Equal(first, otherFeatures);
        Assert.Contains("dense vectors", Assert.Throws<ForageException>(() =>
        {
            var bare = new DecisionContext(Rows(1, 1), 0, false, Actions);
            scorer.Score(bare, default, default, new float[Actions], new PolicyScratch());
        }).Message);
    }

    private static DecisionContext Context(uint feature = 1, int vector = 0)
    {
        var vectors = new FeatureBlock();
        vectors.Append(Rows(0, 0.5f), 0, 1);
        vectors.Append(Rows(2, -2), 0, 1);
        return new DecisionContext(Rows(feature, 1), 0, false, Actions) { Vectors = vectors, VectorRow = vector };
    }

    private static FeatureBlock Rows(uint feature, float value)
    {
        var block = new FeatureBlock();
        var writer = new RowWriter(block);
        writer.BeginRow();
        writer.BeginGroup(FeatureGroup.Default);
        writer.Add(feature, value);
        writer.EndGroup();
        writer.EndRow();
        return block;
    }

    private static LinearLearner Linear(ulong seed)
    {
        var learner = new LinearLearner(ActionModel.Regression(new LinearOptions { Bits = 8, LearningRate = 0.5f }), Actions);
        var rng = new Rng(seed);
        var targets = new float[Actions];
        for (int step = 0; step < 20; step++)
        {
            foreach (ref float t in targets.AsSpan()) t = (float)rng.NextGaussian();
            learner.LearnAll(Rows(1, 1)[0], targets);
        }
        return learner;
    }

    // Learnt a little, so that labels differ.
    private static EmbeddingSoftmax Embedding(ulong seed, FeatureColumns columns)
    {
        var model = new EmbeddingSoftmax(new EmbeddingOptions { Dimension = 16, Seed = seed }, columns, Actions);
        var rows = new FeatureBlock();
        for (uint f = 0; f < 3; f++) rows.Append(Rows(f, f + 1), 0, 1);
        using var trainer = new EmbeddingTrainer(model, new EmbeddingTrainerOptions { LearningRate = 0.05f }, 1);
        var prepared = model.Prepare(rows);
        for (int step = 0; step < 10; step++) trainer.StepAll(prepared, [0, 1, 2], new Push());
        return model;
    }

    private sealed class Push : Forage.Extreme.IScoreLoss
    {
        public double Gradient(int example, ReadOnlySpan<int> labels, ReadOnlySpan<float> scores, Span<float> gradients)
        {
            for (int a = 0; a < gradients.Length; a++) gradients[a] = (a + example) % 3 == 0 ? -1 : 0.3f;
            return 0;
        }
    }
}
