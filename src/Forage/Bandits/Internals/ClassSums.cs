using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Forage.Bandits.Internals;

/// <summary>
/// Sums Σ_x rewards[x, π_i(x)] over a whole class of policies. With up to 16 actions a context's rewards fit into two registers and looking up eight
/// policies' actions is one permutation; every policy's sum is taken in the order of the contexts, so all ways give the same doubles.
/// </summary>
internal static class ClassSums
{
    private const int Lanes = 8;
    private const int Block = 4 * Lanes;

    /// <summary>Number of bytes a context's policies take, a multiple of the block.</summary>
    public static int Padded(int count) => (count + Block - 1) / Block * Block;

    /// <summary>The fastest way this machine has.</summary>
    public static void Sum(ReadOnlySpan<byte> choices, int stride, int actions, ReadOnlySpan<double> rewards, Span<double> values)
    {
        if (Avx512F.IsSupported && actions <= 2 * Lanes) SumVector(choices, stride, actions, rewards, values);
        else SumScalar(choices, stride, actions, rewards, values);
    }

    /// <summary>One policy and context at a time.</summary>
    public static void SumScalar(ReadOnlySpan<byte> choices, int stride, int actions, ReadOnlySpan<double> rewards, Span<double> values)
    {
        values.Clear();
        for (int x = 0; x * actions < rewards.Length; x++)
        {
            var row = rewards.Slice(x * actions, actions);
            var column = choices.Slice(x * stride, values.Length);
            for (int i = 0; i < column.Length; i++) values[i] += row[column[i]];
        }
    }

    // Rewards are first laid out in whole registers; nobody looks beyond the last action.
    private static void SumVector(ReadOnlySpan<byte> choices, int stride, int actions, ReadOnlySpan<double> rewards, Span<double> values)
    {
        int contexts = rewards.Length / actions, width = actions <= Lanes ? Lanes : 2 * Lanes;
        double[] rented = ArrayPool<double>.Shared.Rent(contexts * width);
        var rows = rented.AsSpan(0, contexts * width);
        for (int x = 0; x < contexts; x++) rewards.Slice(x * actions, actions).CopyTo(rows[(x * width)..]);
        Span<double> tail = stackalloc double[Block];
        for (int i = 0; i < values.Length; i += Block)
        {
            bool whole = i + Block <= values.Length;
            var to = whole ? values.Slice(i, Block) : tail;
            if (width == Lanes) SumBlock8(choices[i..], stride, rows, to);
            else SumBlock16(choices[i..], stride, rows, to);
            if (!whole) tail[..(values.Length - i)].CopyTo(values[i..]);
        }
        ArrayPool<double>.Shared.Return(rented);
    }

    private static void SumBlock8(ReadOnlySpan<byte> choices, int stride, ReadOnlySpan<double> rows, Span<double> to)
    {
        var a = Vector512<double>.Zero;
        Vector512<double> b = a, c = a, d = a;
        for (int x = 0; x * Lanes < rows.Length; x++)
        {
            var row = Vector512.Create(rows.Slice(x * Lanes, Lanes));
            ref byte from = ref MemoryMarshal.GetReference(choices.Slice(x * stride, Block));
            a += Avx512F.PermuteVar8x64(row, Numbers(ref from));
            b += Avx512F.PermuteVar8x64(row, Numbers(ref Unsafe.Add(ref from, Lanes)));
            c += Avx512F.PermuteVar8x64(row, Numbers(ref Unsafe.Add(ref from, 2 * Lanes)));
            d += Avx512F.PermuteVar8x64(row, Numbers(ref Unsafe.Add(ref from, 3 * Lanes)));
        }
        Store(a, b, c, d, to);
    }

    private static void SumBlock16(ReadOnlySpan<byte> choices, int stride, ReadOnlySpan<double> rows, Span<double> to)
    {
        var a = Vector512<double>.Zero;
        Vector512<double> b = a, c = a, d = a;
        for (int x = 0; 2 * x * Lanes < rows.Length; x++)
        {
            var low = Vector512.Create(rows.Slice(2 * x * Lanes, Lanes));
            var high = Vector512.Create(rows.Slice((2 * x + 1) * Lanes, Lanes));
            ref byte from = ref MemoryMarshal.GetReference(choices.Slice(x * stride, Block));
            a += Avx512F.PermuteVar8x64x2(low, Numbers(ref from), high);
            b += Avx512F.PermuteVar8x64x2(low, Numbers(ref Unsafe.Add(ref from, Lanes)), high);
            c += Avx512F.PermuteVar8x64x2(low, Numbers(ref Unsafe.Add(ref from, 2 * Lanes)), high);
            d += Avx512F.PermuteVar8x64x2(low, Numbers(ref Unsafe.Add(ref from, 3 * Lanes)), high);
        }
        Store(a, b, c, d, to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<long> Numbers(ref byte actions) => Avx512F.ConvertToVector512Int64(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref actions)).AsByte());

    private static void Store(Vector512<double> a, Vector512<double> b, Vector512<double> c, Vector512<double> d, Span<double> to)
    {
        a.CopyTo(to);
        b.CopyTo(to[Lanes..]);
        c.CopyTo(to[(2 * Lanes)..]);
        d.CopyTo(to[(3 * Lanes)..]);
    }
}
