using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Forage.Extreme.Embedding.Internals;

/// <summary>
/// Products of one vector of 7-bit codes 1..127 with blocks of 16 vectors of 8-bit codes -127..127, in whole numbers: the same on every processor. Four coordinates of the 16 vectors stand
/// together (64 bytes), then the next four, so that sums need no adding across lanes. 7 bits, because two products of 127 · 127 fit in 16 bits.
/// </summary>
internal static unsafe class CodeKernels
{
    /// <summary>Vectors of a block.</summary>
    public const int Block = 16;

    /// <summary>sums_k = Σ_j query_j block_kj by the best instructions there are.</summary>
    /// <param name="query">n codes.</param>
    /// <param name="block">16 n codes.</param>
    /// <param name="n">Coordinates, a multiple of 16.</param>
    /// <param name="sums">Receives 16 sums.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Products(byte* query, sbyte* block, int n, int* sums)
    {
        if (AvxVnni.IsSupported) Vnni(query, block, n, sums);
        else if (Avx2.IsSupported) Pairs(query, block, n, sums);
        else Plain(query, block, n, sums);
    }

    /// <summary>Four products an instruction (AVX-VNNI).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Vnni(byte* query, sbyte* block, int n, int* sums)
    {
        Vector256<int> a = default, b = default, c = default, d = default;
        for (int j = 0; j < n; j += 8, block += 128)
        {
            var x = Vector256.Create(*(int*)(query + j)).AsByte();
            var y = Vector256.Create(*(int*)(query + j + 4)).AsByte();
            a = AvxVnni.MultiplyWideningAndAdd(a, x, Vector256.Load(block));
            b = AvxVnni.MultiplyWideningAndAdd(b, x, Vector256.Load(block + 32));
            c = AvxVnni.MultiplyWideningAndAdd(c, y, Vector256.Load(block + 64));
            d = AvxVnni.MultiplyWideningAndAdd(d, y, Vector256.Load(block + 96));
        }
        (a + c).Store(sums);
        (b + d).Store(sums + 8);
    }

    /// <summary>Pairs in 16 bits, then in 32 (AVX2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pairs(byte* query, sbyte* block, int n, int* sums)
    {
        Vector256<int> a = default, b = default;
        var ones = Vector256<short>.One;
        for (int j = 0; j < n; j += 4, block += 64)
        {
            var x = Vector256.Create(*(int*)(query + j)).AsByte();
            a += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(x, Vector256.Load(block)), ones);
            b += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(x, Vector256.Load(block + 32)), ones);
        }
        a.Store(sums);
        b.Store(sums + 8);
    }

    /// <summary>One by one.</summary>
    public static void Plain(byte* query, sbyte* block, int n, int* sums)
    {
        for (int k = 0; k < Block; k++) sums[k] = 0;
        for (int j = 0; j < n; j++)
            for (int k = 0; k < Block; k++) sums[k] += query[j] * block[At(k, j)];
    }

    /// <summary>Where coordinate j of vector k stands in its block.</summary>
    public static int At(int k, int j) => (j & ~3) * Block + 4 * k + (j & 3);
}
