using Forage.Extreme.Embedding;
using Forage.Features;
using Forage.OffPolicy;
using Forage.OffPolicy.Learning;
using Forage.OffPolicy.Learning.Slates;
using Forage.Tests.Extreme.Embedding;

namespace Forage.Tests.OffPolicy.Learning;

public class IndexedPolicyTests
{
    private const int Actions = 900, Features = 30;
    private static readonly LabelIndexOptions Narrow = new() { LeafSize = 20, Beam = 6, Shortlist = 40 };

    [Fact]
    public void WithEverythingFoundItIsTheSoftmaxOverAllActions()
    {
        using var model = Model();
        var all = new SelectivePolicy(new EmbeddingScorer(model), null, 0, 0.7);
        using var index = LabelVectorIndex.Build(model, new LabelIndexOptions { LeafSize = 20, Beam = 1000, Shortlist = 0 });
        var scratch = new PolicyScratch();
        for (int x = 0; x < 20; x++)
        {
            double[] expected = Dense(all, x, [], scratch), found = Dense(new IndexedPolicy(index, 0.7), x, [], scratch);
            for (int a = 0; a < Actions; a++) Assert.Equal(expected[a], found[a], 1e-9);
        }
    }

    [Fact]
    public void ItIsTheSoftmaxRestrictedToWhatIsFoundWithoutWhatIsExcluded()
    {
        using var model = Model();
        using var index = LabelVectorIndex.Build(model, Narrow);
        var policy = new IndexedPolicy(index, 0.7);
        var all = new SelectivePolicy(new EmbeddingScorer(model), null, 0, 0.7);
        var scratch = new PolicyScratch();
        for (int x = 0; x < 20; x++)
        {
            double[] whole = Dense(all, x, [], scratch), found = Dense(policy, x, [], scratch);
            Assert.Equal(40, found.Count(p => p > 0));
            double mass = whole.Where((_, a) => found[a] > 0).Sum();
            for (int a = 0; a < Actions; a++)
                if (found[a] > 0) Assert.Equal(whole[a] / mass, found[a], 1e-9);
            int best = Array.IndexOf(found, found.Max());
            double[] without = Dense(policy, x, [best], scratch);
            for (int a = 0; a < Actions; a++) Assert.Equal(a == best ? 0 : found[a] / (1 - found[best]), without[a], 1e-9);
            // All that is found is excluded: the others are asked.
            int[] none = [.. Enumerable.Range(0, Actions).Where(a => found[a] > 0)];
            double[] rest = Dense(policy, x, none, scratch);
            Assert.Equal(1, rest.Sum(), 1e-9);
            Assert.All(none, a => Assert.Equal(0, rest[a]));
        }
    }

