using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Forage.Extreme.Embedding.Internals;

/// <summary>
/// The places of highest score among many offered 16 at a time, at little more than a comparison each: what is above a threshold is kept, and when four times as many as
/// wanted are kept the lower ones go and the threshold rises. Which of equal ones stay depends on the order of the offers alone.
/// </summary>
internal sealed class RoughTop
{
    private const int Bins = 512;
    private readonly int[] _bins = new int[Bins];
    private float[] _scores = [];
    private int[] _places = [];
    private int _most, _limit, _count;
    private float _threshold;

    /// <summary>What is kept, in no particular order, once <see cref="End"/> was called.</summary>
    public Span<int> Places => _places.AsSpan(0, _count);

    /// <summary>Begins anew.</summary>
    /// <param name="most">How many to keep, at least 1.</param>
    public void Begin(int most)
    {
        int limit = Math.Max(1024, 4 * most), room = limit + Vector512<float>.Count;
        if (_scores.Length < room) (_scores, _places) = (new float[room], new int[room]);
        (_most, _limit, _count, _threshold) = (most, limit, 0, float.NegativeInfinity);
    }

    /// <summary>Offers places <paramref name="first"/>, <paramref name="first"/> + 1, …; -∞ is nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Offer(Vector512<float> scores, int first)
    {
        ulong above = Vector512.GreaterThan(scores, Vector512.Create(_threshold)).ExtractMostSignificantBits();
        if (above != 0) Keep(scores, first, above);
    }

    /// <summary>Lets go of all but the best.</summary>
    public void End()
    {
        if (_count > _most) Cut();
        if (_count > _most) Select();
    }

    private void Keep(Vector512<float> scores, int first, ulong above)
    {
        for (; above != 0; above &= above - 1)
        {
            int k = BitOperations.TrailingZeroCount(above);
            (_scores[_count], _places[_count++]) = (scores[k], first + k);
        }
        if (_count <= _limit) return;
        Cut();
        if (_count > _limit / 2) Select();
    }

    // By counting in bins: at least the best stay, and what is in a bin with the least of them.
    private void Cut()
    {
        var scores = _scores.AsSpan(0, _count);
        float least = TensorPrimitives.Min<float>(scores), scale = Bins * 0.999f / (TensorPrimitives.Max<float>(scores) - least);
        if (!(scale > 0 && float.IsFinite(scale))) return;
        Array.Clear(_bins);
        foreach (float score in scores) _bins[(int)((score - least) * scale)]++;
        int bin = Bins, above = 0;
        while (above < _most) above += _bins[--bin];
        int kept = 0;
        float threshold = float.PositiveInfinity;
        for (int i = 0; i < scores.Length; i++)
        {
            float score = scores[i];
            if ((int)((score - least) * scale) < bin) continue;
            (_scores[kept], _places[kept++]) = (score, _places[i]);
            threshold = MathF.Min(threshold, score);
        }
        (_count, _threshold) = (kept, threshold);
    }

    // Hoare's selection: the best in front, exactly as many as wanted.
    private void Select()
    {
        int from = 0, to = _count - 1;
        while (from < to)
        {
            float pivot = _scores[(from + to) >>> 1];
            int i = from - 1, j = to + 1;
            while (true)
            {
                while (_scores[++i] > pivot) { }
                while (_scores[--j] < pivot) { }
                if (i >= j) break;
                (_scores[i], _scores[j]) = (_scores[j], _scores[i]);
                (_places[i], _places[j]) = (_places[j], _places[i]);
            }
            if (j >= _most - 1) to = j;
            else from = j + 1;
        }
        _count = _most;
        _threshold = _scores[_most - 1];
    }
}
