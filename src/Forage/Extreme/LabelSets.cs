using System.Runtime.InteropServices;

namespace Forage.Extreme;

/// <summary>Sets of labels, one a row, in two flat arrays: what is right for each example of a multilabel set, or what may be shown in each decision.</summary>
/// <remarks>Labels are 0-based. Appending is for one thread; reading is safe from several while nobody appends.</remarks>
public sealed class LabelSets
{
    private readonly List<int> _ends = [];
    private readonly List<int> _labels = [];

    /// <summary>Number of rows.</summary>
    public int Count => _ends.Count;

    /// <summary>Number of labels there are, those that never occur included.</summary>
    public int LabelCount { get; private set; }

    /// <summary>Labels of all rows together.</summary>
    public int Total => _labels.Count;

    /// <summary>Labels of row <paramref name="row"/>; invalid once rows are appended.</summary>
    public ReadOnlySpan<int> this[int row]
    {
        get
        {
            int start = row == 0 ? 0 : _ends[row - 1];
            return CollectionsMarshal.AsSpan(_labels)[start.._ends[row]];
        }
    }

    /// <summary>Says that there are at least <paramref name="labels"/> labels (from a header).</summary>
    public void Declare(int labels) => LabelCount = Math.Max(LabelCount, labels);

    /// <summary>Forgets all rows and keeps the memory; the number of labels stays.</summary>
    public void Clear()
    {
        _ends.Clear();
        _labels.Clear();
    }

    /// <summary>Appends a row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A label is negative.</exception>
    public void Add(ReadOnlySpan<int> labels)
    {
        foreach (int label in labels)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(label);
            LabelCount = Math.Max(LabelCount, label + 1);
        }
        _labels.AddRange(labels);
        _ends.Add(_labels.Count);
    }

    /// <summary>Rows of each label, ascending: row r of the result holds the rows that have label r.</summary>
    public LabelSets Transposed()
    {
        int[] at = new int[LabelCount + 1];
        foreach (int label in _labels) at[label + 1]++;
        for (int l = 0; l < LabelCount; l++) at[l + 1] += at[l];
        int[] rows = new int[_labels.Count];
        int[] next = at.AsSpan(0, LabelCount).ToArray();
        for (int r = 0; r < Count; r++)
            foreach (int label in this[r]) rows[next[label]++] = r;
        var transposed = new LabelSets();
        for (int l = 0; l < LabelCount; l++) transposed.Add(rows.AsSpan(at[l], at[l + 1] - at[l]));
        transposed.Declare(Count);
        return transposed;
    }

    /// <summary>Subtracts 1 from every label.</summary>
    internal void ShiftDown()
    {
        for (int i = 0; i < _labels.Count; i++) _labels[i]--;
        LabelCount--;
    }

    /// <summary>True if some row has <paramref name="label"/>.</summary>
    internal bool Contains(int label) => _labels.Contains(label);
}
