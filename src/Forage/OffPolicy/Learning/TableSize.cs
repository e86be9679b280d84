using System.Numerics;
using Forage.Features;

namespace Forage.OffPolicy.Learning;

/// <summary>
/// Finds how many bits a weight table with many slots needs for the features it will see: the fewest that keep all indices seen apart, or, for hashed names,
/// enough for eight cells a feature.
/// </summary>
public sealed class TableSize
{
    private const int Most = 22;
    private readonly HashSet<uint> _indices = [FeatureHasher.Constant];

    /// <summary>Number of different features seen, the constant included.</summary>
    public int Distinct => _indices.Count;

    /// <summary>Takes in a row.</summary>
    public void Add(in FeatureRow row)
    {
        for (int g = 0; g < row.GroupCount; g++)
        {
            var group = row.Group(g);
            foreach (uint index in row.Indices[group.Start..group.End]) _indices.Add(index);
        }
    }

    /// <summary>Number of bits.</summary>
    /// <param name="slots">Slots a feature has; bounds the table to 2^31 weights.</param>
    public int Bits(int slots)
    {
        int enough = BitOperations.Log2((uint)Math.Max(1, Distinct - 1)) + 1;
        int limit = Math.Max(enough, Math.Min(Most, 31 - BitOperations.Log2((uint)slots)));
        for (int bits = enough; bits <= Math.Min(limit, enough + 4); bits++)
            if (AreApart(bits)) return bits;
        return Math.Min(limit, enough + 3);
    }

    private bool AreApart(int bits)
    {
        uint mask = (1u << bits) - 1;
        var cells = new HashSet<uint>(_indices.Count);
        foreach (uint index in _indices)
            if (!cells.Add(index & mask)) return false;
        return true;
    }
}
