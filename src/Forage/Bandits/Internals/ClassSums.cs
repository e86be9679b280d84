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

    private static void SumVector(ReadOnlySpan<byte> choices, int stride, int actions, ReadOnlySpan<double> rewards, Span<double> values)
    {
        int contexts = rewards.Length / actions;
        Span<double> tail = stackalloc double[Block];
        for (int i = 0; i < values.Length; i += Block)
        {
            var a = Vector512<double>.Zero;
            Vector512<double> b = a, c = a, d = a;
            for (int x = 0; x < contexts; x++)
            {
                var (low, high) = Row(rewards.Slice(x * actions, actions));
                ref byte from = ref MemoryMarshal.GetReference(choices.Slice(x * stride + i, Block));
                a += Look(low, high, ref from);
                b += Look(low, high, ref Unsafe.Add(ref from, Lanes));
                c += Look(low, high, ref Unsafe.Add(ref from, 2 * Lanes));
                d += Look(low, high, ref Unsafe.Add(ref from, 3 * Lanes));
            }
            bool whole = i + Block <= values.Length;
            var to = whole ? values.Slice(i, Block) : tail;
            a.CopyTo(to);
            b.CopyTo(to[Lanes..]);
            c.CopyTo(to[(2 * Lanes)..]);
            d.CopyTo(to[(3 * Lanes)..]);
            if (!whole) tail[..(values.Length - i)].CopyTo(values[i..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Look(Vector512<double> low, Vector512<double> high, ref byte actions)
    {
        var numbers = Avx512F.ConvertToVector512Int64(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref actions)).AsByte());
        return Avx512F.PermuteVar8x64x2(low, numbers, high);
    }

    // The rewards of up to 16 actions; nobody looks beyond the last.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<double> Low, Vector512<double> High) Row(ReadOnlySpan<double> row)
    {
        if (row.Length == Lanes) return (Vector512.Create(row), default);
        if (row.Length == 2 * Lanes) return (Vector512.Create(row), Vector512.Create(row[Lanes..]));
        Span<double> padded = stackalloc double[2 * Lanes];
        row.CopyTo(padded);
        return (Vector512.Create<double>(padded), Vector512.Create<double>(padded[Lanes..]));
    }
}
