using System.Runtime.InteropServices;
using Forage.Linear.Internals;

namespace Forage.Extreme.Embedding.Internals;

/// <summary>Whole tables.</summary>
internal static unsafe class DenseTable
{
    private const int Block = 1024;

    /// <summary>Copies a table into one that is still all 0; blocks of zeros are not touched, so that they go on taking no room.</summary>
    public static void Copy(WeightTable from, WeightTable to)
    {
        for (long at = 0; at < from.Length; at += Block)
        {
            var block = new ReadOnlySpan<float>(from.Data + at, (int)Math.Min(Block, from.Length - at));
            if (MemoryMarshal.Cast<float, int>(block).ContainsAnyExcept(0)) block.CopyTo(new Span<float>(to.Data + at, block.Length));
        }
    }
}
