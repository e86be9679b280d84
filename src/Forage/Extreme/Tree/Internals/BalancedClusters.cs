using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Forage.Features;

namespace Forage.Extreme.Tree.Internals;

/// <summary>
/// Balanced spherical k-means: unit vectors are put into k clusters whose sizes differ by at most 1 so that Σ cos(x, its centre) grows; centres are the normalised
/// sums of their members. Assignment is greedy by regret, the gain of a vector's best cluster with room over its second best; with two clusters that is the best
/// assignment there is (Prabhu et al., Parabel, WWW 2018).
/// </summary>
internal sealed class BalancedClusters
{
    private const int MostRounds = 50;

    private readonly LocalRows _rows = new();
    private float[] _centres = [], _similarities = [], _regrets = [];
    private int[] _cluster = [], _order = [], _copy = [];

    /// <summary>Size of cluster <paramref name="c"/> of k of n: the first n mod k have one more.</summary>
    public static int SizeOf(int n, int k, int c) => n / k + (c < n % k ? 1 : 0);

    /// <summary>Reorders <paramref name="items"/> (rows of <paramref name="points"/>) so that clusters stand one after the other, in sizes <see cref="SizeOf"/>; items keep their order inside.</summary>
    public void Split(SparseRows points, Span<int> items, int k, double tolerance, ref Rng rng)
    {
        int n = items.Length;
        if (k <= 1) return;
        if (k >= n) return; // one each
        Prepare(n, k);
        _rows.Gather(points, items);
        int blocks = (k + Lanes.Width - 1) / Lanes.Width, width = blocks * Lanes.Width, size = _rows.ColumnCount * Lanes.Width;
        if (_centres.Length < blocks * size) _centres = new float[Math.Max(blocks * size, 3 * _centres.Length / 2)];
        for (int i = 0; i < n; i++) (_order[i], _cluster[i]) = (i, -1);
        rng.Shuffle(_order.AsSpan(0, n));
        for (int c = 0; c < k; c++) _cluster[_order[c]] = c;
        double before = double.NegativeInfinity;
        for (int round = 0; round < MostRounds; round++)
        {
            Centre(k, size);
            Compare(n, blocks, size);
            double mean = Assign(n, k, width) / n;
            if (mean - before < tolerance) break;
            before = mean;
        }
        Reorder(items, k);
    }

    private void Prepare(int n, int k)
    {
        if (_cluster.Length < n) (_cluster, _order, _copy, _regrets) = (new int[n], new int[n], new int[n], new float[n]);
        int cells = checked(n * ((k + Lanes.Width - 1) / Lanes.Width * Lanes.Width));
        if (_similarities.Length < cells) _similarities = new float[cells];
    }

    private void Centre(int k, int size)
    {
        int blocks = (k + Lanes.Width - 1) / Lanes.Width;
        Array.Clear(_centres, 0, blocks * size);
        for (int i = 0; i < _rows.Count; i++)
        {
            int c = _cluster[i];
            if (c < 0) continue;
            int at = c / Lanes.Width * size + c % Lanes.Width;
            var columns = _rows.ColumnsOf(i);
            var values = _rows.ValuesOf(i);
            for (int j = 0; j < columns.Length; j++) _centres[at + columns[j] * Lanes.Width] += values[j];
        }
        for (int b = 0; b < blocks; b++)
        {
            var block = MemoryMarshal.Cast<float, Vector512<float>>(_centres.AsSpan(b * size, size));
            Vector512<float> square = default;
            foreach (var row in block) square += row * row;
            var scale = Vector512.ConditionalSelect(Vector512.GreaterThan(square, Vector512<float>.Zero), Vector512<float>.One / Vector512.Sqrt(square), Vector512<float>.Zero);
            foreach (ref var row in block) row *= scale;
        }
    }

    private void Compare(int n, int blocks, int size)
    {
        for (int i = 0; i < n; i++)
        {
            for (int b = 0; b < blocks; b++) Lanes.Dot(_rows.ColumnsOf(i), _rows.ValuesOf(i), _centres.AsSpan(b * size, size)).CopyTo(_similarities.AsSpan((i * blocks + b) * Lanes.Width));
        }
    }

    /// <summary>Greedy by regret; whenever a cluster is full the regrets of those still to be placed are found anew. Returns the sum of similarities.</summary>
    private double Assign(int n, int k, int width)
    {
        Span<int> room = stackalloc int[k];
        int larger = n % k;
        room.Fill(n / k + (larger > 0 ? 1 : 0));
        var waiting = _order.AsSpan(0, n);
        for (int i = 0; i < n; i++) waiting[i] = i;
        double sum = 0;
        while (!waiting.IsEmpty)
        {
            for (int w = 0; w < waiting.Length; w++) _regrets[w] = -Regret(waiting[w], room, k, width);
            _regrets.AsSpan(0, waiting.Length).Sort(waiting); // equal regrets: the order the sort leaves them in, the same every time
            int placed = 0;
            for (bool full = false; placed < waiting.Length && !full; placed++)
            {
                int i = waiting[placed], best = Best(i, room, width);
                _cluster[i] = best;
                sum += _similarities[i * width + best];
                full = --room[best] == 0;
                // Once as many clusters as may be larger are, the others' last place is gone.
                if (larger > 0 && full && --larger == 0)
                {
                    for (int c = 0; c < k; c++)
                        if (room[c] > 0) room[c]--;
                }
            }
            waiting = waiting[placed..];
        }
        return sum;
    }

    private int Best(int i, ReadOnlySpan<int> room, int width)
    {
        int best = -1;
        float most = float.NegativeInfinity;
        for (int c = 0; c < room.Length; c++)
            if (room[c] > 0 && _similarities[i * width + c] > most) (best, most) = (c, _similarities[i * width + c]);
        return best;
    }

    private float Regret(int i, ReadOnlySpan<int> room, int k, int width)
    {
        float first = float.NegativeInfinity, second = float.NegativeInfinity;
        for (int c = 0; c < k; c++)
        {
            float s = _similarities[i * width + c];
            if (room[c] == 0) continue;
            if (s > first) (first, second) = (s, first);
            else if (s > second) second = s;
        }
        return second == float.NegativeInfinity ? 0 : first - second;
    }

    /// <summary>Larger clusters first, then by number.</summary>
    private void Reorder(Span<int> items, int k)
    {
        Span<int> at = stackalloc int[k];
        at.Clear();
        for (int i = 0; i < items.Length; i++) at[_cluster[i]]++;
        int next = 0;
        foreach (int size in (ReadOnlySpan<int>)[items.Length / k + 1, items.Length / k])
        {
            for (int c = 0; c < k; c++)
            {
                if (at[c] != size) continue;
                (at[c], next) = (-next - 1, next + size);
            }
        }
        items.CopyTo(_copy);
        for (int i = 0; i < items.Length; i++) items[-at[_cluster[i]]-- - 1] = _copy[i];
    }
}
