using Forage.Features;

namespace Forage.Data.Internals;

/// <summary>
/// Any index can be named in a format that hashes names: a name of digits is the number it spells plus the hash of its namespace, so the name of
/// index i in a namespace with hash h is the number i - h (mod 2^32). The namespace is called by its first byte.
/// </summary>
internal static class NumericNames
{
    /// <summary>Hash of the namespace whose name is the byte <paramref name="ns"/>.</summary>
    public static uint HashOf(byte ns) => ns == FeatureGroup.Default ? 0 : FeatureHasher.Namespace([ns]);
}
