using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Forage.Extreme.Embedding.Internals;

/// <summary>
/// Sums of looked-up numbers over blocks of 64 vectors of signs (the "fast scan" of André, Kermarrec, Le Scouarnec 2015): four signs are a number 0..15 that a table of 16 bytes turns into what they
/// contribute, 64 vectors an instruction. A row of a block is 64 bytes, eight signs of each vector: the first four in the low half of its byte. All in whole numbers: the same on every processor.
/// </summary>
internal static unsafe class SignKernels
{
    /// <summary>Vectors of a block.</summary>
    public const int Block = 64;

    /// <summary>Largest number in a table: two of them fit in a byte.</summary>
    public const int Largest = 127;

    /// <summary>Bytes of a table: 16 numbers, four times.</summary>
    public const int Table = 64;

    /// <summary>Byte of a row that vector k has: even bytes are added up apart from odd ones.</summary>
    public static int At(int k) => k < Block / 2 ? 2 * k : 2 * k - Block + 1;

    /// <summary>sums_k = Σ_t table_t[signs of vector k], by the best instructions there are.</summary>
    /// <param name="tables">Two tables a row.</param>
    /// <param name="block">Rows.</param>
    /// <param name="rows">Number of rows; sums must stay below 2^16.</param>
    /// <param name="sums">Receives 64 sums.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Sums(byte* tables, byte* block, int rows, ushort* sums)
    {
        if (Avx512BW.IsSupported) Wide(tables, block, rows, sums);
        else if (Avx2.IsSupported) Half(tables, block, rows, sums);
        else Plain(tables, block, rows, sums);
    }

    /// <summary>512 bits at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Wide(byte* tables, byte* block, int rows, ushort* sums)
    {
        Vector512<ushort> all = default, odd = default;
        var low = Vector512.Create((byte)15);
        for (int r = 0; r < rows; r++, block += Block, tables += 2 * Table)
        {
            var x = Vector512.Load(block);
            var first = Avx512BW.Shuffle(Vector512.Load(tables), x & low);
            var second = Avx512BW.Shuffle(Vector512.Load(tables + Table), (x.AsUInt16() >> 4).AsByte() & low);
            var both = (first + second).AsUInt16();
            all += both;
            odd += both >> 8;
        }
        (all - (odd << 8)).Store(sums);
        odd.Store(sums + Block / 2);
    }

    /// <summary>256 bits at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Half(byte* tables, byte* block, int rows, ushort* sums)
    {
        var low = Vector256.Create((byte)15);
        for (int half = 0; half < 2; half++)
        {
            Vector256<ushort> all = default, odd = default;
            for (int r = 0; r < rows; r++)
            {
                var x = Vector256.Load(block + r * Block + half * 32);
                var first = Avx2.Shuffle(Vector256.Load(tables + 2 * r * Table), x & low);
                var second = Avx2.Shuffle(Vector256.Load(tables + (2 * r + 1) * Table), (x.AsUInt16() >> 4).AsByte() & low);
                var both = (first + second).AsUInt16();
                all += both;
                odd += both >> 8;
            }
            (all - (odd << 8)).Store(sums + half * 16);
            odd.Store(sums + Block / 2 + half * 16);
        }
    }

    /// <summary>One by one.</summary>
    public static void Plain(byte* tables, byte* block, int rows, ushort* sums)
    {
        for (int k = 0; k < Block; k++)
        {
            int sum = 0;
            for (int r = 0; r < rows; r++)
            {
                int signs = block[r * Block + At(k)];
                sum += tables[2 * r * Table + (signs & 15)] + tables[(2 * r + 1) * Table + (signs >> 4)];
            }
            sums[k] = (ushort)sum;
        }
    }
}
