namespace Forage.Tests.Searching;

using Forage.Search;

public class ShortcutTests
{
    public static TheoryData<string> Algorithms() => [.. s_algorithms.Keys];

    private static readonly Dictionary<string, SearchOptions> s_algorithms = new()
    {
        ["aggrevate"] = SearchOptions.AggreVaTe with { Alpha = 0.05 },
        ["lols"] = SearchOptions.Lols,
        ["searn"] = SearchOptions.Searn,
        ["learnt roll-outs"] = SearchOptions.Lols with { RollOut = RollOut.Learnt },
        ["mixed roll-in, learnt roll-outs"] = SearchOptions.DAgger with { Alpha = 0.01, RollOut = RollOut.Learnt },
        ["coins a step, dropout"] = SearchOptions.DAgger with { Alpha = 0.01, RollOut = RollOut.MixedPerStep, Dropout = 0.3 },
        ["hinge"] = SearchOptions.Lols with { Loss = CostLoss.Hinge, Margin = 1, InitialSum = 0.01f, Rate = 0.1f },
        ["squared"] = SearchOptions.Lols with { Loss = CostLoss.Squared, RollIn = RollIn.Reference },
    };

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void EverySettingGivesTheSameModelBitForBit(string algorithm)
    {
        var options = s_algorithms[algorithm];
        byte[]? first = null;
        long none = 0;
        for (int bits = 0; bits < 8; bits++)
        {
            var shortcuts = (Shortcuts)bits;
            using var learner = Toy.Learn(options with { Shortcuts = shortcuts }, new ToyTagging(), 2, 40);
            using var model = learner.ToModel();
            byte[] saved = Weights(model);
            Assert.Equal(first ??= saved, saved);
            using var other = learner.ToModel();
            Assert.True(model.HasWeightsOf(other));
            if (bits == 0) none = learner.Counts.Predictions;
            if (shortcuts == Shortcuts.None) Assert.Equal(0, learner.Counts.Remembered + learner.Counts.Jumps + learner.Counts.FastForwards);
            if (shortcuts == Shortcuts.All)
            {
                Assert.True(learner.Counts.Jumps > 0 && learner.Counts.FastForwards > 0);
                Assert.True(learner.Counts.Predictions < 0.7 * none, $"{learner.Counts.Predictions} of {none} predictions were left");
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ALossThatDependsOnThePastWorksWithWhatItDependsOnInTheState(bool squared)
    {
        var task = new ToyTagging { SquaredLoss = squared };
        using var slow = Toy.Learn(SearchOptions.Lols with { Shortcuts = Shortcuts.None }, task, 1, 60);
        using var fast = Toy.Learn(SearchOptions.Lols with { Check = 0.2 }, task, 1, 60);
        Assert.True(fast.Counts.Checks > 0);
        using var a = slow.ToModel();
        using var b = fast.ToModel();
        Assert.Equal(Weights(a), Weights(b));
    }

    [Fact]
    public void ASnapshotThatLacksSomethingIsNamed()
    {
        var error = Assert.Throws<ForageException>(() => Toy.Learn(SearchOptions.Lols with { Check = 1 }, new ToyTagging { SquaredLoss = true, Lie = true }, 1).Dispose());
        Assert.Contains("The snapshot at step", error.Message);
    }

    [Fact]
    public void WithoutSnapshotsEverythingWorks()
    {
        using var with = Toy.Learn(SearchOptions.Lols, new ToyTagging(), 1, 60);
        using var without = Toy.Learn(SearchOptions.Lols, new ToyTagging { Snapshots = false }, 1, 60);
        Assert.Equal(0, without.Counts.Jumps);
        using var a = with.ToModel();
        using var b = without.ToModel();
        Assert.Equal(Weights(a), Weights(b));
    }

    [Fact]
    public void StatedCostsEqualRollOutsOfTheReferenceForHammingLoss()
    {
        using var stated = Toy.Learn(SearchOptions.DAgger with { Alpha = 0.02 }, new ToyTagging(), 2, 60);
        using var rolled = Toy.Learn(SearchOptions.AggreVaTe with { Alpha = 0.02 }, new ToyTagging(), 2, 60);
        using var a = stated.ToModel();
        using var b = rolled.ToModel();
        Assert.Equal(Weights(a), Weights(b));
    }

    [Fact]
    public void StatesThatLookBackFartherLaterAreToldApart()
    {
        using var fast = new SearchLearner<ToySequence, int[]>(new LateReach(), [ToySequence.LabelCount], SearchOptions.Lols with { Check = 1 });
        using var slow = new SearchLearner<ToySequence, int[]>(new LateReach(), [ToySequence.LabelCount], SearchOptions.Lols with { Shortcuts = Shortcuts.None });
        foreach (var x in ToySequence.Sample(30, 4))
        {
            fast.Learn(x);
            slow.Learn(x);
        }
        using var a = fast.ToModel();
        using var b = slow.ToModel();
        Assert.Equal(Weights(b), Weights(a));
    }

    /// <summary>The model without its options, which differ.</summary>
    private static byte[] Weights(SearchModel model) => Toy.Saved(new SearchModel(new SearchOptions(), model.Policies, owns: false));

    /// <summary>The last step looks back on the first.</summary>
    private sealed class LateReach : ISearchTask<ToySequence, int[]>
    {
        public int[] Run(Search search, ToySequence x)
        {
            for (int t = 0; t < x.Labels.Length; t++)
            {
                search.Snapshot(ref t);
                int y = search.Predict(x.Features[t], x.Labels[t], [t == x.Labels.Length - 1 ? 0 : t - 1]);
                search.Loss(y == x.Labels[t] ? 0 : 1);
            }
            return [];
        }
    }
}
