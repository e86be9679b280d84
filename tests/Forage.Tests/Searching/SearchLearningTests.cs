using Forage.Features;
using Forage.Persistence;
using Forage.Search.Tasks;

namespace Forage.Tests.Searching;

using Forage.Search;

public class SearchLearningTests
{
    public static TheoryData<string> Algorithms() => ["dagger", "immediate", "aggrevate", "lols", "searn", "no reference", "dropout", "hinge", "squared"];

    private static (SearchOptions Options, ToyTagging Task) Of(string algorithm) => algorithm switch
    {
        "dagger" => (SearchOptions.DAgger with { Alpha = 0.01 }, new ToyTagging()),
        "immediate" => (SearchOptions.DAgger with { Alpha = 0.01, Updates = UpdateTiming.Immediate }, new ToyTagging()),
        "aggrevate" => (SearchOptions.AggreVaTe with { Alpha = 0.01 }, new ToyTagging()),
        "lols" => (SearchOptions.Lols, new ToyTagging()),
        "searn" => (SearchOptions.Searn with { Alpha = 0.9 }, new ToyTagging()),
        "no reference" => (SearchOptions.Lols with { RollOut = RollOut.Learnt }, new ToyTagging { Reference = false }),
        "dropout" => (SearchOptions.DAgger with { Dropout = 0.2, RollIn = RollIn.Learnt }, new ToyTagging()),
        "hinge" => (SearchOptions.DAgger with { Loss = CostLoss.Hinge, Margin = 1, Rate = 0.1f, InitialSum = 0.01f }, new ToyTagging()),
        _ => (SearchOptions.DAgger with { Loss = CostLoss.Squared, Rate = 0.2f }, new ToyTagging()),
    };

