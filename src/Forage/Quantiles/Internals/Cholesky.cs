namespace Forage.Quantiles.Internals;

/// <summary>Solves A x = b for symmetric positive definite A of n rows, in place: A becomes its Cholesky factor. A pivot that is not positive is made so, which leaves its unknown at about 0.</summary>
internal static class Cholesky
{
    /// <summary>A = L Lᵀ; the lower triangle is read and becomes L.</summary>
    public static void Factor(Span<double> a, int n)
    {
        for (int j = 0; j < n; j++)
        {
            double original = a[j * n + j], pivot = original;
            for (int k = 0; k < j; k++) pivot -= a[j * n + k] * a[j * n + k];
            pivot = pivot > 1e-13 * Math.Abs(original) && pivot > 0 ? Math.Sqrt(pivot) : 1e64;
            a[j * n + j] = pivot;
            for (int i = j + 1; i < n; i++)
            {
                double sum = a[i * n + j];
                for (int k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
                a[i * n + j] = sum / pivot;
            }
        }
    }

    /// <summary>Solves L Lᵀ x = b in place of b.</summary>
    public static void Solve(ReadOnlySpan<double> l, int n, Span<double> b)
    {
        for (int i = 0; i < n; i++)
        {
            double sum = b[i];
            for (int k = 0; k < i; k++) sum -= l[i * n + k] * b[k];
            b[i] = sum / l[i * n + i];
        }
        for (int i = n - 1; i >= 0; i--)
        {
            double sum = b[i];
            for (int k = i + 1; k < n; k++) sum -= l[k * n + i] * b[k];
            b[i] = sum / l[i * n + i];
        }
    }
}
