using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Forage.Search.Text;

/// <summary>
/// How feature indices of tokens are made: from a template's salt and the hashes of what it looks at, one after the other, index = mix(mix(salt ^ a) ^ b) ….
/// Salts and hashes depend on bytes alone, never on the numbers values have in a table, so that a new file meets the weights learnt on another.
/// </summary>
public static class FeatureMix
{
    internal const uint Odd = 0x85EBCA6B; // of Murmur's finaliser

    /// <summary>Spreads the bits of <paramref name="x"/>; one-to-one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Mix(uint x)
    {
        x *= Odd;
        return x ^ (x >> 15);
    }

    /// <summary>Index of one thing seen under a salt.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Of(uint salt, uint a) => Mix(salt ^ a);

    /// <summary>Index of two things seen together, in this order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Of(uint salt, uint a, uint b) => Mix(Mix(salt ^ a) ^ b);

    /// <summary>Index of three things seen together, in this order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Of(uint salt, uint a, uint b, uint c) => Mix(Mix(Mix(salt ^ a) ^ b) ^ c);

    /// <summary>Hash of label number <paramref name="label"/>; -1 stands for the label before a sentence's first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Label(int label) => (uint)(label + 2) * 0x9E3779B1;

    /// <summary>
    /// to[k] = mix(salt ^ row[k]) for k below <paramref name="count"/>, eight at a time: both memories must have room for a multiple of eight, and what is behind
    /// <paramref name="count"/> in <paramref name="to"/> becomes arbitrary.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Row(ref uint row, int count, uint salt, ref uint to)
    {
        for (int k = 0; k < count; k += 8)
        {
            var x = (Vector256.LoadUnsafe(ref row, (nuint)k) ^ Vector256.Create(salt)) * Odd;
            (x ^ (x >>> 15)).StoreUnsafe(ref to, (nuint)k);
        }
    }

    /// <summary>
    /// Indices of terms seen together at <paramref name="count"/> places, eight at a time: mix(… mix(salt ^ a) ^ b …), 0 where a term is absent. Term t at place p has the hash
    /// hashes[line · stride + origin + offset + p]; memories have room for a multiple of eight.
    /// </summary>
    internal static void Join(uint salt, ReadOnlySpan<(int Line, int Offset)> terms, ref uint hashes, int stride, int origin, ref uint to, int count)
    {
        for (int p = 0; p < count; p += 8)
        {
            var h = Vector256.Create(salt);
            var absent = Vector256<uint>.Zero;
            foreach (var (line, offset) in terms)
            {
                var a = Vector256.LoadUnsafe(ref hashes, (nuint)(line * stride + origin + offset + p));
                absent |= Vector256.Equals(a, Vector256<uint>.Zero);
                h = (h ^ a) * Odd;
                h ^= h >>> 15;
            }
            if (terms.IsEmpty) h = Vector256.Max(h, Vector256<uint>.One);
            Vector256.AndNot(h, absent).StoreUnsafe(ref to, (nuint)p);
        }
    }

    /// <summary>Scalar twin of <see cref="Row"/>, the reference.</summary>
    internal static void RowScalar(ReadOnlySpan<uint> row, uint salt, Span<uint> to)
    {
        for (int k = 0; k < row.Length; k++) to[k] = Mix(salt ^ row[k]);
    }
}