    [Fact]
    public void WhatItDrawsHasThePropensitiesItSays()
    {
        const int Draws = 40_000;
        using var model = Model();
        using var index = LabelVectorIndex.Build(model, new LabelIndexOptions { LeafSize = 20, Beam = 2, Shortlist = 8 });
        var policy = new IndexedPolicy(index);
        var scratch = new PolicyScratch();
        double[] p = Dense(policy, 3, [], scratch), seen = new double[Actions];
        var rng = new Rng(4);
        int[] slate = new int[2];
        double[] logs = new double[2];
        for (int i = 0; i < Draws; i++)
        {
            scratch.Clear();
            Assert.Equal(2, PlackettLuce.Draw(policy.Distribution(new DecisionContext(Row(3), 0, false, Actions), scratch), ref rng, slate, logs));
            Assert.Equal(Math.Log(p[slate[0]]), logs[0], 1e-9);
            Assert.Equal(Math.Log(p[slate[1]] / (1 - p[slate[0]])), logs[1], 1e-6);
            seen[slate[0]] += 1.0 / Draws;
        }
        // Five standard deviations of a share each: fails by chance less than once in 10^5 seeds.
        for (int a = 0; a < Actions; a++) Assert.InRange(seen[a], p[a] - 5 * Math.Sqrt(p[a] * (1 - p[a]) / Draws), p[a] + 5 * Math.Sqrt(p[a] * (1 - p[a]) / Draws));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ComesBackFromAFileAsItWas(bool asPrior)
    {
        using var model = Model();
        IPolicy policy = new IndexedPolicy(LabelVectorIndex.Build(model, Narrow), 0.5);
        if (asPrior) policy = new GreedyPolicy(new SelectivePolicy(new EmbeddingScorer(model, 0.5f), policy, 10));
        byte[] first = Bytes(new PolicyModel(new PolicyRecipe { Name = "served", Actions = Actions }, policy));
        var loaded = PolicyModel.Load(new MemoryStream(first), "memory");
        Assert.Equal(first, Bytes(loaded));
        var scratch = new PolicyScratch();
        for (int x = 0; x < 20; x++) Assert.Equal(Dense(policy, x, [], scratch), Dense(loaded.Policy, x, [], scratch));
    }

    [Fact]
    public void PoliciesOverAllActionsAreSearchedThroughAnIndex()
    {
        using var model = Model();
        var all = new SelectivePolicy(new EmbeddingScorer(model), null, 0, 0.7);
        Assert.Equal(0.7, Assert.IsType<IndexedPolicy>(IndexedPolicy.Over(all, Narrow)).Temperature);
        var greedy = Assert.IsType<GreedyPolicy>(IndexedPolicy.Over(new GreedyPolicy(all), Narrow));
        Assert.IsType<IndexedPolicy>(greedy.Inner);
        var learnt = new EmbeddingScorer(model, 1);
        var selective = Assert.IsType<SelectivePolicy>(IndexedPolicy.Over(new SelectivePolicy(learnt, new RecordedPolicy(all), 15), Narrow));
        Assert.Same(learnt, selective.Scorer);
        Assert.IsType<IndexedPolicy>(selective.Prior);
        var mixture = Assert.IsType<MixturePolicy>(IndexedPolicy.Over(new MixturePolicy(all, new UniformPolicy(), 0.3), Narrow));
        Assert.IsType<IndexedPolicy>(mixture.First);
        var uniform = new UniformPolicy();
        Assert.Same(uniform, IndexedPolicy.Over(uniform, Narrow));
        var withPrior = new SelectivePolicy(learnt, uniform, 0);
        Assert.Same(withPrior, IndexedPolicy.Over(withPrior, Narrow));
        using var index = LabelVectorIndex.Build(model, Narrow);
        Assert.Contains("temperature", Assert.Throws<ForageException>(() => new IndexedPolicy(index, 0)).Message);
    }

    [Fact]
    public void AskingAllocatesNothing()
    {
        using var model = Model();
        using var index = LabelVectorIndex.Build(model, Narrow);
        var policy = new IndexedPolicy(index);
        var rows = Row(3);
        var scratch = new PolicyScratch();
        double Ask()
        {
            scratch.Clear();
            return policy.Distribution(new DecisionContext(rows, 0, false, Actions), scratch).Probabilities[0];
        }
        for (int i = 0; i < 50; i++) Ask();
        Allocation.AssertNone(() =>
        {
            for (int i = 0; i < 200; i++) Ask();
        });
    }

    private static double[] Dense(IPolicy policy, int x, int[] excluded, PolicyScratch scratch)
    {
        scratch.Clear();
        var p = policy.Distribution(new DecisionContext(Row(x), 0, false, Actions, excluded), scratch);
        double[] dense = new double[Actions];
        for (int i = 0; i < p.Count; i++) dense[p.ActionAt(i)] = p.Probabilities[i];
        Assert.Equal(1, dense.Sum(), 1e-9);
        return dense;
    }

    private static FeatureBlock Row(int x)
    {
        var rows = new FeatureBlock();
        var writer = new RowWriter(rows);
        var rng = new Rng((ulong)x);
        writer.BeginRow();
        writer.BeginGroup(FeatureGroup.Default);
        for (int k = 0; k < 6; k++) writer.Add((uint)rng.NextInt(Features), 1);
        writer.EndGroup();
        writer.EndRow();
        return rows;
    }

    private static EmbeddingSoftmax Model()
    {
        var model = new EmbeddingSoftmax(new EmbeddingOptions { Dimension = 12, InitialScale = 1 }, FeatureColumns.Direct(Features), Actions);
        var rng = new Rng(6);
        float[] centre = new float[12];
        for (int y = 0; y < Actions; y++)
        {
            if (y % 15 == 0)
                for (int j = 0; j < centre.Length; j++) centre[j] = (float)rng.NextGaussian();
            for (int j = 0; j < centre.Length; j++) EmbeddingCases.Label(model, y)[j] = centre[j] + 0.3f * (float)rng.NextGaussian();
            model.LabelBiases[y] = 0.2f * (float)rng.NextGaussian();
        }
        return model;
    }

    private static byte[] Bytes(PolicyModel model)
    {
        var stream = new MemoryStream();
        model.Save(stream);
        return stream.ToArray();
    }
}
