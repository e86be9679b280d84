using Forage.Extreme.Embedding;
using Forage.Extreme.Embedding.Internals;
using Forage.Features;
using Forage.Linear.Internals;

namespace Forage.Tests.Extreme.Embedding;

/// <summary>Fast kernels against scalar twins, over lengths and values.</summary>
public unsafe class EmbeddingKernelTests
{
    public static TheoryData<int> Lengths() => [16, 32, 48, 64, 80, 128, 144, 272];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Products_and_sums(int n)
    {
        var rng = new Rng((ulong)n);
        float[][] v = [.. Enumerable.Range(0, 6).Select(_ => Vector(n, ref rng))];
        fixed (float* a = v[0], b = v[1], c = v[2], d = v[3], e = v[4])
        {
            Assert.Equal(Dot(v[0], v[1]), VectorKernels.Dot(a, b, n), 1e-4f * n);
            float* four = stackalloc float[4];
            VectorKernels.Dot4(a, b, c, d, e, n, four);
            Assert.Equal([VectorKernels.Dot(a, b, n), VectorKernels.Dot(a, c, n), VectorKernels.Dot(a, d, n), VectorKernels.Dot(a, e, n)], new ReadOnlySpan<float>(four, 4).ToArray());
        }
        Compare(v, (x, y) => y.Select((t, i) => MathF.FusedMultiplyAdd(0.7f, x[i], t)).ToArray(), (x, y) => VectorKernels.AddScaled(0.7f, x, y, n));
        Compare(v, (x, y) => y.Select((t, i) => MathF.FusedMultiplyAdd(-1.3f, t, x[i])).ToArray(), (x, y) => VectorKernels.ScaleAndAdd(-1.3f, y, x, n));
        Compare(v, (x, y) => y.Select(t => Math.Max(0, t)).ToArray(), (x, y) => VectorKernels.Rectify(y, n));
        Compare(v, (x, y) => y.Select((t, i) => x[i] > 0 ? t : 0).ToArray(), (x, y) => Assert.True(VectorKernels.Mask(y, x, n)));
        float[] h = v[0], w = v[1], sum = [.. v[2]], delta = [.. v[3]];
        fixed (float* ph = h, pw = w, ps = sum, pd = delta) VectorKernels.AddBoth(0.3f, ph, ps, pw, pd, n);
        Assert.Equal(v[2].Select((t, i) => MathF.FusedMultiplyAdd(0.3f, h[i], t)), sum);
        Assert.Equal(v[3].Select((t, i) => MathF.FusedMultiplyAdd(0.3f, w[i], t)), delta);
        float[] negative = [.. Enumerable.Repeat(-1f, n)];
        fixed (float* p = negative, y = sum) Assert.False(VectorKernels.Mask(y, p, n));
        Assert.All(sum, x => Assert.Equal(0, x));
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Extremes_stay_what_they_are(int n)
    {
        float[] odd = new float[n], one = [.. Enumerable.Repeat(1f, n)];
        foreach (float value in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon, 0f })
        {
            odd[n - 1] = value;
            fixed (float* a = odd, b = one) Assert.Equal(value, VectorKernels.Dot(a, b, n));
        }
    }

    [Theory]
    [InlineData(EmbeddingOptimizer.Adam)]
    [InlineData(EmbeddingOptimizer.AdaGrad)]
    [InlineData(EmbeddingOptimizer.RowAdaGrad)]
    [InlineData(EmbeddingOptimizer.Sgd)]
    public void Steps_are_the_published_rules(EmbeddingOptimizer kind)
    {
        const int Width = 32, Dimension = 20, Rows = 3, Steps = 60;
        var options = new EmbeddingTrainerOptions { Optimizer = kind, LearningRate = 0.05f, Beta2 = 0.9f, L2 = 0.01f };
        using var table = new WeightTable(Rows * Width);
        using var optimizer = new RowOptimizer(options, 0.05f, table, Width, Dimension, biases: true) { RateFactor = 0.5f };
        double[] w = new double[Dimension], m = new double[Dimension], v = new double[Dimension];
        double bias = 0, biasM = 0, biasV = 0, rowSum = 0, rate = 0.025;
        float actualBias = 0;
        float[] gradient = new float[Width];
        var rng = new Rng(4);
        for (int t = 1; t <= Steps; t++)
        {
            float biasGradient = (float)rng.NextGaussian();
            for (int j = 0; j < Dimension; j++) gradient[j] = (float)rng.NextGaussian();
            double[] g = [.. Enumerable.Range(0, Dimension).Select(j => gradient[j] + 0.01 * w[j])];
            rowSum += g.Sum(x => x * x) / Dimension;
            for (int j = 0; j < Dimension; j++) w[j] -= Step(g[j], ref m[j], ref v[j], rowSum);
            bias -= kind == EmbeddingOptimizer.RowAdaGrad ? Step(biasGradient, ref biasM, ref biasV, biasV + (double)biasGradient * biasGradient) : Step(biasGradient, ref biasM, ref biasV, 0);
            if (kind == EmbeddingOptimizer.RowAdaGrad) biasV += (double)biasGradient * biasGradient;
            fixed (float* p = gradient) optimizer.Step(1, p);
            optimizer.StepBias(1, biasGradient, ref actualBias);
            for (int j = 0; j < Dimension; j++) Assert.Equal(w[j], table.Data[Width + j], 2e-4);
            Assert.Equal(bias, actualBias, 2e-4);

            double Step(double gj, ref double mj, ref double vj, double sum)
            {
                switch (kind)
                {
                    case EmbeddingOptimizer.Adam:
                        mj = 0.9 * mj + 0.1 * gj;
                        vj = 0.9 * vj + 0.1 * gj * gj;
                        return rate * (mj / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(vj / (1 - Math.Pow(0.9, t))) + 1e-8);
                    case EmbeddingOptimizer.AdaGrad:
                        vj += gj * gj;
                        return rate * gj / Math.Sqrt(vj);
                    case EmbeddingOptimizer.RowAdaGrad: return rate * gj / Math.Sqrt(sum);
                    default: return rate * gj;
                }
            }
        }
        Assert.True(new ReadOnlySpan<float>(table.Data, Width).IndexOfAnyExcept(0f) < 0 && new ReadOnlySpan<float>(table.Data + 2 * Width, Width).IndexOfAnyExcept(0f) < 0);
        Assert.True(new ReadOnlySpan<float>(table.Data + Width + Dimension, Width - Dimension).IndexOfAnyExcept(0f) < 0, "the padding must stay 0");
    }

