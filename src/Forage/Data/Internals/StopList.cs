using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Forage.Data.Internals;

/// <summary>
/// The stops of a line of VW text: positions of blanks, colons, bars and control bytes, found 64 bytes at a time, and a bit a stop that tells whether
/// it is a blank and one whether it is a colon.
/// </summary>
internal readonly ref struct StopList
{
    private readonly Span<int> _positions;
    private readonly Span<ulong> _colons;
    private readonly Span<ulong> _blanks;

    /// <summary>Room for a line of <paramref name="length"/> bytes, all of which may be stops.</summary>
    public StopList(ParseScratch scratch, int length)
    {
        int room = length + 128;
        _positions = scratch.Positions(room);
        int words = room / 64 + 3;
        var bits = scratch.Bits(2 * words).AsSpan();
        _colons = bits[..words];
        _blanks = bits.Slice(words, words);
    }

    /// <summary>Position of stop <paramref name="k"/>; not checked.</summary>
    public ref int this[int k]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Unsafe.Add(ref MemoryMarshal.GetReference(_positions), k);
    }

    /// <summary>True if the 16 stops from <paramref name="k"/> on are a blank and a colon in turn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool AlternatesFrom(int k) => (Bits(_colons, k) & 0xFFFF) == 0xAAAA && (Bits(_blanks, k) & 0xFFFF) == 0x5555;

    /// <summary>Finds the stops from <paramref name="start"/> to <paramref name="end"/> and a few behind; 64 bytes behind the end are readable.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Find(ref byte bytes, int start, int end)
    {
        ref int stop = ref MemoryMarshal.GetReference(_positions);
        ulong colonWord = 0, blankWord = 0;
        int filled = 0, word = 0;
        for (int at = start; at < end; at += 64)
        {
            Classify(ref Unsafe.Add(ref bytes, at), out ulong bits, out ulong colons, out ulong blanks);
            int n = BitOperations.PopCount(bits);
            if (Bmi2.X64.IsSupported)
            {
                ulong c = Bmi2.X64.ParallelBitExtract(colons, bits), b = Bmi2.X64.ParallelBitExtract(blanks, bits);
                colonWord |= c << filled;
                blankWord |= b << filled;
                filled += n;
                if (filled >= 64)
                {
                    _colons[word] = colonWord;
                    _blanks[word++] = blankWord;
                    filled -= 64;
                    int rest = n - filled;
                    colonWord = rest == 64 ? 0 : c >> rest;
                    blankWord = rest == 64 ? 0 : b >> rest;
                }
            }
            // Eight at a time without looking whether there are as many: what is too much is overwritten by what follows.
            for (int i = 0; i < n; i += 8)
            {
                Unsafe.Add(ref stop, i + 0) = at + BitOperations.TrailingZeroCount(bits);
                bits &= bits - 1;
                Unsafe.Add(ref stop, i + 1) = at + BitOperations.TrailingZeroCount(bits);
                bits &= bits - 1;
                Unsafe.Add(ref stop, i + 2) = at + BitOperations.TrailingZeroCount(bits);
                bits &= bits - 1;
                Unsafe.Add(ref stop, i + 3) = at + BitOperations.TrailingZeroCount(bits);
                bits &= bits - 1;
                Unsafe.Add(ref stop, i + 4) = at + BitOperations.TrailingZeroCount(bits);
                bits &= bits - 1;
                Unsafe.Add(ref stop, i + 5) = at + BitOperations.TrailingZeroCount(bits);
                bits &= bits - 1;
                Unsafe.Add(ref stop, i + 6) = at + BitOperations.TrailingZeroCount(bits);
                bits &= bits - 1;
                Unsafe.Add(ref stop, i + 7) = at + BitOperations.TrailingZeroCount(bits);
                bits &= bits - 1;
            }
            stop = ref Unsafe.Add(ref stop, n);
        }
        _colons[word] = colonWord;
        _blanks[word] = blankWord;
        _colons[word + 1] = _blanks[word + 1] = 0;
        // A line that ends on the last byte of a block has its end in none.
        for (int j = 0; j < 3; j++) Unsafe.Add(ref stop, j) = end + j;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Bits(Span<ulong> words, int k) =>
        Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref Unsafe.As<ulong, byte>(ref MemoryMarshal.GetReference(words)), k >> 3)) >> (k & 7);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Classify(ref byte bytes, out ulong stops, out ulong colons, out ulong blanks)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            var v = Vector512.LoadUnsafe(ref bytes);
            colons = Vector512.Equals(v, Vector512.Create((byte)':')).ExtractMostSignificantBits();
            blanks = Vector512.Equals(v, Vector512.Create((byte)' ')).ExtractMostSignificantBits();
            stops = Vector512.LessThanOrEqual(v, Vector512.Create((byte)' ')).ExtractMostSignificantBits() | colons
                | Vector512.Equals(v, Vector512.Create((byte)'|')).ExtractMostSignificantBits();
            return;
        }
        Half(Vector256.LoadUnsafe(ref bytes), out uint s0, out uint c0, out uint b0);
        Half(Vector256.LoadUnsafe(ref bytes, 32), out uint s1, out uint c1, out uint b1);
        (stops, colons, blanks) = (s0 | (ulong)s1 << 32, c0 | (ulong)c1 << 32, b0 | (ulong)b1 << 32);

        static void Half(Vector256<byte> v, out uint stops, out uint colons, out uint blanks)
        {
            colons = Vector256.Equals(v, Vector256.Create((byte)':')).ExtractMostSignificantBits();
            blanks = Vector256.Equals(v, Vector256.Create((byte)' ')).ExtractMostSignificantBits();
            stops = Vector256.LessThanOrEqual(v, Vector256.Create((byte)' ')).ExtractMostSignificantBits() | colons
                | Vector256.Equals(v, Vector256.Create((byte)'|')).ExtractMostSignificantBits();
        }
    }
}
