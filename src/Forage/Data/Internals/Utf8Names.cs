using System.Text;
using Forage.Features;

namespace Forage.Data.Internals;

/// <summary>Numbers distinct byte strings 0, 1, 2, … in the order they come, and finds them again without making strings.</summary>
internal sealed class Utf8Names
{
    private readonly List<byte[]> _names = [];
    private int[] _table = new int[16];

    /// <summary>Number of names.</summary>
    public int Count => _names.Count;

    /// <summary>Name number <paramref name="i"/>.</summary>
    public ReadOnlySpan<byte> this[int i] => _names[i];

    /// <summary>Name number <paramref name="i"/> as a string.</summary>
    public string Text(int i) => Encoding.UTF8.GetString(_names[i]);

    /// <summary>The number of <paramref name="name"/>, or -1.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        int mask = _table.Length - 1;
        for (int slot = (int)Murmur.Hash(name, 0) & mask; _table[slot] != 0; slot = (slot + 1) & mask)
            if (name.SequenceEqual(_names[_table[slot] - 1])) return _table[slot] - 1;
        return -1;
    }

    /// <summary>The number of <paramref name="name"/>, which is added if it is new.</summary>
    public int FindOrAdd(ReadOnlySpan<byte> name)
    {
        int found = Find(name);
        if (found >= 0) return found;
        _names.Add(name.ToArray());
        if (2 * _names.Count > _table.Length) _table = new int[2 * _table.Length];
        else
        {
            Insert(_names.Count - 1);
            return _names.Count - 1;
        }
        for (int i = 0; i < _names.Count; i++) Insert(i);
        return _names.Count - 1;
    }

    private void Insert(int i)
    {
        int mask = _table.Length - 1, slot = (int)Murmur.Hash(_names[i], 0) & mask;
        while (_table[slot] != 0) slot = (slot + 1) & mask;
        _table[slot] = i + 1;
    }
}