    [Theory]
    [InlineData(40, 3000)]
    [InlineData(3000, 50)]
    [InlineData(500, 70_000)]
    public void Grouping_is_sorting(int perExample, int rows)
    {
        const int Examples = 30;
        var rng = new Rng(2);
        int[] begins = new int[Examples], ends = new int[Examples], keys = new int[Examples * perExample];
        float[] values = new float[keys.Length], factors = new float[Examples];
        for (int i = 0; i < Examples; i++)
        {
            (begins[i], ends[i], factors[i]) = (i * perExample, (i + 1) * perExample - i, i % 7 == 3 ? 0 : 2);
            for (int e = begins[i]; e < ends[i]; e++) (keys[e], values[e]) = (rng.NextInt(rows), rng.NextInt(5) == 0 ? 0 : e);
        }
        using var team = new WorkerTeam(2);
        var groups = new EntryGroups(team, rows);
        groups.Build(Examples, begins, ends, factors, keys, values);
        var all = new List<Entry>();
        for (int p = 0; p < EntryGroups.Partitions; p++)
        {
            var part = groups[p].ToArray();
            Assert.Equal(part.Select(e => (e.Row, e.Example)).Order(), part.Select(e => (e.Row, e.Example)));
            all.AddRange(part);
        }
        var expected = new List<Entry>();
        for (int i = 0; i < Examples; i++)
            for (int e = begins[i]; e < ends[i]; e++)
                if (factors[i] != 0 && values[e] != 0) expected.Add(new Entry(keys[e], i, 2 * values[e]));
        static IEnumerable<Entry> Sorted(List<Entry> list) => list.OrderBy(e => e.Row).ThenBy(e => e.Example).ThenBy(e => e.Value);
        Assert.Equal(Sorted(expected), Sorted(all));
        Assert.Equal(all.Select(e => e.Row).Distinct().Count(), Enumerable.Range(0, EntryGroups.Partitions).Sum(p => groups[p].ToArray().Select(e => e.Row).Distinct().Count()));
    }

    [Fact]
    public void Workers_do_each_part_once_and_pass_failures_on()
    {
        using var team = new WorkerTeam(3);
        int[] done = new int[1000];
        for (int round = 0; round < 50; round++) team.Run(done.Length, (part, worker) => done[part]++);
        Assert.All(done, n => Assert.Equal(50, n));
        Assert.Throws<ForageException>(() => team.Run(100, (part, worker) => { if (part == 57) throw new ForageException("part 57"); }));
        team.Run(done.Length, (part, worker) => done[part]++);
        Assert.All(done, n => Assert.Equal(51, n));
    }

    private delegate void Kernel(float* x, float* y);

    private static void Compare(float[][] v, Func<float[], float[], float[]> twin, Kernel kernel)
    {
        float[] x = v[4], y = [.. v[5]];
        float[] expected = twin(x, v[5]);
        fixed (float* px = x, py = y) kernel(px, py);
        Assert.Equal(expected, y);
    }

    private static float Dot(float[] a, float[] b) => (float)a.Zip(b, (x, y) => (double)x * y).Sum();

    private static float[] Vector(int n, ref Rng rng)
    {
        float[] v = new float[n];
        for (int i = 0; i < n; i++) v[i] = (float)rng.NextGaussian();
        return v;
    }
}
