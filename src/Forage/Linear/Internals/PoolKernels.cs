using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Forage.Linear.Internals;

/// <summary>The passes of one regressor of a pool over one row.</summary>
internal static unsafe class PoolKernels
{
    /// <summary>Bits from which on a table is fetched ahead of its use.</summary>
    private const int SmallestToPrefetch = 9;

    /// <summary>Σ z w.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(in OwnTable table, PooledRow row)
    {
        if (table.Buckets == null) return 0;
        int n = row.Count;
        ref int id = ref MemoryMarshal.GetArrayDataReference(row.Ids);
        ref float z = ref MemoryMarshal.GetArrayDataReference(row.Z);
        if (table.Direct)
        {
            // A cell nobody learnt holds weight 0.
            int capacity = table.Capacity;
            float sum = 0;
            for (int i = 0; i < n; i++)
            {
                int cell = Unsafe.Add(ref id, i);
                if (cell < capacity) sum = MathF.FusedMultiplyAdd(Unsafe.Add(ref z, i), *table.Weight(cell), sum);
            }
            return sum;
        }
        Prefetch(table, row, sums: false);
        var sums = Vector256<float>.Zero;
        uint mask = (1u << (table.Bits - 3)) - 1;
        for (int i = 0; i < n; i++)
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
        return Vector256.Sum(sums);
    }

    /// <summary>Σ z w, and each feature's cell (-1: none yet). Returns how many have none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Locate(in OwnTable table, PooledRow row, out float sum)
    {
        int n = row.Count, missing = 0;
        sum = 0;
        if (table.Buckets == null)
        {
            row.At.AsSpan(0, n).Fill(-1);
            return n;
        }
        Prefetch(table, row, sums: table.Sums != null);
        float a = 0;
        ref int id = ref MemoryMarshal.GetArrayDataReference(row.Ids);
        ref int place = ref MemoryMarshal.GetArrayDataReference(row.At);
        ref float z = ref MemoryMarshal.GetArrayDataReference(row.Z);
        for (int i = 0; i < n; i++)
        {
            int at = table.Find(Unsafe.Add(ref id, i));
            Unsafe.Add(ref place, i) = at;
            if (at < 0) missing++;
            else a = MathF.FusedMultiplyAdd(Unsafe.Add(ref z, i), *table.Weight(at), a);
        }
        sum = a;
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
        for (int i = 0; i < n; i++)
        {
            int at = Unsafe.Add(ref place, i);
            // A sum that never ends makes the rate 0.
            Unsafe.Add(ref g, i) = at < 0 ? float.PositiveInfinity : adaptive ? table.Sums[at] : 0;
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
                float r = Unsafe.Add(ref place, k) < 0 ? 0 : Unsafe.Add(ref x, k);
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
        var sums = table.Sums;
        ref int place = ref MemoryMarshal.GetArrayDataReference(row.At);
        ref float g = ref MemoryMarshal.GetArrayDataReference(row.Sums), rate = ref MemoryMarshal.GetArrayDataReference(row.Rates);
        for (int i = 0; i < n; i++)
        {
            int at = Unsafe.Add(ref place, i);
            if (at < 0) continue;
            float* weight = table.Weight(at);
            *weight = MathF.FusedMultiplyAdd(step, Unsafe.Add(ref rate, i), *weight);
            if (adaptive) sums[at] = Unsafe.Add(ref g, i);
        }
    }

    private static void Prefetch(in OwnTable table, PooledRow row, bool sums)
    {
        if (table.Bits < SmallestToPrefetch || table.Direct || !Sse.IsSupported) return;
        int n = row.Count;
        ref int id = ref MemoryMarshal.GetArrayDataReference(row.Ids);
        for (int i = 0; i < n; i++)
        {
            uint home = table.Home(Unsafe.Add(ref id, i));
            Sse.Prefetch0(table.Bucket(home));
            if (sums) Sse.Prefetch0(table.Sums + home * OwnTable.Lanes);
        }
    }
}
