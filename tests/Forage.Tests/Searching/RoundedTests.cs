using Forage.Features;
using Forage.Persistence;
using Forage.Search;
using Forage.Search.Internals;

namespace Forage.Tests.Searching;

public unsafe class RoundedTests
{
    [Theory]
    [InlineData(32, 0)]
    [InlineData(32, 1)]
    [InlineData(32, 9)]
    [InlineData(64, 7)]
    [InlineData(160, 40)]
    public void KernelsEqualTheScalarTwins(int width, int features)
    {
        var rng = new Rng(7);
        short[] weights = [.. Enumerable.Range(0, 50 * width).Select(i => i % 31 == 0 ? i % 2 == 0 ? short.MinValue : short.MaxValue : (short)rng.NextInt(1 << 16))];
        uint[] rows = [.. Enumerable.Range(0, features).Select(_ => (uint)rng.NextInt(50))];
        float[] values = [.. rows.Select(_ => (float)rng.NextGaussian())], fast = new float[width], slow = new float[width];
        int[] sums = [.. Enumerable.Range(0, width).Select(_ => rng.NextInt(1000))], twin = [.. sums];
        fixed (short* w = weights)
        fixed (float* f = fast, s = slow)
        fixed (int* a = sums, b = twin)
        fixed (uint* r = rows)
        {
            foreach (float[] x in new[] { [], values })
            {
                RoundedKernels.Score(w, rows, x, f, width, 0.25f);
                RoundedKernels.ScoreScalar(w, rows, x, s, width, 0.25f);
                Assert.Equal(slow, fast);
            }
            RoundedKernels.Add(w, r, features, a, width);
            RoundedKernels.AddScalar(w, r, features, b, width);
            Assert.Equal(twin, sums);
        }
    }

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(160)]
    public void TheBestIsTheFirstOfTheGreatest(int width)
    {
        var rng = new Rng(3);
        int[] scores = new int[width];
        for (int trial = 0; trial < 500; trial++)
        {
            for (int i = 0; i < width; i++) scores[i] = rng.NextInt(12) - 20 - (trial % 3 == 0 ? 1 << 29 : 0);
            fixed (int* s = scores) Assert.Equal(RoundedKernels.BestScalar(s, width), RoundedKernels.Best(s, width));
        }
    }

    /// <summary>Rounding moves a weight by half a unit at most, a unit is a power of two, and what was rounded is rounded again to the same; a saved table is the same table.</summary>
    [Fact]
    public void WeightsAreTheNearestMultiples()
    {
        using var table = new ActionTable(21, learns: true);
        var rng = new Rng(5);
        uint[] keys = [.. Enumerable.Range(0, 500).Select(_ => (uint)rng.NextUInt64()).Distinct()];
        foreach (uint key in keys)
            for (int a = 0; a < 21; a++) table.Add([key], a, (float)rng.NextGaussian(), 1);
        using var frozen = table.Frozen(average: false, 0);
        using var rounded = frozen.Rounded()!;
        Assert.True(float.IsPow2(rounded.Unit) && rounded.IsRounded && rounded.Features == keys.Length);
        foreach (uint key in keys)
            for (int a = 0; a < 21; a++) Assert.InRange(Math.Abs(rounded.Weight(key, a) - table.Weight(key, a)), 0, rounded.Unit / 2);
        Assert.True(rounded.Unit < 0.002);
        using var stream = new MemoryStream();
        using (var writer = new ModelWriter(stream))
        {
            writer.BeginChunk("TEST", 2);
            rounded.Save(writer);
            writer.EndChunk();
            writer.Finish();
        }
        stream.Position = 0;
        var reader = new ModelReader(stream, "test");
        reader.BeginChunk("TEST", 2);
        using var loaded = ActionTable.Load(reader);
        foreach (uint key in keys)
            for (int a = 0; a < 21; a++) Assert.Equal(rounded.Weight(key, a), loaded.Weight(key, a));
        Assert.Equal(0, loaded.Weight(keys[0] + 1, 0));
    }

    [Fact]
    public void NoNumberIsNotRounded()
    {
        using var table = new ActionTable(2, learns: true);
        table.Add([1], 0, float.PositiveInfinity, 1);
        using var frozen = table.Frozen(average: false, 0);
        Assert.Null(frozen.Rounded());
        using var nothing = new ActionTable(2, learns: false);
        using var empty = nothing.Rounded()!;
        Assert.Equal(1, empty.Unit);
    }

    /// <summary>A rounded model of a program answers as the one that is not, but for near ties.</summary>
    [Fact]
    public void ModelsAreRoundedIfAskedFor()
    {
        using var learner = Toy.Learn(SearchOptions.DAgger, new ToyTagging(), 2);
        using var rounding = Toy.Learn(SearchOptions.DAgger with { Round = true }, new ToyTagging(), 2);
        using var exact = learner.ToModel();
        using var rounded = rounding.ToModel();
        Assert.Equal(exact.Features, rounded.Features);
        Assert.False(exact.HasWeightsOf(rounded));
        var data = ToySequence.Sample(100, 3);
        Assert.Equal(Toy.ErrorRate(exact, new ToyTagging(), data), Toy.ErrorRate(rounded, new ToyTagging(), data), 0.002);
        Assert.InRange((double)Toy.Saved(rounded).Length / Toy.Saved(exact).Length, 0.3, 1.01);
    }
}
