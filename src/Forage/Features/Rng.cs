using System.Runtime.CompilerServices;

namespace Forage.Features;

/// <summary>
/// A counter-based random number generator: draw number c of key k is a fixed 64-bit mix of (k, c), so a state is two integers, saving it is
/// saving them, and streams for (seed, purpose, index) are made with <see cref="Fork"/> without drawing. Pass it by <c>ref</c>.
/// </summary>
/// <remarks>
/// The mix is the finalizer of SplitMix64 (Steele, Lea, Flood 2014) applied twice with the key in between; not for cryptography.
/// </remarks>
public struct Rng(ulong seed)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>The key: what distinguishes one stream from another.</summary>
    public ulong Key { readonly get; private set; } = Mix(seed + Golden);

    /// <summary>How many draws of 64 bits were made.</summary>
    public ulong Counter { readonly get; private set; }

    /// <summary>Restores a generator from its saved state.</summary>
    public static Rng Restore(ulong key, ulong counter) => new() { Key = key, Counter = counter };

    /// <summary>An independent stream that depends on this one's key and <paramref name="stream"/> only, not on how much was drawn.</summary>
    public readonly Rng Fork(ulong stream) => new() { Key = Mix(Key ^ Mix(stream * Golden + 0x632BE59BD9B4E019)) };

    /// <summary>64 uniform bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong NextUInt64() => Mix(Mix(++Counter * Golden) ^ Key);

    /// <summary>Uniform in [0, 1), a multiple of 2^-53.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in (0, 1): never 0, so that its logarithm is finite.</summary>
    public double NextOpenDouble() => ((NextUInt64() >> 12) + 0.5) * (1.0 / (1UL << 52));

    /// <summary>Uniform integer in [0, <paramref name="exclusiveUpper"/>) (Lemire's multiply-shift with rejection: exactly uniform).</summary>
    public int NextInt(int exclusiveUpper)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exclusiveUpper);
        ulong range = (ulong)exclusiveUpper;
        ulong high = Math.BigMul(NextUInt64(), range, out ulong low);
        if (low < range)
        {
            ulong threshold = (0 - range) % range;
            while (low < threshold) high = Math.BigMul(NextUInt64(), range, out low);
        }
        return (int)high;
    }

    /// <summary>Standard normal (Box-Muller; two draws each).</summary>
    public double NextGaussian() => Math.Sqrt(-2 * Math.Log(NextOpenDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>Standard Gumbel: -ln(-ln U).</summary>
    public double NextGumbel() => -Math.Log(-Math.Log(NextOpenDouble()));

    /// <summary>Standard exponential.</summary>
    public double NextExponential() => -Math.Log(NextOpenDouble());

    /// <summary>Fisher-Yates shuffle in place.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