    /// <summary>The label before tells labels apart that look alike: without it more than 40 % are wrong, with it about a quarter; every algorithm must use it.</summary>
    [Theory]
    [MemberData(nameof(Algorithms))]
    public void LabelsBeforeAreUsed(string algorithm)
    {
        var (options, task) = Of(algorithm);
        using var learner = Toy.Learn(options, task, 4);
        using var model = learner.ToModel();
        var unseen = ToySequence.Sample(400, 99);
        double error = Toy.ErrorRate(model, task, unseen);
        using var alone = new SearchLearner<ToySequence, int[]>(new Alone(), [ToySequence.LabelCount], SearchOptions.DAgger);
        foreach (var x in ToySequence.Sample(800, 1)) alone.Learn(x);
        using var unstructured = alone.ToModel();
        double by = Toy.ErrorRate(unstructured, new Alone(), unseen) - error;
        Assert.True(by > 0.05, $"only {by:P1} better than without structure; error {error:P1}");
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void SavedModelsAndLearnersGoOnAsIfNothingHadHappened(string algorithm)
    {
        var (options, task) = Of(algorithm);
        using var learner = Toy.Learn(options, task, 2, 50);
        byte[] saved = Save(learner);
        using var loaded = SearchLearner<ToySequence, int[]>.Load(task, new ModelReader(new MemoryStream(saved), "test"));
        Assert.Equal(saved, Save(loaded));
        foreach (var x in ToySequence.Sample(30, 5))
        {
            learner.Learn(x);
            loaded.Learn(x);
        }
        Assert.Equal(Save(learner), Save(loaded));
        using var model = loaded.ToModel();
        byte[] bytes = Toy.Saved(model);
        using var again = SearchModel.Load(new ModelReader(new MemoryStream(bytes), "test"));
        Assert.Equal(bytes, Toy.Saved(again));
        var unseen = ToySequence.Sample(50, 6);
        foreach (var x in unseen) Assert.Equal(new Search(model).Run(task, x), new Search(again).Run(task, x));
    }

    [Theory]
    [InlineData("dagger")]
    [InlineData("lols")]
    public void BatchesDoNotDependOnTheNumberOfThreads(string algorithm)
    {
        var (options, task) = Of(algorithm);
        byte[]? first = null;
        foreach (int threads in new[] { 1, 2, 3 })
        {
            using var learner = new SearchLearner<ToySequence, int[]>(task, [ToySequence.LabelCount], options);
            var data = ToySequence.Sample(60, 1);
            for (int i = 0; i < data.Count; i += 8) learner.LearnBatch(data.GetRange(i, Math.Min(8, data.Count - i)), threads);
            byte[] saved = Save(learner);
            Assert.Equal(first ??= saved, saved);
        }
    }

    /// <summary>LOLS may do better than its reference (Chang and others 2015): half of this reference's answers are wrong, the losses are not.</summary>
    [Fact]
    public void LossesTeachMoreThanABadReference()
    {
        var misled = new BadReference();
        var unseen = ToySequence.Sample(400, 99);
        double dagger = Error(SearchOptions.DAgger), lols = Error(SearchOptions.Lols);
        Assert.True(lols < dagger - 0.05, $"LOLS {lols:P1}, DAgger {dagger:P1}");

        double Error(SearchOptions options)
        {
            using var learner = new SearchLearner<ToySequence, int[]>(misled, [ToySequence.LabelCount], options);
            for (int p = 0; p < 2; p++)
                foreach (var x in ToySequence.Sample(200, 1)) learner.Learn(x);
            using var model = learner.ToModel();
            return Toy.ErrorRate(model, misled, unseen);
        }
    }

    [Fact]
    public void SearnMixesThePoliciesOfItsPasses()
    {
        using var learner = Toy.Learn(SearchOptions.Searn with { Alpha = 0.5 }, new ToyTagging(), 3, 50);
        using var model = learner.ToModel();
        Assert.Equal(3, model.Components);
        Assert.Equal([0.125, 0.25, 0.5], Enumerable.Range(0, 3).Select(model.Policies.Weight));
    }

    [Fact]
    public void CostsDecideNotHowOftenAClassIsBest()
    {
        // Class 0 is best in three of four examples by a little, class 1 in the fourth by a lot.
        float[][] costs = [[0, 0.1f, 3], [0, 0.1f, 3], [0, 0.1f, 3], [10, 0, 3]];
        using var learner = new SearchLearner<ClassExample, int>(new CostSensitiveTask(), [3], SearchOptions.Lols with { Loss = CostLoss.Squared, Rate = 1 });
        for (int i = 0; i < 400; i++) learner.Learn(new ClassExample([1], null, -1, costs[i % 4]));
        using var model = learner.ToModel();
        Assert.Equal(1, new Search(model).Run(new CostSensitiveTask(), new ClassExample([1])));
    }

    [Fact]
    public void ClassesOfRowsWithValuesAreLearnt()
    {
        var rng = new Rng(2);
        ClassExample Sample()
        {
            float[] v = [(float)rng.NextGaussian(), (float)rng.NextGaussian(), 1];
            return new ClassExample([1, 2, 3], v, v[0] + v[1] > 0.5 ? 2 : v[0] > 0 ? 1 : 0);
        }
        using var learner = new SearchLearner<ClassExample, int>(new MulticlassTask(), [3], SearchOptions.DAgger with { Rate = 1 });
        for (int i = 0; i < 4000; i++) learner.Learn(Sample());
        using var model = learner.ToModel();
        var search = new Search(model);
        int wrong = 0;
        for (int i = 0; i < 1000; i++)
        {
            var x = Sample();
            wrong += search.Run(new MulticlassTask(), x) == x.Class ? 0 : 1;
        }
        Assert.True(wrong < 60, $"{wrong} of 1000 wrong"); // the classes are apart by linear scores
    }

    [Fact]
    public void FeaturesOfSmallWeightsAreLeftOutAndNoOthers()
    {
        using var learner = Toy.Learn(SearchOptions.DAgger, new ToyTagging(), 2);
        using var pruning = Toy.Learn(SearchOptions.DAgger with { LeastWeight = 0.5f }, new ToyTagging(), 2);
        using var all = learner.ToModel();
        using var some = pruning.ToModel();
        Assert.InRange(some.Features, 2, all.Features - 1);
        foreach (uint feature in Enumerable.Range(100, 2).Concat(Enumerable.Range(200, 50)).Append(7).Select(f => (uint)f))
        {
            float[] weights = [.. Enumerable.Range(0, ToySequence.LabelCount).Select(a => all.Weight(feature, a))];
            bool kept = weights.Any(w => Math.Abs(w) > 0.5f);
            for (int a = 0; a < weights.Length; a++) Assert.Equal(kept ? weights[a] : 0, some.Weight(feature, a));
        }
    }

    [Fact]
    public void PredictingAllocatesNothing()
    {
        using var learner = Toy.Learn(SearchOptions.DAgger, new ToyTagging(), 1, 50);
        using var model = learner.ToModel();
        var search = new Search(model);
        var task = new Quiet();
        var data = ToySequence.Sample(20, 3);
        foreach (var x in data) search.Run(task, x);
        Allocation.AssertNone(() =>
        {
            foreach (var x in data) search.Run(task, x);
        });
    }

    private static byte[] Save(SearchLearner<ToySequence, int[]> learner)
    {
        using var stream = new MemoryStream();
        using (var writer = new ModelWriter(stream))
        {
            learner.Save(writer);
            writer.Finish();
        }
        return stream.ToArray();
    }

    private sealed class Alone : ISearchTask<ToySequence, int[]>
    {
        public int[] Run(Search search, ToySequence x)
        {
            int[] y = new int[x.Labels.Length];
            for (int t = 0; t < y.Length; t++)
            {
                y[t] = search.Predict(x.Features[t], x.Labels[t]);
                search.Loss(y[t] == x.Labels[t] ? 0 : 1);
            }
            return y;
        }
    }

    private sealed class BadReference : ISearchTask<ToySequence, int[]>
    {
        public int[] Run(Search search, ToySequence x)
        {
            int[] y = new int[x.Labels.Length];
            for (int t = 0; t < y.Length; t++)
            {
                search.Snapshot(ref t);
                y[t] = search.Predict(x.Features[t], x.Labels[t] & 2, [t - 1, t - 2]);
                search.Loss(y[t] == x.Labels[t] ? 0 : 1);
            }
            return y;
        }
    }

    private sealed class Quiet : ISearchTask<ToySequence, int>
    {
        public int Run(Search search, ToySequence x)
        {
            int sum = 0;
            for (int t = 0; t < x.Features.Length; t++)
            {
                search.Snapshot(ref t);
                sum += search.Predict(x.Features[t], -1, [t - 1, t - 2]);
                search.Loss(0);
            }
            return sum;
        }
    }
}
