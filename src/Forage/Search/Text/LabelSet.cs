using System.Text;
using Forage.Persistence;
using Forage.Search.Text.Internals;

namespace Forage.Search.Text;

/// <summary>Names of labels, numbered 0, 1, 2, … in the order they are added.</summary>
public sealed class LabelSet
{
    private readonly Vocabulary _names = new();
    private readonly List<string> _texts = [];

    /// <summary>A set of labels in order.</summary>
    public LabelSet(params IEnumerable<string> names)
    {
        foreach (string name in names) Add(name);
    }

    /// <summary>The values of a column, in the order they come, and for each value its label is its number.</summary>
    public static LabelSet Of(TokenColumn column) => new(Enumerable.Range(0, column.Values.Count).Select(column.Values.Text));

    /// <summary>Number of labels.</summary>
    public int Count => _texts.Count;

    /// <summary>The name of label <paramref name="label"/>.</summary>
    public string this[int label] => _texts[label];

    /// <summary>The name of label <paramref name="label"/> as UTF-8.</summary>
    public ReadOnlySpan<byte> Utf8(int label) => _names[label];

    /// <summary>The label named <paramref name="name"/>, or -1.</summary>
    public int Find(string name) => _names.Find(Encoding.UTF8.GetBytes(name));

    /// <summary>The label named <paramref name="name"/>, or -1.</summary>
    public int Find(ReadOnlySpan<byte> name) => _names.Find(name);

    /// <summary>The label named <paramref name="name"/>, which is added if it is new.</summary>
    public int Add(string name)
    {
        int label = _names.FindOrAdd(Encoding.UTF8.GetBytes(name));
        if (label == _texts.Count) _texts.Add(name);
        return label;
    }

    /// <summary>For each value of a column its label; -1 for a value that is none.</summary>
    public int[] Map(Vocabulary values)
    {
        int[] map = new int[values.Count];
        for (int i = 0; i < map.Length; i++) map[i] = Find(values[i]);
        return map;
    }

    /// <summary>The names in order.</summary>
    public IReadOnlyList<string> Names => _texts;

    /// <summary>Writes the names as a chunk.</summary>
    public void Save(ModelWriter writer)
    {
        writer.BeginChunk("LABL", 1);
        writer.Write(Count);
        foreach (string name in _texts) writer.Write(name);
        writer.EndChunk();
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static LabelSet Load(ModelReader reader)
    {
        reader.BeginChunk("LABL", 1);
        int count = reader.ReadInt32();
        var set = new LabelSet();
        for (int i = 0; i < count; i++)
            if (set.Add(reader.ReadString()) != i) throw SearchTextThrow.RepeatedLabel(set[^1]);
        reader.EndChunk();
        return set;
    }
}
