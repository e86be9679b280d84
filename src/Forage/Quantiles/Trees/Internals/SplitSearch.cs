using System.Numerics;
using System.Runtime.CompilerServices;

namespace Forage.Quantiles.Trees.Internals;

/// <summary>The best cut of one column in one node, by a histogram of the weights of both classes. Only bins that occur are looked at, and cuts between bins of one and the same class are passed over: they are never best.</summary>
internal sealed class SplitSearch
{
    private readonly float[] _weights = new float[2 * 256]; // negative, positive of each bin
    private readonly ulong[] _occurs = new ulong[4];

    /// <summary>A cut.</summary>
    /// <param name="Bin">Last bin of the left side; -1 for none.</param>
    /// <param name="Gain">Information gain in bits, the penalty taken off.</param>
    /// <param name="Ratio">Gain over the split's own information.</param>
    /// <param name="LeftShare">Share of the known weight that goes left.</param>
    public readonly record struct Cut(int Bin, double Gain, double Ratio, float LeftShare);

    /// <summary>Looks for it.</summary>
    /// <param name="bins">Bins of the column, one a row of the table.</param>
    /// <param name="rows">Rows in the node.</param>
    /// <param name="weights">Their weights.</param>
    /// <param name="classes">Their classes, 0 or 1.</param>
    /// <param name="total">Weight of the node.</param>
    /// <param name="leastWeight">Least weight of a side.</param>
    /// <param name="penalty">Charge for the number of cuts.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Cut Best(ReadOnlySpan<byte> bins, ReadOnlySpan<int> rows, ReadOnlySpan<float> weights, ReadOnlySpan<byte> classes, double total, double leastWeight, bool penalty)
    {
        float[] hist = _weights;
        ulong[] occurs = _occurs;
        for (int i = 0; i < rows.Length; i++)
        {
            int b = bins[rows[i]];
            hist[2 * b + classes[i]] += weights[i];
            occurs[b >> 6] |= 1UL << b;
        }
        double missing = hist[2 * BinnedTable.Missing] + hist[2 * BinnedTable.Missing + 1];
        hist[2 * BinnedTable.Missing] = hist[2 * BinnedTable.Missing + 1] = 0;
        occurs[3] &= ~(1UL << 63);
        double negatives = 0, positives = 0;
        int values = 0;
        for (int word = 0; word < 4; word++)
        {
            for (ulong left = occurs[word]; left != 0; left &= left - 1)
            {
                int b = 64 * word + BitOperations.TrailingZeroCount(left);
                negatives += hist[2 * b];
                positives += hist[2 * b + 1];
                values++;
            }
        }
        double known = negatives + positives, best = double.PositiveInfinity, bestLeft = 0, n0 = 0, n1 = 0;
        int bestBin = -1, before = -1;
        float before0 = 0, before1 = 0;
        for (int word = 0; word < 4; word++)
        {
            for (ulong left = occurs[word]; left != 0; left &= left - 1)
            {
                int b = 64 * word + BitOperations.TrailingZeroCount(left);
                float w0 = hist[2 * b], w1 = hist[2 * b + 1];
                hist[2 * b] = hist[2 * b + 1] = 0;
                // Inside a run of one class only its ends can be best, and the cuts nearest to them where its ends leave too little on a side.
                bool alike = (before0 == 0 && w0 == 0 || before1 == 0 && w1 == 0) && n0 + n1 - before0 - before1 >= leastWeight && known - n0 - n1 - w0 - w1 >= leastWeight;
                if (before >= 0 && !alike && n0 + n1 >= leastWeight && known - n0 - n1 >= leastWeight)
                {
                    double rest = Entropy.Of(n0, n1) + Entropy.Of(Math.Max(0, negatives - n0), Math.Max(0, positives - n1));
                    if (rest < best) (best, bestBin, bestLeft) = (rest, before, n0 + n1);
                }
                n0 += w0;
                n1 += w1;
                (before, before0, before1) = (b, w0, w1);
            }
            occurs[word] = 0;
        }
        if (bestBin < 0) return new Cut(-1, 0, 0, 0);
        // Gain over the known weight, scaled by its share: (known/total)(H - H_after) in bits a unit of weight.
        double gain = (Entropy.Of(negatives, positives) - best) / total;
        if (penalty) gain -= Math.Log2(Math.Max(1, values - 1)) / total;
        if (!(gain > 1e-9)) return new Cut(-1, 0, 0, 0);
        double information = (Entropy.Self(total) - Entropy.Self(bestLeft) - Entropy.Self(known - bestLeft) - Entropy.Self(missing)) / total;
        return new Cut(bestBin, gain, information > 0 ? gain / information : 0, (float)(bestLeft / known));
    }
}
