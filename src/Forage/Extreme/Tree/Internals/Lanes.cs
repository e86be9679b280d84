using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Forage.Extreme.Tree.Internals;

/// <summary>
/// Products of a sparse row with a matrix of sixteen columns, one vector a row: what sixteen siblings, be they classifiers or cluster centres, have in common is
/// read once. Matrices are flat, row c at 16 c.
/// </summary>
internal static class Lanes
{
    /// <summary>Siblings side by side.</summary>
    public const int Width = 16;

    /// <summary>Σ_j x_j M[c_j, ·], summed in four partial sums of every fourth entry.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Vector512<float> Dot(ReadOnlySpan<int> columns, ReadOnlySpan<float> values, ReadOnlySpan<float> matrix)
    {
        Vector512<float> a = default, b = default, c = default, d = default;
        ref float m = ref MemoryMarshal.GetReference(matrix);
        ref int column = ref MemoryMarshal.GetReference(columns);
        ref float value = ref MemoryMarshal.GetReference(values);
        int j = 0, n = columns.Length;
        for (; j + 4 <= n; j += 4)
        {
            a = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref value, j)), Row(ref m, Unsafe.Add(ref column, j)), a);
            b = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref value, j + 1)), Row(ref m, Unsafe.Add(ref column, j + 1)), b);
            c = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref value, j + 2)), Row(ref m, Unsafe.Add(ref column, j + 2)), c);
            d = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref value, j + 3)), Row(ref m, Unsafe.Add(ref column, j + 3)), d);
        }
        for (; j < n; j++) a = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref value, j)), Row(ref m, Unsafe.Add(ref column, j)), a);
        return a + b + (c + d);
    }

    /// <summary>M[c_j, ·] += x_j · <paramref name="step"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(ReadOnlySpan<int> columns, ReadOnlySpan<float> values, Vector512<float> step, Span<float> matrix)
    {
        ref float m = ref MemoryMarshal.GetReference(matrix);
        for (int j = 0; j < columns.Length; j++)
        {
            nuint at = (nuint)columns[j] * Width;
            Vector512.FusedMultiplyAdd(Vector512.Create(values[j]), step, Vector512.LoadUnsafe(ref m, at)).StoreUnsafe(ref m, at);
        }
    }

    /// <summary><see cref="Dot"/> without vectors, the same to the last bit.</summary>
    public static void DotScalar(ReadOnlySpan<int> columns, ReadOnlySpan<float> values, ReadOnlySpan<float> matrix, Span<float> result)
    {
        int whole = columns.Length & ~3;
        for (int k = 0; k < Width; k++)
        {
            float a = 0, b = 0, c = 0, d = 0;
            for (int j = 0; j < columns.Length; j++)
            {
                ref float sum = ref a;
                if (j < whole && (j & 3) == 1) sum = ref b;
                if (j < whole && (j & 3) == 2) sum = ref c;
                if (j < whole && (j & 3) == 3) sum = ref d;
                sum = MathF.FusedMultiplyAdd(values[j], matrix[columns[j] * Width + k], sum);
            }
            result[k] = a + b + (c + d);
        }
    }

    /// <summary><see cref="Add"/> without vectors, the same to the last bit.</summary>
    public static void AddScalar(ReadOnlySpan<int> columns, ReadOnlySpan<float> values, ReadOnlySpan<float> step, Span<float> matrix)
    {
        for (int j = 0; j < columns.Length; j++)
            for (int k = 0; k < Width; k++) matrix[columns[j] * Width + k] = MathF.FusedMultiplyAdd(values[j], step[k], matrix[columns[j] * Width + k]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Row(ref float matrix, int column) => Vector512.LoadUnsafe(ref matrix, (nuint)column * Width);
}
