using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Forage.Data.Internals;

/// <summary>The positions of the quotes of a line of JSON without backslashes: strings begin at the even ones and end at the odd ones.</summary>
internal static class QuoteList
{
    /// <summary>Bytes that must be readable behind a line.</summary>
    public const int Ahead = 64;

    /// <summary>Longest line whose quotes are looked for: four bytes are needed for each of its own.</summary>
    public const int LongestLine = 1 << 20;

    /// <summary>Entries behind the last quote that stand for the end.</summary>
    public const int Sentinels = 20;

    /// <summary>What an entry behind the last quote holds.</summary>
    public const int End = int.MaxValue / 2;

    /// <summary>Finds the quotes of a line; false if there is a backslash in it.</summary>
    /// <param name="line">The line; <see cref="Ahead"/> bytes behind it can be read.</param>
    /// <param name="scratch">Memory for the positions.</param>
    /// <param name="positions">Positions of the quotes and the sentinels.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryFind(ReadOnlySpan<byte> line, JsonScratch scratch, out Span<int> positions)
    {
        positions = scratch.Positions(line.Length + Ahead + Sentinels);
        ref byte bytes = ref MemoryMarshal.GetReference(line);
        ref int to = ref MemoryMarshal.GetReference(positions);
        ulong escapes = 0;
        int count = 0;
        for (int at = 0; at < line.Length; at += 64)
        {
            Classify(ref Unsafe.Add(ref bytes, at), out ulong quotes, out ulong backslashes);
            if (line.Length - at < 64)
            {
                ulong inside = (1UL << (line.Length - at)) - 1;
                quotes &= inside;
                backslashes &= inside;
            }
            escapes |= backslashes;
            int n = BitOperations.PopCount(quotes);
            // Four at a time without looking whether there are as many: what is too much is overwritten by what follows.
            for (int i = 0; i < n; i += 4)
            {
                ref int next = ref Unsafe.Add(ref to, count + i);
                next = at + BitOperations.TrailingZeroCount(quotes);
                quotes &= quotes - 1;
                Unsafe.Add(ref next, 1) = at + BitOperations.TrailingZeroCount(quotes);
                quotes &= quotes - 1;
                Unsafe.Add(ref next, 2) = at + BitOperations.TrailingZeroCount(quotes);
                quotes &= quotes - 1;
                Unsafe.Add(ref next, 3) = at + BitOperations.TrailingZeroCount(quotes);
                quotes &= quotes - 1;
            }
            count += n;
        }
        positions = positions[..(count + Sentinels)];
        positions[count..].Fill(End);
        return escapes == 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Classify(ref byte bytes, out ulong quotes, out ulong backslashes)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            var v = Vector512.LoadUnsafe(ref bytes);
            quotes = Vector512.Equals(v, Vector512.Create((byte)'"')).ExtractMostSignificantBits();
            backslashes = Vector512.Equals(v, Vector512.Create((byte)'\\')).ExtractMostSignificantBits();
            return;
        }
        var low = Vector256.LoadUnsafe(ref bytes);
        var high = Vector256.LoadUnsafe(ref bytes, 32);
        quotes = Bits(low, '"') | (ulong)Bits(high, '"') << 32;
        backslashes = Bits(low, '\\') | (ulong)Bits(high, '\\') << 32;

        static uint Bits(Vector256<byte> v, char c) => Vector256.Equals(v, Vector256.Create((byte)c)).ExtractMostSignificantBits();
    }
}
