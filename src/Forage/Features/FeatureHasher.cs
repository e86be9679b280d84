using System.Runtime.CompilerServices;

namespace Forage.Features;

/// <summary>
/// Names to 32-bit feature indices, the same as Vowpal Wabbit's: a name of digits only is the integer it spells, any other name is hashed; either
/// way the namespace's hash enters (added to an integer, as the seed of a hash). See <c>docs/why/hashing.md</c>.
/// </summary>
public static class FeatureHasher
{
    /// <summary>Index of the constant feature.</summary>
    public const uint Constant = 11650396;

    /// <summary>FNV prime with which interactions combine indices: index(a, b) = (Prime · index(a)) ^ index(b).</summary>
    public const uint InteractionPrime = 16777619;

    /// <summary>Hash of a namespace's name; 0 for the default namespace (an empty name).</summary>
    public static uint Namespace(ReadOnlySpan<byte> name) => name.IsEmpty ? 0 : Name(name, 0);

    /// <summary>Index of feature <paramref name="name"/> in the namespace with hash <paramref name="namespaceHash"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Feature(ReadOnlySpan<byte> name, uint namespaceHash) => Name(name, namespaceHash);

    /// <summary>Index of the string-valued feature name=value: the value hashed with the name's index as seed.</summary>
    public static uint Chain(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, uint namespaceHash) => Name(value, Name(name, namespaceHash));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Name(ReadOnlySpan<byte> name, uint seed)
    {
        if (!name.IsEmpty && (name[0] <= ' ' || name[^1] <= ' ')) name = Strip(name);
        uint number = 0;
        foreach (byte c in name)
        {
            uint digit = (uint)c - '0';
            if (digit > 9) return Murmur.Hash(name, seed);
            number = 10 * number + digit;
        }
        return number + seed;
    }

    /// <summary>Blanks and control characters at either end of a name do not count.</summary>
    private static ReadOnlySpan<byte> Strip(ReadOnlySpan<byte> name)
    {
        while (!name.IsEmpty && name[0] <= ' ') name = name[1..];
        while (!name.IsEmpty && name[^1] <= ' ') name = name[..^1];
        return name;
    }
}
