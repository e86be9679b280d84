using Forage.Persistence.Internals;

namespace Forage.Data;

/// <summary>A batch of multilabel examples: example i is row i of <see cref="RecordBatch.Rows"/> with a set of labels.</summary>
public sealed class MultilabelBatch : RecordBatch
{
    private readonly List<int> _ends = [];
    private int[] _labels = new int[256];
    private int _labelCount;

    /// <inheritdoc/>
    public override int Count => _ends.Count;

    /// <summary>Labels of example <paramref name="i"/>, 0-based, ascending, each once.</summary>
    public ReadOnlySpan<int> Labels(int i)
    {
        int start = i == 0 ? 0 : _ends[i - 1];
        return _labels.AsSpan(start, _ends[i] - start);
    }

    /// <summary>Adds the labels of the row just ended.</summary>
    public void Add(ReadOnlySpan<int> labels)
    {
        if (_labelCount + labels.Length > _labels.Length) Array.Resize(ref _labels, 2 * (_labelCount + labels.Length));
        labels.CopyTo(_labels.AsSpan(_labelCount));
        _labelCount += labels.Length;
        _ends.Add(_labelCount);
    }

    /// <inheritdoc/>
    public override void Clear()
    {
        base.Clear();
        _ends.Clear();
        _labelCount = 0;
    }

    internal override void Store(ref ArrayBlock block)
    {
        base.Store(ref block);
        block.Write<int>(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_ends));
        block.Write<int>(_labels.AsSpan(0, _labelCount));
    }

    internal override void Restore(ref ArrayBlock block)
    {
        base.Restore(ref block);
        block.Read(_ends);
        _labelCount = block.Read(ref _labels);
    }
}
