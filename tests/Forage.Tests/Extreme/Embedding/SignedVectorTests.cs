using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Forage.Extreme.Embedding.Internals;
using Forage.Features;

namespace Forage.Tests.Extreme.Embedding;

/// <summary>Rough scores from signs: kernels against their scalar twin, tables against products, estimates against what they estimate.</summary>
public unsafe class SignedVectorTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(16)]
    [InlineData(34)]
    public void Kernels_are_twins(int rows)
    {
        var rng = new Rng((ulong)rows);
        byte[] tables = new byte[rows * 2 * SignKernels.Table], block = new byte[rows * SignKernels.Block];
        for (int round = 0; round < 20; round++)
        {
            for (int t = 0; t < 2 * rows; t++)
                for (int e = 0; e < 16; e++)
                {
                    byte value = (byte)(round == 0 ? SignKernels.Largest : rng.NextInt(SignKernels.Largest + 1));
                    for (int copy = 0; copy < 4; copy++) tables[t * SignKernels.Table + copy * 16 + e] = value;
                }
            for (int i = 0; i < block.Length; i++) block[i] = (byte)rng.NextInt(256);
            ushort[] expected = new ushort[64], sums = new ushort[64];
            fixed (byte* t = tables, b = block)
            fixed (ushort* x = expected, s = sums)
            {
                SignKernels.Plain(t, b, rows, x);
                SignKernels.Sums(t, b, rows, s);
                Assert.Equal(expected, sums);
                if (Avx512BW.IsSupported) SignKernels.Wide(t, b, rows, s);
                Assert.Equal(expected, sums);
                if (Avx2.IsSupported) SignKernels.Half(t, b, rows, s);
                Assert.Equal(expected, sums);
            }
        }
        Assert.Equal(Enumerable.Range(0, 64), Enumerable.Range(0, 64).Select(SignKernels.At).Order());
    }

    [Theory]
    [InlineData(16)]
    [InlineData(48)]
    [InlineData(128)]
    [InlineData(2080)] // more tables than 127 each would fit in 16 bits
    public void Tables_give_products_with_signs(int width)
    {
        var rng = new Rng(3);
        float[] hidden = Vector(width, ref rng);
        var query = new SignQuery();
        byte[] block = new byte[width * 8];
        for (int i = 0; i < block.Length; i++) block[i] = (byte)rng.NextInt(256);
        ushort[] sums = new ushort[64];
        fixed (float* h = hidden) query.Set(h, width);
        fixed (byte* t = query.Tables, b = block)
        fixed (ushort* s = sums) SignKernels.Sums(t, b, width / 8, s);
        for (int k = 0; k < 64; k++)
        {
            double exact = 0;
            for (int j = 0; j < width; j++) exact += (block[j / 8 * 64 + SignKernels.At(k)] >> (j & 7) & 1) != 0 ? hidden[j] : -hidden[j];
            Assert.InRange(sums[k] * query.Step + query.Least, exact - query.Step / 2 * width / 4 - 1e-2, exact + query.Step / 2 * width / 4 + 1e-2);
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(48)]
    [InlineData(128)]
    public void Rotations_keep_products(int width)
    {
        var rng = new Rng(4);
        float[] a = Vector(width, ref rng), b = Vector(width, ref rng);
        float[] one = new float[width];
        one[3] = 1;
        double before = Dot(a, b);
        var rotation = new Rotation(width, 9);
        fixed (float* x = a, y = b, z = one)
        {
            rotation.Apply(x);
            rotation.Apply(y);
            rotation.Apply(z);
        }
        Assert.Equal(before, Dot(a, b), 1e-4 * width);
        Assert.Equal(1, Dot(one, one), 1e-5);
        Assert.All(one, v => Assert.True(MathF.Abs(v) < 0.8f)); // spread over the others
    }

    [Fact]
    public void Estimates_are_right_on_average_with_the_error_they_should_have()
    {
        const int Width = 128, Pairs = 2000;
        var rng = new Rng(8);
        double sum = 0, squares = 0;
        for (int i = 0; i < Pairs; i++)
        {
            using var signed = new SignedVectors(1, Width);
            float[] vector = Vector(Width, ref rng), hidden = Vector(Width, ref rng);
            for (int j = 0; j < Width; j++) hidden[j] += 0.3f * vector[j];
            double exact = Dot(vector, hidden), scale = Math.Sqrt(Dot(vector, vector) * Dot(hidden, hidden) / Width);
            var rotation = new Rotation(Width, (ulong)i);
            fixed (float* v = vector, h = hidden)
            {
                rotation.Apply(v);
                rotation.Apply(h);
                double error = (Rough(signed, v, h, 5) - 5 - exact) / scale;
                sum += error;
                squares += error * error;
            }
        }
        double deviation = Math.Sqrt(squares / Pairs);
        // 0.75 is the paper's constant; the bias of a mean of 2000 is within five deviations.
        Assert.InRange(deviation, 0.65, 0.85);
        Assert.InRange(sum / Pairs, -5 * deviation / Math.Sqrt(Pairs), 5 * deviation / Math.Sqrt(Pairs));
    }

    private static float Rough(SignedVectors signed, float* vector, float* hidden, float common)
    {
        signed.Set(37, vector, 0);
        var query = new SignQuery();
        query.Set(hidden, 128);
        // The threshold between offered and not is the score: what is found tells it to within a bisection.
        float low = -1000, high = 1000;
        var top = new RoughTop();
        fixed (byte* tables = query.Tables)
            for (int step = 0; step < 40; step++)
            {
                float middle = (low + high) / 2;
                top.Begin(1);
                top.Offer(Vector512.Create(middle), 1000);
                signed.Offer(query, tables, 0, common, top);
                top.End();
                if (top.Places[0] == 37) low = middle;
                else high = middle;
            }
        return low;
    }

    private static double Dot(float[] a, float[] b)
    {
        double sum = 0;
        for (int j = 0; j < a.Length; j++) sum += (double)a[j] * b[j];
        return sum;
    }

    private static float[] Vector(int n, ref Rng rng)
    {
        float[] v = new float[n];
        for (int j = 0; j < n; j++) v[j] = (float)rng.NextGaussian();
        return v;
    }
}
