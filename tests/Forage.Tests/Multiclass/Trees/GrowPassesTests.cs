using Forage.Linear;
using Forage.Multiclass.Trees;
using Forage.Persistence;

namespace Forage.Tests.Multiclass.Trees;

/// <summary>A LOMtree that grows for some passes and then learns on in its shape.</summary>
public class GrowPassesTests
{
    private static readonly ClassTreeOptions s_options = new()
    {
        Learner = new LinearOptions { Bits = 32, Loss = LossKind.Hinge, LearningRate = 1, LearningRateDecay = 0.8f },
        MostNodes = 7,
        SwapResistance = 0,
        GrowPasses = 2,
        GrowRate = 0.25f,
    };

    [Fact]
    public void Its_shape_stays_and_the_rate_decays()
    {
        var world = new TreeWorld(12, 600, signal: 2, noise: 8);
        using var tree = new LomTree(12, s_options);
        float[] rates = [0.25f, 0.25f, 1, 0.8f, 0.64f];
        byte[]? shape = null;
        for (int pass = 0; pass < 5; pass++)
        {
            Assert.Equal(pass < 2, tree.IsGrowing);
            Assert.Equal(rates[pass], tree.Pool.Rate, 1e-6f);
            world.Teach(tree, 0, 600);
            tree.EndPass();
            if (pass == 0) Assert.True(tree.Describe().Swaps > 0, "no node was recycled: nothing is tested");
            if (pass < 1) continue;
            byte[] now = Shape(tree);
            if (shape is not null) Assert.Equal(shape, now);
            shape = now;
        }
    }

    /// <summary>Each class keeps its side: what a node is taught of a class is the same in every pass after growing, while scores move.</summary>
    [Fact]
    public void Sides_stay()
    {
        var world = new TreeWorld(12, 600, signal: 2, noise: 8);
        using var tree = new LomTree(12, s_options);
        for (int pass = 0; pass < 2; pass++)
        {
            world.Teach(tree, 0, 600);
            tree.EndPass();
        }
        var before = tree.Describe().Largest.Select(n => n.Quality).ToArray();
        byte[] saved = ClassTreeTests.Bytes(tree);
        for (int pass = 0; pass < 3; pass++)
        {
            world.Teach(tree, 0, 600);
            tree.EndPass();
        }
        Assert.Equal(before, tree.Describe().Largest.Select(n => n.Quality).ToArray());
        Assert.NotEqual(saved, ClassTreeTests.Bytes(tree)); // it did learn
    }

    /// <summary>On examples not learnt from, with noise: growing with small steps and then learning with large ones errs less than growing all the time with either.</summary>
    [Theory]
    [InlineData(0.1f)]
    [InlineData(1f)]
    public void It_errs_less_than_a_tree_that_grows_all_the_time(float rate)
    {
        int stopped = 0, growing = 0;
        for (ulong seed = 1; seed <= 6; seed++)
        {
            var world = new TreeWorld(20, 2500, seed, signal: 2, noise: 24);
            using var one = new LomTree(20, s_options with { MostNodes = 0, SwapResistance = 4, GrowPasses = 3, GrowRate = 0.1f });
            using var other = new LomTree(20, new ClassTreeOptions { Learner = s_options.Learner with { LearningRate = rate, LearningRateDecay = 1 } });
            for (int pass = 0; pass < 10; pass++)
            {
                world.Teach(one, 0, 1500);
                world.Teach(other, 0, 1500);
                one.EndPass();
                other.EndPass();
            }
            stopped += (int)Math.Round(1000 * world.Error(one, 1500, 2500));
            growing += (int)Math.Round(1000 * world.Error(other, 1500, 2500));
        }
        Assert.True(stopped < growing, $"{stopped} against {growing} errors of 6,000");
    }

    /// <summary>Saved between passes, on either side of the end of growing.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Saved_between_passes_it_goes_on_the_same(int at)
    {
        var world = new TreeWorld(12, 300);
        using var whole = new LomTree(12, s_options);
        IClassTree halves = new LomTree(12, s_options);
        for (int pass = 0; pass < 5; pass++)
        {
            if (pass == at)
            {
                byte[] saved = ClassTreeTests.Bytes(halves);
                halves.Dispose();
                halves = ClassTree.Load(new ModelReader(new MemoryStream(saved), "saved"));
                Assert.Equal((2, 0.25f), (halves.Options.GrowPasses, halves.Options.GrowRate));
            }
            world.Teach(whole, 0, 300);
            world.Teach(halves, 0, 300);
            whole.EndPass();
            halves.EndPass();
        }
        Assert.Equal(ClassTreeTests.Bytes(whole), ClassTreeTests.Bytes(halves));
        halves.Dispose();
    }

    /// <summary>Parts of version 1 had no such options.</summary>
    [Fact]
    public void Models_of_the_version_before_are_read()
    {
        var world = new TreeWorld(10, 400);
        using var tree = new RandomTree(10, new ClassTreeOptions { Seed = 7 });
        world.Teach(tree, 0, 400);
        var stream = new MemoryStream();
        using (var writer = new ModelWriter(stream))
        {
            writer.BeginChunk("CTRE", 1);
            writer.Write((int)TreeMethod.RandomTree);
            writer.EndChunk();
            writer.BeginChunk("FIXT", 1);
            writer.Write(10);
            writer.Write(LinearOptionsJson.ToJson(tree.Options.Learner));
            writer.Write(0);
            writer.Write(4.0);
            writer.Write(0.0);
            writer.Write(0);
            writer.Write(0);
            writer.Write(2);
            writer.Write(0);
            writer.Write(7UL);
            writer.EndChunk();
            tree.Pool.Save(writer);
            writer.Finish();
        }
        using var loaded = ClassTree.Load(new ModelReader(new MemoryStream(stream.ToArray()), "old"));
        Assert.Equal(ClassTreeTests.Bytes(tree), ClassTreeTests.Bytes(loaded));
    }

    [Fact]
    public void Bad_options_are_named()
    {
        Assert.Contains("passes a tree grows is -1", Assert.Throws<ForageException>(() => new LomTree(3, s_options with { GrowPasses = -1, GrowRate = null })).Message);
        Assert.Contains("learning rate of growing is 0.25", Assert.Throws<ForageException>(() => new LomTree(3, s_options with { GrowPasses = 0 })).Message);
        Assert.Contains("learning rate of growing is -1", Assert.Throws<ForageException>(() => new LomTree(3, s_options with { GrowRate = -1 })).Message);
    }

    private static byte[] Shape(LomTree tree)
    {
        var stream = new MemoryStream();
        using var writer = new ModelWriter(stream);
        writer.BeginChunk("TEST", 1);
        for (int v = 0; v < tree.Shape.Count; v++)
        {
            writer.Write(tree.Shape.Left(v));
            writer.Write(tree.Shape.Right(v));
        }
        writer.EndChunk();
        writer.Finish();
        return stream.ToArray();
    }
}
