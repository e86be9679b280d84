using System.Numerics.Tensors;

namespace Forage.Quantiles.Kernel.Internals;

/// <summary>exp(-γ|x - x'|²) over rows.</summary>
internal static class GaussianKernel
{
    /// <summary>|x_i|² of n rows of d.</summary>
    public static float[] Norms(ReadOnlySpan<float> rows, int d, int n)
    {
        float[] norms = new float[n];
        for (int i = 0; i < n; i++) norms[i] = TensorPrimitives.Dot(rows.Slice(i * d, d), rows.Slice(i * d, d));
        return norms;
    }

    /// <summary>|x - x_i|² of all rows, never below 0.</summary>
    public static void Distances(ReadOnlySpan<float> rows, ReadOnlySpan<float> norms, ReadOnlySpan<float> x, Span<float> to)
    {
        int d = x.Length;
        float own = TensorPrimitives.Dot(x, x);
        for (int i = 0; i < norms.Length; i++) to[i] = MathF.Max(0, own + norms[i] - 2 * TensorPrimitives.Dot(rows.Slice(i * d, d), x));
    }

    /// <summary>The n × n matrix.</summary>
    public static float[] Matrix(float[] rows, int d, int n, double gamma, int threads, CancellationToken cancellation)
    {
        float[] norms = Norms(rows, d, n), matrix = new float[(long)n * n];
        ParallelWork.For(n, threads, cancellation, i =>
        {
            var to = matrix.AsSpan(i * n, n);
            Distances(rows, norms, rows.AsSpan(i * d, d), to);
            TensorPrimitives.Multiply(to, (float)-gamma, to);
            TensorPrimitives.Exp<float>(to, to);
            to[i] = 1;
        });
        return matrix;
    }
}
