using Forage.Features;
using Forage.Search.Internals;

namespace Forage.Tests.Searching;

public unsafe class ActionKernelTests
{
    public static TheoryData<int, int, bool> Shapes()
    {
        var data = new TheoryData<int, int, bool>();
        foreach (int width in new[] { 16, 32, 48, 64, 80, 128, 144 })
            foreach (int features in new[] { 0, 1, 2, 7, 40 })
                foreach (bool values in new[] { false, true }) data.Add(width, features, values);
        return data;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void ScoresEqualTheScalarTwins(int width, int features, bool withValues)
    {
        var rng = new Rng(7);
        float[] weights = Numbers(ref rng, 50 * width, special: true), fast = new float[width], slow = new float[width];
        weights.AsSpan(0, width).Clear();
        uint[] rows = [.. Enumerable.Range(0, features).Select(_ => (uint)rng.NextInt(50))];
        float[] values = withValues ? Numbers(ref rng, features, special: false) : [];
        fixed (float* w = weights, f = fast, s = slow)
        {
            ActionKernels.Score(w, (nuint)width, rows, values, f, width);
            ActionKernels.ScoreScalar(w, (nuint)width, rows, values, s, width);
        }
        for (int a = 0; a < width; a++) Assert.Equal(BitConverter.SingleToInt32Bits(Plain(slow[a])), BitConverter.SingleToInt32Bits(Plain(fast[a])));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(80)]
    public void UpdatesEqualTheScalarTwins(int width)
    {
        var rng = new Rng(3);
        float[] fast = Numbers(ref rng, 3 * width, special: false), gradient = Numbers(ref rng, width, special: true);
        for (int a = width; a < 2 * width; a++) fast[a] = Math.Abs(fast[a]);
        float[] slow = [.. fast];
        fixed (float* f = fast, s = slow, g = gradient)
        {
            foreach (float x in new[] { 1f, 0.25f, -3f, 0f })
            {
                ActionKernels.Update(f, g, x, 0.5f, 17, 1, width);
                ActionKernels.UpdateScalar(s, g, x, 0.5f, 17, 1, width);
            }
        }
        for (int i = 0; i < fast.Length; i++) Assert.Equal(BitConverter.SingleToInt32Bits(Plain(slow[i])), BitConverter.SingleToInt32Bits(Plain(fast[i])));
    }

    [Fact]
    public void TheBestIsTheFirstAmongEqualsAndAllowed()
    {
        const float No = float.NegativeInfinity;
        float[] scores = [1, 3, 3, 2, No, .. Padding(9)], mask = [0, No, 0, 0, 0, .. Padding(No)], only = [No, No, No, No, 0, .. Padding(No)];
        fixed (float* s = scores, m = mask, o = only)
        {
            Assert.Equal(1, ActionKernels.Best(s, null, 5));
            Assert.Equal(2, ActionKernels.Best(s, m, 5));
            Assert.Equal(4, ActionKernels.Best(s, o, 5)); // also if its score is -infinity
        }
    }

    private static float[] Padding(float value) => [.. Enumerable.Repeat(value, 11)];

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(16)]
    [InlineData(22)]
    [InlineData(45)]
    [InlineData(130)]
    public void TheBestIsTheScalarTwins(int actions)
    {
        var random = new Random(actions);
        float[] scores = new float[(actions + 15) & ~15], mask = new float[scores.Length];
        for (int trial = 0; trial < 500; trial++)
        {
            for (int a = 0; a < scores.Length; a++)
            {
                scores[a] = random.Next(0, 12) is var x && x == 0 ? float.NegativeInfinity : x - 8; // many are equal
                mask[a] = a < actions && random.Next(3) == 0 ? 0 : float.NegativeInfinity;
            }
            mask[random.Next(actions)] = 0;
            fixed (float* s = scores, m = mask)
            {
                Assert.Equal(ActionKernels.BestScalar(s, null, actions), ActionKernels.Best(s, null, actions));
                Assert.Equal(ActionKernels.BestScalar(s, m, actions), ActionKernels.Best(s, m, actions));
            }
        }
    }

    [Fact]
    public void TheIndexFindsWhatWasAddedAndNothingElse()
    {
        using var index = new FeatureIndex();
        var rng = new Rng(5);
        uint[] keys = [0, .. Enumerable.Range(0, 20_000).Select(i => (uint)rng.NextUInt64()).Distinct()];
        for (int i = 0; i < keys.Length; i++) Assert.Equal((uint)(i + 1), index.FindOrAdd(keys[i]));
        for (int i = 0; i < keys.Length; i++) Assert.Equal((uint)(i + 1), index.Find(keys[i]));
        for (int i = 0; i < keys.Length; i++) Assert.Equal((uint)(i + 1), index.FindOrAdd(keys[i]));
        Assert.Equal(keys, index.Keys());
        var known = keys.ToHashSet();
        for (uint k = 1; k < 20_000; k++)
            if (!known.Contains(k)) Assert.Equal(0u, index.Find(k));
    }

    // A NaN has many patterns.
    private static float Plain(float x) => float.IsNaN(x) ? float.NaN : x;

    private static float[] Numbers(ref Rng rng, int count, bool special)
    {
        float[] odd = [0, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon, -1e-39f, float.MaxValue];
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) numbers[i] = special && i % 37 == 0 ? odd[rng.NextInt(odd.Length)] : (float)rng.NextGaussian();
        return numbers;
    }
}
