using System.Numerics;
using System.Runtime.Intrinsics;

namespace Forage.Extreme.Embedding.Internals;

/// <summary>
/// The places of highest score among many offered 16 at a time, at little more than a comparison each: what is above a threshold is kept, and when four times as many as
/// wanted are kept the lower ones go and the threshold rises. Which of equal ones stay depends on the order of the offers alone.
/// </summary>
internal sealed class RoughTop
{
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
    public void Offer(Vector512<float> scores, int first)
    {
        ulong above = Vector512.GreaterThan(scores, Vector512.Create(_threshold)).ExtractMostSignificantBits();
        if (above == 0) return;
        for (; above != 0; above &= above - 1)
        {
            int k = BitOperations.TrailingZeroCount(above);
            (_scores[_count], _places[_count++]) = (scores[k], first + k);
        }
        if (_count > _limit) Cut();
    }

    /// <summary>Lets go of all but the best.</summary>
    public void End()
    {
        if (_count > _most) Cut();
    }

    // Hoare's selection: the best in front.
    private void Cut()
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
