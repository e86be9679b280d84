using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Forage.Extreme.Embedding.Internals;
using Forage.Features;

namespace Forage.Tests.Extreme.Embedding;

/// <summary>Rough scores: integer kernels against their scalar twin, codes against floats, selection against sorting.</summary>
public unsafe class CodedVectorTests
{
    public static TheoryData<int, bool> Cases() => new() { { 16, false }, { 32, false }, { 48, false }, { 128, false }, { 272, false }, { 16, true }, { 128, true } };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Kernels_are_twins(int n, bool extremes)
    {
        var rng = new Rng((ulong)n);
        byte[] query = new byte[n];
        sbyte[] block = new sbyte[n * CodeKernels.Block];
        for (int round = 0; round < 20; round++)
        {
            for (int j = 0; j < n; j++) query[j] = extremes ? (byte)127 : (byte)(1 + rng.NextInt(127));
            for (int i = 0; i < block.Length; i++) block[i] = extremes ? (sbyte)(round % 2 == 0 ? 127 : -127) : (sbyte)(rng.NextInt(255) - 127);
            int[] expected = new int[16], sums = new int[16];
            fixed (byte* q = query)
            fixed (sbyte* b = block)
            fixed (int* e = expected, s = sums)
            {
                CodeKernels.Plain(q, b, n, e);
                for (int k = 0; k < 16; k++) Assert.Equal(Enumerable.Range(0, n).Sum(j => query[j] * block[CodeKernels.At(k, j)]), expected[k]);
                CodeKernels.Products(q, b, n, s);
                Assert.Equal(expected, sums);
                if (AvxVnni.IsSupported) CodeKernels.Vnni(q, b, n, s);
                Assert.Equal(expected, sums);
                if (Avx2.IsSupported) CodeKernels.Pairs(q, b, n, s);
                Assert.Equal(expected, sums);
            }
        }
    }

    [Fact]
    public void Rough_scores_are_near_exact_ones()
    {
        const int Width = 48, Vectors = 40;
        var rng = new Rng(5);
        using var coded = new CodedVectors(3, Width);
        float[][] vectors = [.. Enumerable.Range(0, Vectors).Select(v => Vector(Width, v % 7 == 0 ? 0 : 3, ref rng))];
        float[] hidden = Vector(Width, 2, ref rng);
        byte[] codes = new byte[Width];
        fixed (float* h = hidden)
        fixed (byte* c = codes)
        {
            for (int v = 0; v < Vectors; v++)
                fixed (float* w = vectors[v]) coded.Set(v, w, v);
            float scale = CodedVectors.Encode(h, Width, c);
            for (int place = 0; place < 48; place++)
            {
                float rough = coded.Score(c, scale, place / 16)[place % 16];
                if (place >= Vectors)
                {
                    Assert.Equal(float.NegativeInfinity, rough);
                    continue;
                }
                // Errors of rounding: half a step each way, a step being the largest coordinate over 127 or 63.
                float exact = place, bound = 1e-4f;
                float stepW = vectors[place].Max(MathF.Abs) / 127, stepH = hidden.Max(MathF.Abs) / 63;
                for (int j = 0; j < Width; j++)
                {
                    exact += hidden[j] * vectors[place][j];
                    bound += stepW / 2 * (MathF.Abs(hidden[j]) + stepH / 2) + stepH / 2 * MathF.Abs(vectors[place][j]);
                }
                Assert.InRange(rough, exact - bound, exact + bound);
            }
        }
    }

    [Theory]
    [InlineData(1, 5000, 0)]
    [InlineData(30, 20, 0)]
    [InlineData(300, 40_000, 0)]
    [InlineData(512, 5000, 40)]
    [InlineData(400, 20_000, 1)]
    public void The_best_are_kept(int most, int offered, int values)
    {
        var rng = new Rng(9);
        float[] scores = new float[(offered + 15) / 16 * 16];
        Array.Fill(scores, float.NegativeInfinity);
        for (int i = 0; i < offered; i++) scores[i] = values > 0 ? rng.NextInt(values) : (float)rng.NextGaussian();
        var fresh = Keep(new RoughTop(), scores, most);
        Assert.Equal(Math.Min(most, offered), fresh.Distinct().Count());
        Assert.Equal(scores.OrderDescending().Take(fresh.Length), fresh.Select(place => scores[place]).OrderDescending());
        var used = new RoughTop();
        Keep(used, scores, 2000);
        Assert.Equal(fresh, Keep(used, scores, most)); // what it was used for before changes nothing
    }

    private static int[] Keep(RoughTop top, float[] scores, int most)
    {
        top.Begin(most);
        for (int i = 0; i < scores.Length; i += 16) top.Offer(Vector512.Create(scores.AsSpan(i, 16)), i);
        top.End();
        return top.Places.ToArray();
    }

    private static float[] Vector(int n, float size, ref Rng rng)
    {
        float[] v = new float[n];
        for (int j = 0; j < n; j++) v[j] = size * (float)rng.NextGaussian();
        return v;
    }
}
