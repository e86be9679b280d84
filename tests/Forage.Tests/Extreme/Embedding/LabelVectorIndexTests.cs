using Forage.Extreme.Embedding;
using Forage.Features;
using Forage.OffPolicy;
using Forage.Persistence;

namespace Forage.Tests.Extreme.Embedding;

public class LabelVectorIndexTests
{
    private const int Labels = 3000, Dimension = 20;

    [Fact]
    public void A_beam_over_all_leaves_scores_all_labels()
    {
        using var model = Clustered();
        using var index = LabelVectorIndex.Build(model, new LabelIndexOptions { LeafSize = 20, Beam = 10_000, Shortlist = 0 });
        var search = new LabelSearch();
        float[] hidden = Query(model, 5, noise: 0.3f), scores = new float[Labels];
        index.Find(hidden, search);
        model.Score(hidden, [], scores);
        Assert.Equal(Enumerable.Range(0, Labels), search.Labels.ToArray().Order());
        for (int i = 0; i < search.Count; i++) Assert.Equal(scores[search.Labels[i]], search.Scores[i]);
        int[] top = new int[7];
        Assert.Equal(7, search.Top(top));
        Assert.Equal(Enumerable.Range(0, Labels).OrderByDescending(y => scores[y]).ThenBy(y => y).Take(7), top);
    }

    [Fact]
    public void A_small_beam_finds_what_stands_out()
    {
        using var model = Clustered();
        using var index = LabelVectorIndex.Build(model, new LabelIndexOptions { LeafSize = 20, Beam = 8, Shortlist = 64 });
        Assert.Equal(128, index.LeafCount);
        var search = new LabelSearch();
        float[] scores = new float[Labels];
        int found = 0, examined = 0;
        int[] top = new int[5];
        for (int q = 0; q < 200; q++)
        {
            float[] hidden = Query(model, q * 7 % Labels, noise: 0.3f);
            index.Find(hidden, search);
            model.Score(hidden, [], scores);
            search.Top(top);
            examined += search.Read;
            Assert.Equal(64, search.Count);
            found += Enumerable.Range(0, Labels).OrderByDescending(y => scores[y]).Take(5).Intersect(top).Count();
        }
        Assert.InRange(examined / 200, 64, 320);
        Assert.True(found > 0.9 * 1000, $"{found} of 1000 found");
    }

