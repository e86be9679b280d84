using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Forage.Linear;

/// <summary>
/// A row whose features were looked up once for all regressors of a <see cref="RegressorPool"/>: constant and interactions included, values scaled, features in the order of
/// their numbers' lengths in bits. Reused from row to row; one thread at a time.
/// </summary>
public sealed class PooledRow
{
    private readonly int[] _ends = new int[34];
    private int[] _ids = new int[64];
    private float[] _x = new float[64];

    internal int[] Ids = new int[64];
    internal float[] X = new float[64];
    internal float[] Z = new float[64];
    internal float[] Rates = new float[64];
    internal float[] Sums = new float[64];

    /// <summary>Cells in a table, of features with keys.</summary>
    internal int[] At = new int[64];

    /// <summary>Number of features that the pool knows and that are not 0.</summary>
    public int Count { get; private set; }

    /// <summary>Σ z² of the scaled values z.</summary>
    internal float Norm { get; private set; }

    /// <summary>Bits of a feature's number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Length(int id) => 32 - BitOperations.LeadingZeroCount((uint)id);

    /// <summary>How many features, the first ones, have numbers shorter than so many bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Below(int length) => _ends[length];

    internal void Clear()
    {
        Count = 0;
        Array.Clear(_ends);
    }

    internal void Reserve(int more)
    {
        int needed = Count + more;
        if (needed <= Ids.Length) return;
        int length = Math.Max(needed, 2 * Ids.Length);
        Array.Resize(ref _ids, length);
        Array.Resize(ref _x, length);
        Ids = new int[length];
        X = new float[length];
        Z = new float[length];
        Rates = new float[length];
        Sums = new float[length];
        At = new int[length];
    }

    /// <summary>Adds a feature; there must be room.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(int id, float x)
    {
        int n = Count++;
        (_ids[n], _x[n]) = (id, x);
        _ends[Length(id) + 1]++;
    }

    /// <summary>Puts what was added in order and scales it: z = x, x/N or x/N² as <paramref name="power"/> is 0, 1 or 2, with the features' scales N.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Complete(float[] scales, int power)
    {
        Span<int> next = stackalloc int[33];
        for (int length = 0; length < 33; length++)
        {
            next[length] = _ends[length];
            _ends[length + 1] += _ends[length];
        }
        int n = Count;
        for (int i = 0; i < n; i++)
        {
            int id = _ids[i], to = next[Length(id)]++;
            (Ids[to], X[to], Z[to]) = (id, _x[i], scales[id]);
        }
        var norm = Vector256<float>.Zero;
        ref float x = ref MemoryMarshal.GetArrayDataReference(X), z = ref MemoryMarshal.GetArrayDataReference(Z);
        int k = 0;
        for (; k + 8 <= n; k += 8)
        {
            var xs = Vector256.LoadUnsafe(ref x, (nuint)k);
            var scale = Vector256.LoadUnsafe(ref z, (nuint)k);
            var relative = xs / scale;
            norm = Vector256.FusedMultiplyAdd(relative, relative, norm);
            (power switch { 0 => xs, 1 => relative, _ => xs / (scale * scale) }).StoreUnsafe(ref z, (nuint)k);
        }
        float rest = 0;
        for (; k < n; k++)
        {
            float relative = X[k] / Z[k];
            rest = MathF.FusedMultiplyAdd(relative, relative, rest);
            Z[k] = power switch { 0 => X[k], 1 => relative, _ => X[k] / (Z[k] * Z[k]) };
        }
        Norm = rest + Vector256.Sum(norm);
    }
}
