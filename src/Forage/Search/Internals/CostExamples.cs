namespace Forage.Search.Internals;

/// <summary>Cost-sensitive examples waiting to be learnt from, in flat arrays that are reused.</summary>
internal sealed class CostExamples
{
    private uint[] _indices = new uint[1024];
    private float[] _values = new float[1024];
    private float[] _costs = new float[1024];
    private Extent[] _extents = new Extent[64];
    private int _features, _costCount;

    public int Count { get; private set; }

    public void Clear() => Count = _features = _costCount = 0;

    /// <summary>Adds one; the costs are to be filled in: +infinity for what is not allowed.</summary>
    public Span<float> Add(int policy, ReadOnlySpan<uint> indices, ReadOnlySpan<float> values, int actions)
    {
        if (Count == _extents.Length) Array.Resize(ref _extents, 2 * Count);
        if (_features + indices.Length > _indices.Length)
        {
            int size = Math.Max(2 * _indices.Length, _features + indices.Length);
            Array.Resize(ref _indices, size);
            Array.Resize(ref _values, size);
        }
        if (_costCount + actions > _costs.Length) Array.Resize(ref _costs, Math.Max(2 * _costs.Length, _costCount + actions));
        indices.CopyTo(_indices.AsSpan(_features));
        values.CopyTo(_values.AsSpan(_features));
        _extents[Count++] = new Extent(policy, _features, indices.Length, !values.IsEmpty, _costCount, actions);
        _features += indices.Length;
        _costCount += actions;
        return _costs.AsSpan(_costCount - actions, actions);
    }

    /// <summary>Takes back the last one added.</summary>
    public void RemoveLast()
    {
        var last = _extents[--Count];
        (_features, _costCount) = (last.Start, last.CostStart);
    }

    public int Policy(int i) => _extents[i].Policy;

    public ReadOnlySpan<uint> Indices(int i) => _indices.AsSpan(_extents[i].Start, _extents[i].Length);

    public ReadOnlySpan<float> Values(int i) => _extents[i].HasValues ? _values.AsSpan(_extents[i].Start, _extents[i].Length) : default;

    public Span<float> Costs(int i) => _costs.AsSpan(_extents[i].CostStart, _extents[i].Actions);

    private readonly record struct Extent(int Policy, int Start, int Length, bool HasValues, int CostStart, int Actions);
}
