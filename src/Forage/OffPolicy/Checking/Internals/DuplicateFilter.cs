namespace Forage.OffPolicy.Checking.Internals;

/// <summary>
/// Tells event ids seen before, in bounded memory: 64-bit hashes in two generations, the older dropped when the newer is full. Finds every duplicate
/// at most <paramref name="capacity"/> ids apart; says so wrongly with probability below n · capacity / 2^63.
/// </summary>
internal sealed class DuplicateFilter(int capacity)
{
    private HashSet<ulong> _young = [], _old = [];

    /// <summary>True if the id was seen before.</summary>
    public bool Seen(string id)
    {
        ulong hash = Hash(id);
        if (_old.Contains(hash) || !_young.Add(hash)) return true;
        if (_young.Count >= capacity)
        {
            (_old, _young) = (_young, _old);
            _young.Clear();
        }
        return false;
    }

    // FNV-1a over the UTF-16 units, finished by a full 64-bit mix.
    private static ulong Hash(string id)
    {
        ulong h = 14695981039346656037;
        foreach (char c in id) h = (h ^ c) * 1099511628211;
        h = (h ^ (h >> 33)) * 0xff51afd7ed558ccd;
        h = (h ^ (h >> 33)) * 0xc4ceb9fe1a85ec53;
        return h ^ (h >> 33);
    }
}
