using System.Numerics.Tensors;

namespace Forage.Quantiles.Kernel.Internals;

/// <summary>
/// Kernel ridge regression over n rows: α = (K + λ I)⁻¹ y. Prediction i without row i is y_i - α_i/[(K + λ I)⁻¹]_ii, exactly. Factor and inverse factor are filled by dot products of contiguous rows: n³/3 multiplications.
/// </summary>
internal sealed class KernelRidge
{
    /// <summary>Solves.</summary>
    /// <param name="kernel">n × n.</param>
    /// <param name="y">Targets.</param>
    /// <param name="lambda">λ &gt; 0.</param>
    public KernelRidge(ReadOnlySpan<float> kernel, ReadOnlySpan<double> y, double lambda)
    {
        int n = y.Length;
        double[] l = new double[(long)n * n], inverse = new double[(long)n * n], z = new double[n]; // inverse: row j is column j of L⁻¹
        Alpha = new double[n];
        LeaveOneOut = new double[n];
        for (int i = 0; i < n; i++)
        {
            var row = l.AsSpan(i * n, n);
            for (int j = 0; j < i; j++) row[j] = (kernel[i * n + j] - TensorPrimitives.Dot<double>(row[..j], l.AsSpan(j * n, j))) / l[j * n + j];
            row[i] = Math.Sqrt(Math.Max(kernel[i * n + i] + lambda - TensorPrimitives.Dot<double>(row[..i], row[..i]), 1e-12));
            for (int j = 0; j < i; j++) inverse[j * n + i] = -TensorPrimitives.Dot<double>(row[j..i], inverse.AsSpan(j * n + j, i - j)) / row[i];
            inverse[i * n + i] = 1 / row[i];
            z[i] = (y[i] - TensorPrimitives.Dot<double>(row[..i], z.AsSpan(0, i))) / row[i];
        }
        for (int j = 0; j < n; j++)
        {
            var column = inverse.AsSpan(j * n + j, n - j);
            Alpha[j] = TensorPrimitives.Dot<double>(column, z.AsSpan(j));
            LeaveOneOut[j] = y[j] - Alpha[j] / TensorPrimitives.Dot<double>(column, column);
        }
    }

    /// <summary>α.</summary>
    public double[] Alpha { get; }

    /// <summary>Prediction of each row by all others.</summary>
    public double[] LeaveOneOut { get; }
}
