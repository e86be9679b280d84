using Forage.Persistence.Internals;

namespace Forage.Data;

/// <summary>A batch of plain examples: example i is row i of <see cref="RecordBatch.Rows"/> with a label and perhaps a tag.</summary>
public sealed class ExampleBatch : RecordBatch
{
    private SimpleLabel[] _labels = new SimpleLabel[64];
    private int[] _tagEnds = new int[64];
    private byte[] _tags = [];
    private int _tagBytes;
    private int _count;

    /// <inheritdoc/>
    public override int Count => _count;

    /// <summary>Labels, one an example.</summary>
    public ReadOnlySpan<SimpleLabel> Labels => _labels.AsSpan(0, _count);

    /// <summary>Tag of example <paramref name="i"/> as UTF-8; empty if it has none.</summary>
    public ReadOnlySpan<byte> Tag(int i)
    {
        int start = i == 0 ? 0 : _tagEnds[i - 1];
        return _tags.AsSpan(start, _tagEnds[i] - start);
    }

    /// <summary>Adds the label and tag of the row just ended.</summary>
    public void Add(SimpleLabel label, ReadOnlySpan<byte> tag = default)
    {
        if (_count == _labels.Length)
        {
            Array.Resize(ref _labels, 2 * _count);
            Array.Resize(ref _tagEnds, 2 * _count);
        }
        if (!tag.IsEmpty)
        {
            if (_tagBytes + tag.Length > _tags.Length) Array.Resize(ref _tags, Math.Max(256, 2 * (_tagBytes + tag.Length)));
            tag.CopyTo(_tags.AsSpan(_tagBytes));
            _tagBytes += tag.Length;
        }
        _labels[_count] = label;
        _tagEnds[_count++] = _tagBytes;
    }

    /// <inheritdoc/>
    public override void Clear()
    {
        base.Clear();
        _count = _tagBytes = 0;
    }

    internal override void Store(ref ArrayBlock block)
    {
        base.Store(ref block);
        block.Write(Labels);
        block.Write<int>(_tagEnds.AsSpan(0, _count));
        block.Write<byte>(_tags.AsSpan(0, _tagBytes));
    }

    internal override void Restore(ref ArrayBlock block)
    {
        base.Restore(ref block);
        _count = block.Read(ref _labels);
        block.Read(ref _tagEnds);
        _tagBytes = block.Read(ref _tags);
        if (_tagEnds.Length < _labels.Length) Array.Resize(ref _tagEnds, _labels.Length);
        if (_labels.Length < _tagEnds.Length) Array.Resize(ref _labels, _tagEnds.Length);
    }
}
