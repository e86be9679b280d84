namespace Forage.Linear;

/// <summary>
/// A row whose features were looked up once for all regressors of a <see cref="RegressorPool"/>: constant and interactions included, values scaled. Reused
/// from row to row; one thread at a time.
/// </summary>
public sealed class PooledRow
{
    internal int[] Ids = new int[64];
    internal float[] X = new float[64];
    internal float[] Z = new float[64];
    internal float[] Rates = new float[64];
    internal float[] Sums = new float[64];
    internal int[] At = new int[64];

    /// <summary>Number of features that the pool knows and that are not 0.</summary>
    public int Count { get; internal set; }

    /// <summary>Σ z² of the scaled values z.</summary>
    internal float Norm { get; set; }

    internal void Clear() => (Count, Norm) = (0, 0);

    internal void Reserve(int more)
    {
        int needed = Count + more;
        if (needed <= Ids.Length) return;
        int length = Math.Max(needed, 2 * Ids.Length);
        Array.Resize(ref Ids, length);
        Array.Resize(ref X, length);
        Array.Resize(ref Z, length);
        Array.Resize(ref Rates, length);
        Array.Resize(ref Sums, length);
        Array.Resize(ref At, length);
    }
}
