namespace Forage.Search.Internals;

/// <summary>Predictions made on the current example, by a 64-bit hash of what they looked at (paper 06, section 4).</summary>
internal sealed class PredictionMemory
{
    private ulong[] _keys = new ulong[256];
    private int[] _actions = new int[256];
    private int[] _generations = new int[256];
    private int _generation = 1, _count;

    public void Clear()
    {
        _generation++;
        _count = 0;
    }

    public bool TryFind(ulong key, out int action)
    {
        int i = Place(key);
        action = _actions[i];
        return _generations[i] == _generation;
    }

    public void Add(ulong key, int action)
    {
        if (2 * ++_count > _keys.Length) Grow();
        int i = Place(key);
        (_keys[i], _actions[i], _generations[i]) = (key, action, _generation);
    }

    private int Place(ulong key)
    {
        int mask = _keys.Length - 1, i = (int)(key * 0x9E3779B97F4A7C15 >> 32) & mask;
        while (_generations[i] == _generation && _keys[i] != key) i = (i + 1) & mask;
        return i;
    }

    private void Grow()
    {
        var (keys, actions, generations) = (_keys, _actions, _generations);
        (_keys, _actions, _generations) = (new ulong[2 * keys.Length], new int[2 * keys.Length], new int[2 * keys.Length]);
        for (int i = 0; i < keys.Length; i++)
        {
            if (generations[i] != _generation) continue;
            int to = Place(keys[i]);
            (_keys[to], _actions[to], _generations[to]) = (keys[i], actions[i], _generation);
        }
    }
}
