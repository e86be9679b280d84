using Forage.Extreme;
using Forage.Extreme.Tree;
using Forage.Features;

namespace Forage.Tests.Extreme.Tree;

public class SparseLabelTreeTests
{
    private static readonly LabelTreeOptions Small = new() { Arity = 3, LeafSize = 5, BeamWidth = 4 };

    public static TheoryData<string> Kinds() => [.. Options.Keys];

    private static readonly Dictionary<string, LabelTreeOptions> Options = new()
    {
        ["logistic"] = Small,
        ["squared hinge"] = Small with { Loss = NodeLoss.SquaredHinge, C = 1 },
        ["three trees"] = Small with { Trees = 3 },
        ["tf-idf, no constant"] = Small with { Scaling = FeatureScaling.LogTfIdf, Constant = 0 },
        ["raw values, wide nodes"] = Small with { Scaling = FeatureScaling.None, Arity = 20, LeafSize = 40, C = 0.1 },
        ["nothing pruned, arity two"] = Small with { Prune = 0, Arity = 2, LeafSize = 2 },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_same_examples_give_the_same_bytes_whatever_the_threads(string kind)
    {
        var (rows, labels) = TreeData.Make(1, 300, 43);
        byte[] one = TreeData.Saved(SparseLabelTree.Train(rows, labels, Options[kind], 1));
        Assert.Equal(one, TreeData.Saved(SparseLabelTree.Train(rows, labels, Options[kind], 1)));
        Assert.Equal(one, TreeData.Saved(SparseLabelTree.Train(rows, labels, Options[kind], 2)));
        Assert.Equal(one, TreeData.Saved(SparseLabelTree.Train(rows, labels, Options[kind], 5)));
        Assert.NotEqual(one, TreeData.Saved(SparseLabelTree.Train(rows, labels, Options[kind] with { Seed = 2 }, 1)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Saving_loading_and_saving_again_gives_the_same_bytes_and_predictions(string kind)
    {
        var (rows, labels) = TreeData.Make(2, 250, 40);
        var tree = SparseLabelTree.Train(rows, labels, Options[kind]);
        byte[] saved = TreeData.Saved(tree);
        var loaded = TreeData.Loaded(saved);
        Assert.Equal(saved, TreeData.Saved(loaded));
        Assert.Equal(tree.Options, loaded.Options);
        Assert.Equal((tree.LabelCount, tree.FeatureCount), (loaded.LabelCount, loaded.FeatureCount));
        LabelTreeScratch a = new(), b = new();
        for (int i = 0; i < rows.RowCount; i++)
        {
            Assert.Equal(Top(tree, rows[i], a, 7, exact: false), Top(loaded, rows[i], b, 7, exact: false));
            Assert.Equal(Top(tree, rows[i], a, 7, exact: true), Top(loaded, rows[i], b, 7, exact: true));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Exact_search_equals_sorting_all_labels(string kind)
    {
        for (ulong seed = 1; seed <= 2; seed++)
        {
            var (rows, labels) = TreeData.Make(seed, 150, 30 + (int)seed);
            var tree = SparseLabelTree.Train(rows, labels, Options[kind]);
            LabelTreeScratch scratch = new(), other = new();
            int[] all = [.. Enumerable.Range(0, tree.LabelCount).Where(l => tree.Shapes[0].ClusterOf(0, l) >= 0)];
            float[] p = new float[all.Length];
            for (int i = 0; i < 25; i++)
            {
                tree.Probabilities(rows[i], all, other, p);
                var sorted = all.Select((label, at) => (label, p[at])).OrderByDescending(x => x.Item2).ThenBy(x => x.label).ToList();
                foreach (int k in new[] { 1, 3, 10, all.Length, all.Length + 5 }) Assert.Equal(sorted.Take(k), Top(tree, rows[i], scratch, k, exact: true));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_beam_as_wide_as_the_tree_finds_what_exact_search_finds(string kind)
    {
        var (rows, labels) = TreeData.Make(5, 150, 37);
        var tree = SparseLabelTree.Train(rows, labels, Options[kind]);
        var scratch = new LabelTreeScratch();
        int[] found = new int[6];
        float[] p = new float[6];
        for (int i = 0; i < rows.RowCount; i++)
        {
            int n = tree.Beam(rows[i], 1000, scratch, found, p);
            Assert.Equal(Top(tree, rows[i], scratch, 6, exact: true), found.Zip(p).Take(n));
            Assert.InRange(tree.Beam(rows[i], 1, scratch, found, p), 1, 6);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_can_be_told_is_learnt(string kind)
    {
        var (rows, labels) = TreeData.Make(3, 1200, 40, labelsARow: 1);
        var (fresh, right) = TreeData.Make(4, 300, 40, labelsARow: 1);
        var tree = SparseLabelTree.Train(rows, labels, Options[kind], 2);
        var scratch = new LabelTreeScratch();
        int hits = 0;
        for (int i = 0; i < fresh.RowCount; i++) hits += Top(tree, fresh[i], scratch, 1, exact: false)[0].Label == right[i][0] ? 1 : 0;
        Assert.InRange(hits, 285, 300); // 95 %; 300 of 300 were measured for most
    }

    [Fact]
    public void The_shape_is_balanced_and_holds_every_label_with_examples_once()
    {
        var (rows, labels) = TreeData.Make(6, 900, 101);
        labels.Declare(120);
        foreach (var options in new[] { Small, Small with { Arity = 2, LeafSize = 2 }, Small with { Arity = 17, LeafSize = 3 } })
        {
            var tree = SparseLabelTree.Train(rows, labels, options, 2);
            var shape = tree.Shapes[0];
            Assert.Equal(1, shape.ClusterCount(0));
            for (int level = 0; level < shape.Depth; level++)
            {
                var sizes = Enumerable.Range(0, shape.ClusterCount(level)).Select(c => shape.LabelsOf(level, c).Length).ToList();
                Assert.Equal(shape.LabelCount, sizes.Sum());
                Assert.InRange(sizes.Max() - sizes.Min(), 0, level); // at most 1 a split
                for (int c = 0; c < sizes.Count; c++)
                {
                    foreach (int label in shape.LabelsOf(level, c)) Assert.Equal(c, shape.ClusterOf(level, label));
                    var (first, end) = shape.ChildrenOf(level, c);
                    Assert.InRange(end - first, 1, level == shape.Depth - 1 ? options.LeafSize : options.Arity);
                }
            }
            Assert.Equal(101, shape.LabelsOf(0, 0).ToArray().Distinct().Count());
            for (int label = 101; label < 120; label++) Assert.Equal(-1, shape.ClusterOf(0, label));
            Assert.Throws<ArgumentOutOfRangeException>(() => shape.ClusterCount(shape.Depth));
        }
    }

    [Fact]
    public void Asking_allocates_nothing()
    {
        var (rows, labels) = TreeData.Make(8, 200, 60);
        foreach (var options in new[] { Small, Small with { Trees = 2 } })
        {
            var tree = SparseLabelTree.Train(rows, labels, options);
            var scratch = new LabelTreeScratch();
            int[] found = new int[5];
            float[] p = new float[5];
            Ask();
            Allocation.AssertNone(Ask);

            void Ask()
            {
                for (int i = 0; i < rows.RowCount; i++)
                {
                    tree.Top(rows[i], scratch, found, p);
                    tree.TopExact(rows[i], scratch, found, p);
                    tree.Probabilities(rows[i], found, scratch, p);
                }
            }
        }
    }

    [Fact]
    public void Examples_without_labels_lower_the_probability_of_all()
    {
        var (rows, labels) = TreeData.Make(9, 60, 1, labelsARow: 1, noise: 0);
        var tree = SparseLabelTree.Train(rows, labels, Small);
        Assert.InRange(Top(tree, rows[0], new(), 1, exact: true)[0].Probability, 0.99f, 1);
        var half = new LabelSets();
        for (int i = 0; i < 60; i++) half.Add(i % 2 == 0 ? [0] : []);
        tree = SparseLabelTree.Train(rows, half, Small);
        Assert.InRange(Top(tree, default, new(), 1, exact: true)[0].Probability, 0.2f, 0.8f);
    }

    [Fact]
    public void Strange_data_are_no_trouble()
    {
        var block = new FeatureBlock();
        var writer = new RowWriter(block);
        var sets = new LabelSets();
        for (int i = 0; i < 40; i++)
        {
            writer.BeginRow();
            if (i % 4 != 0) // rows without features, and many rows alike, features twice and out of order
            {
                writer.BeginGroup((byte)'a');
                writer.Add(uint.MaxValue, 1);
                writer.Add(5, i % 3);
                writer.Add(5, -1);
                writer.Add(0, 1e-30f);
                writer.EndGroup();
            }
            writer.EndRow();
            sets.Add(i % 5 == 0 ? [] : [i % 2 == 0 ? 7 : 12, 900]);
        }
        foreach (var options in Options.Values.Append(Small with { LeafSize = 2, C = 1e6 }))
        {
            var tree = SparseLabelTree.Train(block, sets, options, 2);
            Assert.Equal(901, tree.LabelCount);
            Assert.Equal(3, tree.Shapes[0].LabelCount);
            var scratch = new LabelTreeScratch();
            foreach (var row in new[] { 0, 1, 2, 3 })
            {
                var top = Top(tree, block[row], scratch, 10, exact: true);
                Assert.Equal([7, 12, 900], top.Select(t => t.Label).Order());
                Assert.All(top, t => Assert.InRange(t.Probability, 0, 1));
            }
            Assert.All(Top(tree, default, scratch, 10, exact: false), t => Assert.InRange(t.Probability, 0, 1));
            Assert.All(Top(tree, new FeatureRow([17, 4_000_000_000], [1e30f, -1e30f]), scratch, 10, exact: false), t => Assert.InRange(t.Probability, 0, 1));
            float[] p = new float[3];
            tree.Probabilities(block[1], [0, 7, 899], scratch, p);
            Assert.True(p[0] == 0 && p[1] > 0 && p[2] == 0);
        }
    }

    [Fact]
    public void What_cannot_be_learnt_is_one_sentence()
    {
        var (rows, labels) = TreeData.Make(1, 10, 3);
        Assert.Contains("No example has a label", Assert.Throws<ForageException>(() => SparseLabelTree.Train(rows, Empty(10))).Message);
        Assert.Contains("arity is 1", Assert.Throws<ForageException>(() => SparseLabelTree.Train(rows, labels, Small with { Arity = 1 })).Message);
        Assert.Contains("C is NaN", Assert.Throws<ForageException>(() => SparseLabelTree.Train(rows, labels, Small with { C = double.NaN })).Message);
        Assert.Throws<ArgumentException>(() => SparseLabelTree.Train(rows, Empty(9)));
        var block = new FeatureBlock();
        var writer = new RowWriter(block);
        writer.BeginRow();
        writer.BeginGroup((byte)'a');
        writer.Add(1, float.NaN);
        writer.EndGroup();
        writer.EndRow();
        var one = new LabelSets();
        one.Add([0]);
        Assert.Contains("Example 1", Assert.Throws<ForageException>(() => SparseLabelTree.Train(block, one)).Message);
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => SparseLabelTree.Train(rows, labels, cancellation: stop.Token));
    }

    private static LabelSets Empty(int rows)
    {
        var sets = new LabelSets();
        for (int i = 0; i < rows; i++) sets.Add([]);
        return sets;
    }

    private static List<(int Label, float Probability)> Top(SparseLabelTree tree, FeatureRow x, LabelTreeScratch scratch, int k, bool exact)
    {
        int[] labels = new int[k];
        float[] p = new float[k];
        int n = exact ? tree.TopExact(x, scratch, labels, p) : tree.Top(x, scratch, labels, p);
        return [.. labels.Zip(p).Take(n)];
    }
}
