using System.Numerics.Tensors;

namespace Forage.Quantiles.Kernel.Internals;

/// <summary>
/// Kernel ridge regression over n rows: α = (K + λ I)⁻¹ y. With G = (K + λ I)⁻¹, predictions of a fold F without its rows are y_F - (G_FF)⁻¹ α_F, exactly; of one row y_i - α_i/G_ii. Factor and inverse factor are filled by dot products of contiguous rows: n³/3 multiplications.
/// </summary>
internal sealed class KernelRidge
{
    /// <summary>Solves.</summary>
    /// <param name="kernel">n × n.</param>
    /// <param name="y">Targets.</param>
    /// <param name="lambda">λ &gt; 0.</param>
    /// <param name="folds">Number of folds of consecutive rows; 0 for each row a fold of its own.</param>
    public KernelRidge(ReadOnlySpan<float> kernel, ReadOnlySpan<double> y, double lambda, int folds = 0)
    {
        int n = y.Length;
        double[] l = new double[(long)n * n], inverse = new double[(long)n * n], z = new double[n]; // inverse: row j is column j of L⁻¹
        Alpha = new double[n];
        OutOfFold = new double[n];
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
            if (folds == 0) OutOfFold[j] = y[j] - Alpha[j] / TensorPrimitives.Dot<double>(column, column);
        }
        for (int f = 0; f < folds; f++) LeaveOut((int)((long)n * f / folds), (int)((long)n * (f + 1) / folds), inverse, y);
    }

    /// <summary>α.</summary>
    public double[] Alpha { get; }

    /// <summary>Prediction of each row by the rows of all other folds.</summary>
    public double[] OutOfFold { get; }

    // Solves G_FF e = α_F by Cholesky's factor of G_FF; e are the residuals.
    private void LeaveOut(int from, int to, double[] inverse, ReadOnlySpan<double> y)
    {
        int n = y.Length, size = to - from;
        double[] l = new double[size * size], e = new double[size];
        for (int i = 0; i < size; i++)
        {
            var row = l.AsSpan(i * size, size);
            var own = inverse.AsSpan((from + i) * n + from + i, n - from - i); // rows of the inverse factor begin at their diagonal
            for (int j = 0; j <= i; j++)
            {
                double g = TensorPrimitives.Dot<double>(own, inverse.AsSpan((from + j) * n + from + i, n - from - i)) - TensorPrimitives.Dot<double>(row[..j], l.AsSpan(j * size, j));
                row[j] = j < i ? g / l[j * size + j] : Math.Sqrt(Math.Max(g, 1e-300));
            }
            e[i] = (Alpha[from + i] - TensorPrimitives.Dot<double>(row[..i], e.AsSpan(0, i))) / row[i];
        }
        for (int i = size - 1; i >= 0; i--)
        {
            e[i] /= l[i * size + i];
            for (int j = 0; j < i; j++) e[j] -= l[i * size + j] * e[i];
            OutOfFold[from + i] = y[from + i] - e[i];
        }
    }
}
