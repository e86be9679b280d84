using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Forage.Linear.Internals;

/// <summary>The passes of one regressor of a pool over one row.</summary>
internal static unsafe class PoolKernels
{
    /// <summary>Bits from which on a table is fetched ahead of its use.</summary>
    private const int SmallestToFetch = 9;

    /// <summary>Σ z w.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(in OwnTable table, PooledRow row)
    {
        Fetch(table, row, sums: false);
        int n = row.Count, dense = row.Below(table.DenseOctave);
        bool keyed = dense < n && table.Buckets != null;
        float sum = DenseDot(table.Dense, row, dense);
        if (!keyed) return sum;
        ref int id = ref MemoryMarshal.GetArrayDataReference(row.Ids);
        ref float z = ref MemoryMarshal.GetArrayDataReference(row.Z);
        var sums = Vector256<float>.Zero;
        uint mask = (1u << (table.Bits - 3)) - 1;
        for (int i = dense; i < n; i++)
        {
            int feature = Unsafe.Add(ref id, i);
            var wanted = Vector256.Create((uint)feature + 1);
            for (uint b = table.Home(feature); ; b = (b + 1) & mask)
            {
                uint* bucket = table.Bucket(b);
                var keys = Vector256.LoadAligned(bucket);
                var found = Vector256.Equals(keys, wanted);
                // The weight of the cell found, 0 in the other lanes.
                sums = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref z, i)), (Vector256.LoadAligned(bucket + OwnTable.Lanes) & found).AsSingle(), sums);
                if ((found | Vector256.Equals(keys, Vector256<uint>.Zero)).ExtractMostSignificantBits() != 0) break;
            }
        }
        return sum + Vector256.Sum(sums);
    }

    /// <summary>Asks the memory for the weights of a row's features, and perhaps their sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Fetch(in OwnTable table, PooledRow row, bool sums)
    {
        if (!Sse.IsSupported) return;
        int n = row.Count, dense = row.Below(table.DenseOctave);
        ref int id = ref MemoryMarshal.GetArrayDataReference(row.Ids);
        for (int i = row.Below(Math.Min(table.DenseOctave, SmallestToFetch)); i < dense; i++)
        {
            Sse.Prefetch0(table.Dense + Unsafe.Add(ref id, i));
            if (sums) Sse.Prefetch0(table.DenseSums + Unsafe.Add(ref id, i));
        }
        if (table.Bits < SmallestToFetch || table.Buckets == null) return;
        for (int i = dense; i < n; i++)
        {
            uint home = table.Home(Unsafe.Add(ref id, i));
            Sse.Prefetch0(table.Bucket(home));
            if (sums) Sse.Prefetch0(table.Sums + home * OwnTable.Lanes);
        }
    }

    /// <summary>Σ z w, and the cell of each feature with a key (-1: none yet). Returns how many have none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Locate(in OwnTable table, PooledRow row, out float sum)
    {
        int n = row.Count, dense = row.Below(table.DenseOctave), missing = 0;
        Fetch(table, row, sums: table.Sums != null || table.DenseSums != null);
        ref int id = ref MemoryMarshal.GetArrayDataReference(row.Ids);
        sum = DenseDot(table.Dense, row, dense);
        if (dense == n) return 0;
        if (table.Buckets == null)
        {
            row.At.AsSpan(dense, n - dense).Fill(-1);
            return n - dense;
        }
        ref int place = ref MemoryMarshal.GetArrayDataReference(row.At);
        ref float z = ref MemoryMarshal.GetArrayDataReference(row.Z);
        float a = 0;
        for (int i = dense; i < n; i++)
        {
            int at = table.Find(Unsafe.Add(ref id, i));
            Unsafe.Add(ref place, i) = at;
            if (at < 0) missing++;
            else a = MathF.FusedMultiplyAdd(Unsafe.Add(ref z, i), *table.Weight(at), a);
        }
        sum += a;
        return missing;
    }

    /// <summary>G += q x², r = x/√G; returns Σ r z, the change of the score a unit of step. Features without a place get rate 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Rates(in OwnTable table, PooledRow row, float q, bool adaptive, bool scalar = false)
    {
        int n = row.Count;
        ref int place = ref MemoryMarshal.GetArrayDataReference(row.At);
        ref float x = ref MemoryMarshal.GetArrayDataReference(row.X), z = ref MemoryMarshal.GetArrayDataReference(row.Z);
        ref float g = ref MemoryMarshal.GetArrayDataReference(row.Sums), rate = ref MemoryMarshal.GetArrayDataReference(row.Rates);
        int dense = row.Below(table.DenseOctave);
        if (adaptive)
        {
            ref int id = ref MemoryMarshal.GetArrayDataReference(row.Ids);
            for (int i = 0; i < dense; i++) Unsafe.Add(ref g, i) = table.DenseSums[Unsafe.Add(ref id, i)];
            for (int i = dense; i < n; i++)
            {
                int at = Unsafe.Add(ref place, i);
                Unsafe.Add(ref g, i) = at < 0 ? float.PositiveInfinity : table.Sums[at]; // a sum that never ends makes the rate 0
            }
        }
        var total = Vector256<float>.Zero;
        float rest = 0;
        int k = 0;
        if (adaptive)
        {
            var squared = Vector256.Create(q);
            if (!scalar)
            {
                for (; k + 8 <= n; k += 8)
                {
                    var xs = Vector256.LoadUnsafe(ref x, (nuint)k);
                    var sum = Vector256.FusedMultiplyAdd(squared, xs * xs, Vector256.LoadUnsafe(ref g, (nuint)k));
                    var r = xs / Vector256.Sqrt(sum);
                    sum.StoreUnsafe(ref g, (nuint)k);
                    r.StoreUnsafe(ref rate, (nuint)k);
                    total = Vector256.FusedMultiplyAdd(r, Vector256.LoadUnsafe(ref z, (nuint)k), total);
                }
            }
            for (; k < n; k++)
            {
                float v = Unsafe.Add(ref x, k), sum = MathF.FusedMultiplyAdd(q, v * v, Unsafe.Add(ref g, k)), r = v / MathF.Sqrt(sum);
                (Unsafe.Add(ref g, k), Unsafe.Add(ref rate, k)) = (sum, r);
                if (scalar && k < (n & ~7)) total = total.WithElement(k & 7, MathF.FusedMultiplyAdd(r, Unsafe.Add(ref z, k), total.GetElement(k & 7)));
                else rest = MathF.FusedMultiplyAdd(r, Unsafe.Add(ref z, k), rest);
            }
        }
        else
        {
            for (; k < n; k++)
            {
                float r = k >= dense && Unsafe.Add(ref place, k) < 0 ? 0 : Unsafe.Add(ref x, k);
                Unsafe.Add(ref rate, k) = r;
                rest = MathF.FusedMultiplyAdd(r, Unsafe.Add(ref z, k), rest);
            }
        }
        return rest + Vector256.Sum(total);
    }

    /// <summary>w += u r, and the sums to their places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Update(in OwnTable table, PooledRow row, float step, bool adaptive)
    {
        int n = row.Count;
        int dense = row.Below(table.DenseOctave);
        ref int id = ref MemoryMarshal.GetArrayDataReference(row.Ids);
        ref int place = ref MemoryMarshal.GetArrayDataReference(row.At);
        ref float g = ref MemoryMarshal.GetArrayDataReference(row.Sums), rate = ref MemoryMarshal.GetArrayDataReference(row.Rates);
        float* weights = table.Dense, denseSums = table.DenseSums, sums = table.Sums;
        for (int i = 0; i < dense; i++)
        {
            int feature = Unsafe.Add(ref id, i);
            weights[feature] = MathF.FusedMultiplyAdd(step, Unsafe.Add(ref rate, i), weights[feature]);
            if (adaptive) denseSums[feature] = Unsafe.Add(ref g, i);
        }
        for (int i = dense; i < n; i++)
        {
            int at = Unsafe.Add(ref place, i);
            if (at < 0) continue;
            float* weight = table.Weight(at);
            *weight = MathF.FusedMultiplyAdd(step, Unsafe.Add(ref rate, i), *weight);
            if (adaptive) sums[at] = Unsafe.Add(ref g, i);
        }
    }

    /// <summary>Σ z w of the first features, which have no keys; four sums, so that no addition waits for the one before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float DenseDot(float* weights, PooledRow row, int n)
    {
        ref int id = ref MemoryMarshal.GetArrayDataReference(row.Ids);
        ref float z = ref MemoryMarshal.GetArrayDataReference(row.Z);
        float a = 0, b = 0, c = 0, d = 0;
        int i = 0;
        for (; i + 4 <= n; i += 4)
        {
            a = MathF.FusedMultiplyAdd(Unsafe.Add(ref z, i), weights[Unsafe.Add(ref id, i)], a);
            b = MathF.FusedMultiplyAdd(Unsafe.Add(ref z, i + 1), weights[Unsafe.Add(ref id, i + 1)], b);
            c = MathF.FusedMultiplyAdd(Unsafe.Add(ref z, i + 2), weights[Unsafe.Add(ref id, i + 2)], c);
            d = MathF.FusedMultiplyAdd(Unsafe.Add(ref z, i + 3), weights[Unsafe.Add(ref id, i + 3)], d);
        }
        for (; i < n; i++) a = MathF.FusedMultiplyAdd(Unsafe.Add(ref z, i), weights[Unsafe.Add(ref id, i)], a);
        return a + b + (c + d);
    }
}
