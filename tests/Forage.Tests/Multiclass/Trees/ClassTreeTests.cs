using Forage.Features;
using Forage.Linear;
using Forage.Multiclass.Trees;
using Forage.Simulation;
using Forage.Persistence;

namespace Forage.Tests.Multiclass.Trees;

/// <summary>What all trees over classes do.</summary>
public class ClassTreeTests
{
    public static TheoryData<TreeMethod> Methods() => [.. Enum.GetValues<TreeMethod>()];

    [Theory]
    [InlineData(TreeMethod.LomTree, 0.06)]
    [InlineData(TreeMethod.RandomTree, 0.06)]
    [InlineData(TreeMethod.FilterTree, 0.06)]
    [InlineData(TreeMethod.RecallTree, 0.03)]
    public void A_separable_problem_is_learnt(TreeMethod method, double most)
    {
        var world = new TreeWorld(60, 6000);
        using var tree = Make(method, 60);
        world.Teach(tree, 0, 5000);
        Assert.InRange(world.Error(tree, 5000, 6000), 0, most);
    }

    /// <summary>The number of regressors asked grows with the logarithm of the number of classes.</summary>
    [Theory]
    [MemberData(nameof(Methods))]
    public void Time_is_logarithmic(TreeMethod method)
    {
        foreach (int k in new[] { 64, 512 })
        {
            var world = new TreeWorld(k, 8 * k + 500);
            using var tree = Make(method, k);
            world.Teach(tree, 0, 8 * k);
            var scratch = new ClassTreeScratch();
            for (int i = 8 * k; i < 8 * k + 500; i++) tree.Predict(world.Rows[i], scratch);
            double most = method == TreeMethod.RecallTree ? (2 + 2 * 4) * Math.Log2(k) : 2 * Math.Log2(k);
            Assert.InRange(scratch.Products / 500.0, 3, most);
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Learning_says_what_it_would_have_predicted(TreeMethod method)
    {
        var world = new TreeWorld(30, 1500);
        using var tree = Make(method, 30);
        int told = 0;
        for (int i = 0; i < 1500; i++)
        {
            int before = tree.Predict(world.Rows[i]);
            if (tree.Learn(world.Rows[i], world.Labels[i]) == before) told++;
        }
        // Scales of features grow before an example is learnt from, which may turn a prediction early on.
        Assert.InRange(told, 1400, 1500);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Nothing_is_allocated_an_example(TreeMethod method)
    {
        var world = new TreeWorld(20, 300);
        using var tree = Make(method, 20);
        for (int pass = 0; pass < 30; pass++) world.Teach(tree, 0, 300);
        var scratch = new ClassTreeScratch();
        tree.Predict(world.Rows[0], scratch);
        Allocation.AssertNone(() =>
        {
            for (int i = 0; i < 300; i++) tree.Predict(world.Rows[i], scratch);
        });
        Allocation.AssertNone(() => world.Teach(tree, 0, 300));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Saved_and_loaded_it_is_the_same(TreeMethod method)
    {
        var world = new TreeWorld(40, 1200);
        using var tree = Make(method, 40);
        world.Teach(tree, 0, 800);
        byte[] saved = Bytes(tree);
        using var loaded = ClassTree.Load(new ModelReader(new MemoryStream(saved), "saved"));
        Assert.Equal(saved, Bytes(loaded));
        Assert.Equal(world.Error(tree, 0, 1200), world.Error(loaded, 0, 1200));
        world.Teach(tree, 800, 1200);
        world.Teach(loaded, 800, 1200);
        Assert.Equal(Bytes(tree), Bytes(loaded));
    }

    /// <summary>With bounds on counts and memory that are both reached.</summary>
    [Theory]
    [InlineData(TreeMethod.LomTree)]
    [InlineData(TreeMethod.RecallTree)]
    public void Saved_and_loaded_it_is_the_same_beyond_its_bounds(TreeMethod method)
    {
        var world = new TreeWorld(300, 9000, noise: 30);
        using var tree = ClassTree.Create(method, 300, new ClassTreeOptions { Learner = Learner(method), MostClassesPerNode = 12, MostMegabytes = 1 });
        world.Teach(tree, 0, 6000);
        Assert.True(tree.Describe().IsFull);
        byte[] saved = Bytes(tree);
        using var loaded = ClassTree.Load(new ModelReader(new MemoryStream(saved), "saved"));
        Assert.Equal(saved, Bytes(loaded));
        Assert.Equal(tree.Describe() with { CounterBytes = 0, Largest = [] }, loaded.Describe() with { CounterBytes = 0, Largest = [] });
        world.Teach(tree, 6000, 9000);
        world.Teach(loaded, 6000, 9000);
        Assert.Equal(Bytes(tree), Bytes(loaded));
    }

    /// <summary>A recall tree's routers and leaves do with a twelfth of the counts.</summary>
    [Fact]
    public void A_recall_tree_errs_hardly_more_with_few_counts()
    {
        var world = new TreeWorld(200, 7000, signal: 2, noise: 16);
        var options = new ClassTreeOptions { Learner = Learner(TreeMethod.RecallTree) with { Loss = LossKind.Hinge } };
        using var all = new RecallTree(200, options);
        using var bounded = new RecallTree(200, options with { MostClassesPerNode = 16 });
        world.Teach(all, 0, 5000);
        world.Teach(bounded, 0, 5000);
        Assert.InRange(world.Error(bounded, 5000, 7000), 0, world.Error(all, 5000, 7000) + 0.01);
        Assert.True(bounded.Describe().CounterBytes < all.Describe().CounterBytes);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Threads_predict_the_same(TreeMethod method)
    {
        var world = new TreeWorld(40, 1000);
        using var tree = Make(method, 40);
        world.Teach(tree, 0, 1000);
        int[] alone = [.. Enumerable.Range(0, 1000).Select(i => tree.Predict(world.Rows[i]))], together = new int[1000];
        Parallel.For(0, 1000, () => new ClassTreeScratch(), (i, _, scratch) =>
        {
            together[i] = tree.Predict(world.Rows[i], scratch);
            return scratch;
        }, _ => { });
        Assert.Equal(alone, together);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Damaged_models_are_refused(TreeMethod method)
    {
        var world = new TreeWorld(10, 200);
        using var tree = Make(method, 10);
        world.Teach(tree, 0, 200);
        byte[] saved = Bytes(tree);
        for (int at = 20; at < saved.Length; at += 1 + saved.Length / 40)
        {
            byte[] damaged = [.. saved];
            damaged[at] ^= 0x55;
            Assert.Throws<ForageException>(() => ClassTree.Load(new ModelReader(new MemoryStream(damaged), "saved")));
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Bad_labels_and_options_are_named(TreeMethod method)
    {
        Assert.Contains("1 class", Assert.Throws<ForageException>(() => Make(method, 1)).Message);
        Assert.Contains("swap resistance is -1", Assert.Throws<ForageException>(() => ClassTree.Create(method, 3, new ClassTreeOptions { SwapResistance = -1 })).Message);
        Assert.Contains("beam is 0", Assert.Throws<ForageException>(() => ClassTree.Create(method, 3, new ClassTreeOptions { Beam = 0 })).Message);
        Assert.Contains("counts is 1", Assert.Throws<ForageException>(() => ClassTree.Create(method, 3, new ClassTreeOptions { MostClassesPerNode = 1 })).Message);
        using var tree = Make(method, 3);
        Assert.Contains("Class 3; expected 0 to 2", Assert.Throws<ForageException>(() => tree.Learn(default, 3)).Message);
        Assert.Contains("Class -1; expected 0 to 2", Assert.Throws<ForageException>(() => tree.Learn(default, -1)).Message);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Memory_is_bounded_and_told(TreeMethod method)
    {
        var world = new TreeWorld(3000, 12_000, signal: 4, noise: 30);
        using var free = ClassTree.Create(method, 3000, new ClassTreeOptions { Learner = Learner(method) });
        using var bounded = ClassTree.Create(method, 3000, new ClassTreeOptions { Learner = Learner(method), MostMegabytes = 1 });
        world.Teach(free, 0, 12_000);
        world.Teach(bounded, 0, 12_000);
        Assert.True(free.Pool.TableBytes > 1 << 20);
        Assert.InRange(bounded.Pool.Bytes, (1 << 20) * 7 / 8, 1 << 20);
        Assert.InRange(bounded.Pool.TableBytes, 1 << 18, 1 << 20);
        Assert.Equal(bounded.Pool.Bytes, bounded.Describe().WeightBytes);
        Assert.True(bounded.Describe().IsFull);
        Assert.False(free.Describe().IsFull);
        Assert.True(free.Describe().WeightBytes >= free.Pool.TableBytes);
    }

    private static LinearOptions Learner(TreeMethod method) => new() { Bits = 32, Loss = method == TreeMethod.LomTree ? LossKind.Squared : LossKind.Logistic };

    private static IClassTree Make(TreeMethod method, int classes) => ClassTree.Create(method, classes, new ClassTreeOptions { Learner = Learner(method) });

    internal static byte[] Bytes(IClassTree tree)
    {
        var stream = new MemoryStream();
        using var writer = new ModelWriter(stream);
        ClassTree.Save(tree, writer);
        writer.Finish();
        return stream.ToArray();
    }

    /// <summary>Read to predict only, many rows on their way at once or each alone: the same classes and as many regressors asked; next to never another class than the tree that learnt.</summary>
    [Theory]
    [MemberData(nameof(Methods))]
    public void Read_to_predict_only_a_tree_predicts_as_it_did(TreeMethod method)
    {
        var source = new SyntheticClasses(40, 3);
        var set = new SupervisedSet();
        source.AddTo(set, 0, 3000);
        using var tree = ClassTree.Create(method, 40);
        for (int i = 0; i < 2500; i++) tree.Learn(set.Rows[i], set.Labels(i)[0]);
        using var read = ClassTree.Load(new ModelReader(new MemoryStream(Bytes(tree)), "saved"), predictOnly: true);
        Assert.Equal((method, 40), (read.Method, read.Classes));
        ClassTreeScratch alone = new(), together = new(), learnt = new();
        foreach (int count in new[] { 0, 1, 3, 4, 5, 6, 7, 500 })
        {
            int[] classes = new int[count];
            read.PredictAll(set.Rows, 2500, classes, together);
            Assert.Equal([.. Enumerable.Range(2500, count).Select(i => read.Predict(set.Rows[i], alone))], classes);
            Assert.Equal(alone.Products, together.Products);
            Assert.InRange(classes.Where((c, i) => c != tree.Predict(set.Rows[2500 + i], learnt)).Count(), 0, 2);
        }
        Assert.InRange(Math.Abs(alone.Products - learnt.Products), 0, 20);
        Assert.True(Enumerable.Range(2500, 500).Count(i => read.Predict(set.Rows[i], alone) == set.Labels(i)[0]) > 250);
        foreach (Action learns in new Action[] { () => read.Learn(set.Rows[0], 0), () => Bytes(read) }) Assert.Contains("predict only", Assert.Throws<ForageException>(learns).Message);
        int[] all = new int[500];
        Allocation.AssertNone(() => read.PredictAll(set.Rows, 2500, all, together));
    }

    /// <summary>A tree that has met nothing, or one class, is a leaf or nearly.</summary>
    [Theory]
    [MemberData(nameof(Methods))]
    public void A_tree_that_knows_next_to_nothing_can_be_read_to_predict_only(TreeMethod method)
    {
        var world = new TreeWorld(5, 100);
        using var tree = Make(method, 5);
        for (int learnt = 0; learnt < 2; learnt++)
        {
            using var read = ClassTree.Load(new ModelReader(new MemoryStream(Bytes(tree)), "saved"), predictOnly: true);
            for (int i = 0; i < 100; i++) Assert.Equal(tree.Predict(world.Rows[i]), read.Predict(world.Rows[i]));
            for (int i = 0; i < 20; i++) tree.Learn(world.Rows[i], 3);
        }
    }
}