    [Fact]
    public void Rough_scores_say_who_is_found_and_exact_ones_how_probable()
    {
        using var model = Clustered();
        using var index = LabelVectorIndex.Build(model, new LabelIndexOptions { LeafSize = 20, Beam = 10_000, Shortlist = 100 });
        var search = new LabelSearch();
        float[] hidden = Query(model, 5, noise: 0.3f), scores = new float[Labels];
        double[] p = new double[100];
        index.Find(hidden, search);
        model.Score(hidden, [], scores);
        Assert.Equal((Labels, 100), (search.Read, search.Count));
        Assert.Equal(100, search.Labels.ToArray().Distinct().Count());
        int missed = Enumerable.Range(0, Labels).OrderByDescending(y => scores[y]).Take(50).Except(search.Labels.ToArray()).Count();
        Assert.True(missed <= 10, $"{missed} of the best 50 are not among 100"); // 32 signs a label
        search.Softmax(p);
        double sum = search.Labels.ToArray().Sum(y => Math.Exp(scores[y]));
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(scores[search.Labels[i]], search.Scores[i]);
            Assert.Equal(Math.Exp(scores[search.Labels[i]]) / sum, p[i], 1e-6);
        }
    }

    [Fact]
    public void Moving_labels_brings_them_nearer_to_their_leaves()
    {
        using var model = Clustered();
        var search = new LabelSearch();
        int[] top = new int[5];
        int Found(int moves)
        {
            using var index = LabelVectorIndex.Build(model, new LabelIndexOptions { LeafSize = 20, Beam = 3, Moves = moves, Spread = 0 });
            int found = 0;
            for (int q = 0; q < 200; q++)
            {
                float[] hidden = Query(model, q * 7 % Labels, noise: 0.3f), scores = new float[Labels];
                index.Find(hidden, search);
                model.Score(hidden, [], scores);
                search.Top(top);
                found += Enumerable.Range(0, Labels).OrderByDescending(y => scores[y]).Take(5).Intersect(top).Count();
            }
            return found;
        }
        int before = Found(0), after = Found(3);
        Assert.True(after > before, $"{before} of 1000 found before, {after} after");
    }

    [Fact]
    public void Slates_are_those_of_Plackett_and_Luce()
    {
        using var model = Clustered();
        using var index = LabelVectorIndex.Build(model, new LabelIndexOptions { LeafSize = 20, Beam = 3 });
        var search = new LabelSearch();
        index.Find(Query(model, 9, noise: 0.3f), search);
        double[] p = new double[search.Count], logs = new double[5], expected = new double[5];
        search.Softmax(p, temperature: 2);
        Assert.Equal(1, p.Sum(), 1e-12);
        double top = search.Scores.ToArray().Max(), sum = search.Scores.ToArray().Sum(s => Math.Exp((s - top) / 2));
        for (int i = 0; i < p.Length; i++) Assert.Equal(Math.Exp((search.Scores[i] - top) / 2) / sum, p[i], 1e-6);
        int[] slate = new int[5], other = new int[5];
        Rng a = new(3), b = new(3);
        for (int round = 0; round < 200; round++)
        {
            Assert.Equal(5, search.Draw(ref a, slate, logs, temperature: 2));
            PlackettLuce.Draw(new ActionDistribution(search.Labels, p), ref b, other, expected);
            Assert.Equal(other, slate);
            for (int j = 0; j < 5; j++) Assert.Equal(expected[j], logs[j], 1e-9);
        }
    }

    [Fact]
    public void Files_and_threads_change_nothing()
    {
        using var model = Clustered();
        var options = new LabelIndexOptions { LeafSize = 30, Beam = 4, Shortlist = 50, Rounds = 3, Moves = 2, Seed = 8, Spread = 0.5f };
        using var index = LabelVectorIndex.Build(model, options);
        using var parallel = LabelVectorIndex.Build(model, options, threads: 3);
        byte[] saved = Saved(index);
        Assert.Equal(saved, Saved(parallel));
        using var loaded = LabelVectorIndex.Load(new ModelReader(new MemoryStream(saved), "index"), model, threads: 2);
        Assert.Equal(saved, Saved(loaded));
        Assert.Equal(options, loaded.Options);
        LabelSearch one = new(), two = new();
        float[] hidden = Query(model, 50, noise: 0.3f);
        index.Find(hidden, one);
        loaded.Find(hidden, two);
        Assert.Equal(one.Labels.ToArray(), two.Labels.ToArray());
        Assert.Equal(one.Scores.ToArray(), two.Scores.ToArray());
        using var small = new EmbeddingSoftmax(model.Options, model.Columns, 10);
        Assert.Contains("10 labels", Assert.Throws<ForageException>(() => LabelVectorIndex.Load(new ModelReader(new MemoryStream(saved), "index"), small)).Message);
    }

    [Fact]
    public void Few_labels_and_equal_labels_are_fine()
    {
        foreach (int labels in new[] { 1, 2, 5, 700 })
        {
            using var model = new EmbeddingSoftmax(new EmbeddingOptions { Dimension = 4 }, FeatureColumns.Direct(3), labels);
            using var index = LabelVectorIndex.Build(model, new LabelIndexOptions { LeafSize = 2 });
            var search = new LabelSearch();
            index.Find(new float[model.Width], search);
            Assert.InRange(search.Count, 1, labels);
            int[] top = new int[10];
            Assert.Equal(Math.Min(10, search.Count), search.Top(top));
        }
    }

    [Fact]
    public void Searches_allocate_nothing()
    {
        using var model = Clustered();
        using var index = LabelVectorIndex.Build(model, new LabelIndexOptions { LeafSize = 20, Beam = 8, Shortlist = 64 });
        var search = new LabelSearch();
        float[] hidden = Query(model, 5, noise: 0.3f);
        int[] top = new int[5];
        double[] logs = new double[5];
        var rng = new Rng(1);
        void Decide()
        {
            index.Find(hidden, search);
            search.Top(top);
            search.Draw(ref rng, top, logs);
        }
        for (int i = 0; i < 50; i++) Decide();
        Allocation.AssertNone(() =>
        {
            for (int i = 0; i < 200; i++) Decide();
        });
    }

    private static EmbeddingSoftmax Clustered()
    {
        var model = new EmbeddingSoftmax(new EmbeddingOptions { Dimension = Dimension }, FeatureColumns.Direct(3), Labels);
        var rng = new Rng(6);
        float[] centre = new float[Dimension];
        for (int y = 0; y < Labels; y++)
        {
            if (y % 15 == 0)
                for (int j = 0; j < Dimension; j++) centre[j] = (float)rng.NextGaussian();
            for (int j = 0; j < Dimension; j++) EmbeddingCases.Label(model, y)[j] = centre[j] + 0.3f * (float)rng.NextGaussian();
            model.LabelBiases[y] = 0.2f * (float)rng.NextGaussian();
        }
        return model;
    }

    private static float[] Query(EmbeddingSoftmax model, int near, float noise)
    {
        var rng = new Rng((ulong)near);
        float[] hidden = new float[model.Width];
        for (int j = 0; j < Dimension; j++) hidden[j] = EmbeddingCases.Label(model, near)[j] + noise * (float)rng.NextGaussian();
        return hidden;
    }

    private static byte[] Saved(LabelVectorIndex index)
    {
        var stream = new MemoryStream();
        using (var writer = new ModelWriter(stream))
        {
            index.Save(writer);
            writer.Finish();
        }
        return stream.ToArray();
    }
}
