using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy.Checking.Internals;

/// <summary>
/// Means of a bounded quantity over at most 32 equal stretches of the log; when they run out, neighbours are joined and stretches grow twofold, so
/// memory is fixed and the boundaries do not depend on the data. If the mean were constant, the empirical Bernstein intervals (Maurer and Pontil 2009) of all stretches and
/// of their joins by 2, 4, 8, 16 would share a point with the probability asked for; two that do not meet prove a change.
/// </summary>
internal sealed class DriftMonitor
{
    public const int MaxBlocks = 32;

    private readonly Moments[] _blocks = new Moments[MaxBlocks];
    private int _used = 1;

    public long BlockSize { get; private set; } = 64;

    /// <summary>Takes in the quantity of one decision, or nothing of a decision that lacks it.</summary>
    /// <param name="number">Number of the decision, ascending.</param>
    /// <param name="value">The quantity.</param>
    public void Add(long number, double value)
    {
        Reach(number);
        _blocks[number / BlockSize].Add(value);
    }

    /// <summary>Grows the stretches until decision <paramref name="number"/> has one.</summary>
    public void Reach(long number)
    {
        while (number / BlockSize >= MaxBlocks)
        {
            for (int b = 0; b < MaxBlocks / 2; b++)
            {
                _blocks[b] = _blocks[2 * b];
                _blocks[b].Merge(_blocks[2 * b + 1]);
            }
            Array.Clear(_blocks, MaxBlocks / 2, MaxBlocks / 2);
            BlockSize *= 2;
            _used = MaxBlocks / 2;
        }
        _used = Math.Max(_used, (int)(number / BlockSize) + 1);
    }

    public double[] Means() => [.. _blocks.Take(_used).Select(b => b.Count == 0 ? double.NaN : b.Mean)];

    /// <summary>The widest gap between two stretches' intervals, if any; <paramref name="error"/> for the whole.</summary>
    /// <param name="what">Name of the quantity.</param>
    /// <param name="low">Its smallest possible value.</param>
    /// <param name="high">Its largest.</param>
    /// <param name="decisions">Decisions in all.</param>
    /// <param name="error">Error probability allowed.</param>
    public DriftChange? Change(string what, double low, double high, long decisions, double error)
    {
        return Change(what, _blocks.AsSpan(0, _used), BlockSize, low, high, decisions, error);
    }

    /// <summary>The same for any stretches.</summary>
    public static DriftChange? Change(string what, ReadOnlySpan<Moments> blocks, long blockSize, double low, double high, long decisions, double error)
    {
        if (!(high > low)) return null;
        double share = error / (2 * MaxBlocks);
        DriftChange? widest = null;
        double widestGap = 0;
        for (int width = 1; width <= MaxBlocks / 2; width *= 2)
        {
            // The stretches with the highest lower and the lowest upper end are the farthest apart.
            (int Block, double End, double Mean) top = (-1, double.NegativeInfinity, 0), bottom = (-1, double.PositiveInfinity, 0);
            for (int b = 0; b < blocks.Length; b += width)
            {
                Moments joined = default;
                for (int i = b; i < Math.Min(blocks.Length, b + width); i++) joined.Merge(blocks[i]);
                if (joined.Count < 2) continue;
                double log = Math.Log(4 / share), n = joined.Count;
                double half = Math.Sqrt(2 * joined.Variance * log / n) + 7 * (high - low) * log / (3 * (n - 1));
                if (joined.Mean - half > top.End) top = (b, joined.Mean - half, joined.Mean);
                if (joined.Mean + half < bottom.End) bottom = (b, joined.Mean + half, joined.Mean);
            }
            double gap = top.End - bottom.End;
            if (top.Block < 0 || bottom.Block < 0 || !(gap > widestGap)) continue;
            widestGap = gap;
            var (first, second) = top.Block < bottom.Block ? (top, bottom) : (bottom, top);
            widest = new DriftChange(what, first.Block * blockSize, Math.Min(decisions, (first.Block + width) * blockSize), first.Mean,
                second.Block * blockSize, Math.Min(decisions, (second.Block + width) * blockSize), second.Mean);
        }
        return widest;
    }
}
