using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Forage.Quantiles.Trees.Internals;

/// <summary>The best cut of a node by its histograms.</summary>
/// <param name="Column">-1 for none.</param>
/// <param name="Bin">Last bin of the left side.</param>
/// <param name="MissingLeft">Rows without a value go left.</param>
/// <param name="Gain">What is gained.</param>
internal readonly record struct SlotSplit(int Column, int Bin, bool MissingLeft, float Gain)
{
    public static readonly SlotSplit None = new(-1, 0, false, 0);

    /// <summary>Looks through all cuts of given columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static SlotSplit Best(BoostData data, ReadOnlySpan<int> columns, ReadOnlySpan<float> sums, ReadOnlySpan<int> counts, int leafRows, float l2)
    {
        const int Width = SlotKernels.Width, Stride = SlotKernels.Stride;
        var best = None;
        var penalty = Vector512.Create(l2);
        var (allG, allH, rows) = Total(data, columns[0], sums, counts);
        float whole = SlotKernels.Quality(allG, allH, penalty);
        foreach (int c in columns)
        {
            int first = data.Offsets[c], missing = data.Offsets[c + 1] - 1, lost = counts[missing];
            for (int way = 0; way < (lost > 0 ? 2 : 1); way++)
            {
                var (g, h) = (Vector512<float>.Zero, Vector512<float>.Zero);
                int left = 0;
                if (way == 1)
                {
                    (g, h) = (Vector512.Create(sums.Slice(missing * Stride, Width)), Vector512.Create(sums.Slice(missing * Stride + Width, Width)));
                    left = lost;
                }
                for (int b = first; b < missing - 1; b++)
                {
                    if (counts[b] == 0) continue;
                    var at = sums.Slice(b * Stride, Stride);
                    g += Vector512.Create(at[..Width]);
                    h += Vector512.Create(at[Width..]);
                    left += counts[b];
                    if (left < leafRows) continue;
                    if (rows - left < leafRows) break;
                    float gain = SlotKernels.Quality(g, h, allG, allH, penalty) - whole;
                    if (gain > best.Gain) best = new SlotSplit(c, b - first, way == 1, gain);
                }
            }
        }
        return best;
    }

    private static (Vector512<float> G, Vector512<float> H, int Rows) Total(BoostData data, int column, ReadOnlySpan<float> sums, ReadOnlySpan<int> counts)
    {
        const int Width = SlotKernels.Width, Stride = SlotKernels.Stride;
        var (g, h) = (Vector512<float>.Zero, Vector512<float>.Zero);
        int rows = 0;
        for (int b = data.Offsets[column]; b < data.Offsets[column + 1]; b++)
        {
            g += Vector512.Create(sums.Slice(b * Stride, Width));
            h += Vector512.Create(sums.Slice(b * Stride + Width, Width));
            rows += counts[b];
        }
        return (g, h, rows);
    }
}
