using System.Globalization;
using Forage.Data;
using Forage.Extreme;
using Forage.Features;

namespace Forage.Simulation;

/// <summary>
/// A supervised data set in memory, as far as simulating a log needs it: a row of features and a set of right labels each. Labels are the actions
/// of the log; an action is rewarded iff it is among the row's labels.
/// </summary>
public sealed class SupervisedSet
{
    private bool _minus;

    /// <summary>Features, one row an example.</summary>
    public FeatureBlock Rows { get; } = new();

    /// <summary>Number of examples.</summary>
    public int Count => Labelled.Count;

    /// <summary>Number of labels, those that never occur included.</summary>
    public int LabelCount => Labelled.LabelCount;

    /// <summary>Right labels of all examples.</summary>
    public LabelSets Labelled { get; } = new();

    /// <summary>Right labels of example <paramref name="i"/>, 0-based, ascending.</summary>
    public ReadOnlySpan<int> Labels(int i) => Labelled[i];

    /// <summary>Names of the labels, if the data have them.</summary>
    public IReadOnlyList<string>? LabelNames { get; internal set; }

    /// <summary>Classes 1..K become labels 0..K-1, unless there is a class 0.</summary>
    internal void CountFromZero()
    {
        if (Labelled.Total > 0 && !Labelled.Contains(0)) Labelled.ShiftDown();
    }

    /// <summary>Says that there are at least this many labels (from a header).</summary>
    public void Declare(int labels) => Labelled.Declare(labels);

    /// <summary>Forgets all examples and keeps the memory; the number of labels stays.</summary>
    public void Clear()
    {
        Rows.Clear();
        Labelled.Clear();
    }

    /// <summary>Appends one example.</summary>
    /// <param name="labels">Its right labels, ascending.</param>
    /// <param name="indices">Its features.</param>
    /// <param name="values">Their values.</param>
    public void Add(ReadOnlySpan<int> labels, ReadOnlySpan<uint> indices, ReadOnlySpan<float> values)
    {
        Labelled.Add(labels);
        var writer = new RowWriter(Rows);
        writer.BeginRow();
        writer.BeginGroup(FeatureGroup.Default);
        writer.AddRange(indices, values);
        writer.EndGroup();
        writer.EndRow();
    }

    /// <summary>Appends a multilabel batch.</summary>
    public void Add(MultilabelBatch batch)
    {
        Rows.Append(batch.Rows, 0, batch.Count);
        for (int i = 0; i < batch.Count; i++) Labelled.Add(batch.Labels(i));
    }

    /// <summary>
    /// Appends a batch of multiclass examples; class c becomes label c - <paramref name="firstClass"/>. With classes from 0, -1 is the first of the two classes ±1.
    /// </summary>
    /// <exception cref="ForageException">A label is missing or not a class.</exception>
    public void Add(ExampleBatch batch, int firstClass = 1)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            float value = batch.Labels[i].Value;
            bool minus = value == -1 && firstClass == 0;
            _minus |= minus;
            int label = minus ? 0 : (int)value - firstClass;
            if (_minus && (label > 1 || value == 0))
                throw new ForageException(string.Create(CultureInfo.InvariantCulture, $"Example {Count + 1} has label {value} where one before has -1; expected the classes -1 and 1."));
            if (!(value == (int)value) || label < 0)
                throw new ForageException(string.Create(CultureInfo.InvariantCulture, $"Example {Count + 1} has label {value}; expected a class, an integer from {firstClass}."));
            Labelled.Add([label]);
        }
        Rows.Append(batch.Rows, 0, batch.Count);
    }
}
