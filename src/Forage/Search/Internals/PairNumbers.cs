namespace Forage.Search.Internals;

/// <summary>Numbers pairs of numbers 0, 1, 2, … in the order they are first asked for.</summary>
internal sealed class PairNumbers
{
    private ulong[] _cells = new ulong[1024]; // the pair plus 1; 0 is empty
    private int[] _numbers = new int[1024];

    /// <summary>Pairs so far.</summary>
    public int Count { get; private set; }

    /// <summary>The number of a pair of numbers of at least 0.</summary>
    public int this[int first, int second]
    {
        get
        {
            ulong key = ((ulong)(uint)first << 32 | (uint)second) + 1;
            int at = Slot(_cells, key);
            return _cells[at] == key ? _numbers[at] : Add(key, at);
        }
    }

    /// <summary>Forgets all pairs; numbers begin again.</summary>
    public void Clear()
    {
        Count = 0;
        _cells.AsSpan().Clear();
    }

    private static int Slot(ulong[] cells, ulong key)
    {
        int mask = cells.Length - 1, at = (int)(key * 0x9E3779B97F4A7C15 >> 32) & mask;
        while (cells[at] != 0 && cells[at] != key) at = (at + 1) & mask;
        return at;
    }

    private int Add(ulong key, int at)
    {
        if (2 * Count >= _cells.Length)
        {
            var (cells, numbers) = (new ulong[2 * _cells.Length], new int[2 * _cells.Length]);
            for (int i = 0; i < _cells.Length; i++)
            {
                if (_cells[i] == 0) continue;
                int to = Slot(cells, _cells[i]);
                (cells[to], numbers[to]) = (_cells[i], _numbers[i]);
            }
            (_cells, _numbers) = (cells, numbers);
            at = Slot(_cells, key);
        }
        (_cells[at], _numbers[at]) = (key, Count);
        return Count++;
    }
}
