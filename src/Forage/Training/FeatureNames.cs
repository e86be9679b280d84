using System.Collections.Concurrent;
using System.Text;
using Forage.Features;
using Forage.Persistence;

namespace Forage.Training;

/// <summary>
/// Names of feature indices, kept so that weights can be shown by name: "namespace:name" or "namespace:name=value". Of several names that share
/// an index the first in ordinal order is kept, so the result does not depend on the order in which threads meet them.
/// </summary>
public sealed class FeatureNames : IFeatureNames
{
    private const string Tag = "NAME";

    private readonly ConcurrentDictionary<uint, string> _names = new();

    /// <summary>Number of indices with a name.</summary>
    public int Count => _names.Count;

    /// <summary>Name of an index, or null.</summary>
    public string? this[uint index] => _names.GetValueOrDefault(index);

    /// <summary>All indices with their names, in no order.</summary>
    public IEnumerable<KeyValuePair<uint, string>> All => _names;

    /// <inheritdoc/>
    public void Add(uint index, ReadOnlySpan<byte> ns, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (_names.TryGetValue(index, out string? known) && Matches(known, ns, name, value)) return;
        string text = Join(ns, name, value);
        _names.AddOrUpdate(index, text, (_, old) => string.CompareOrdinal(old, text) <= 0 ? old : text);
    }

    /// <summary>Writes all names, ordered by index.</summary>
    public void Save(ModelWriter writer)
    {
        writer.BeginChunk(Tag, 1);
        writer.Write(_names.Count);
        foreach (var (index, name) in _names.OrderBy(p => p.Key))
        {
            writer.Write((int)index);
            writer.Write(name);
        }
        writer.EndChunk();
    }

    /// <summary>Reads what <see cref="Save"/> wrote; null if the next chunk holds no names.</summary>
    public static FeatureNames? LoadIfPresent(ModelReader reader)
    {
        if (reader.PeekChunk() != Tag) return null;
        reader.BeginChunk(Tag, 1);
        var names = new FeatureNames();
        int count = reader.ReadInt32();
        for (int i = 0; i < count; i++)
        {
            uint index = (uint)reader.ReadInt32();
            names._names[index] = reader.ReadString();
        }
        reader.EndChunk();
        return names;
    }

    private static string Join(ReadOnlySpan<byte> ns, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        string text = Encoding.UTF8.GetString(name);
        if (!ns.IsEmpty) text = Encoding.UTF8.GetString(ns) + ":" + text;
        return value.IsEmpty ? text : text + "=" + Encoding.UTF8.GetString(value);
    }

    /// <summary>True if a known ASCII name spells the same; a miss only costs time.</summary>
    private static bool Matches(string known, ReadOnlySpan<byte> ns, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        int length = name.Length + (ns.IsEmpty ? 0 : ns.Length + 1) + (value.IsEmpty ? 0 : value.Length + 1);
        if (known.Length != length) return false;
        var rest = known.AsSpan();
        if (!ns.IsEmpty && (!Same(ref rest, ns) || !Same(ref rest, ":"u8))) return false;
        return Same(ref rest, name) && (value.IsEmpty || (Same(ref rest, "="u8) && Same(ref rest, value)));
    }

    private static bool Same(ref ReadOnlySpan<char> text, ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
            if (text[i] != bytes[i] || bytes[i] > 127) return false;
        text = text[bytes.Length..];
        return true;
    }
}
