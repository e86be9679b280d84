using Forage.Features;
using Forage.Linear;
using Forage.Linear.Internals;

namespace Forage.Bandits.Internals;

/// <summary>Writes out a row as a learner sees it: its features, the constant, the interactions.</summary>
internal sealed class RowGatherer(LinearOptions options)
{
    private readonly FeatureWalk _walk = new(options);
    private uint[] _indices = new uint[64];
    private float[] _values = new float[64];

    /// <summary>Number of features of the last row.</summary>
    public int Count { get; private set; }

    public ReadOnlySpan<uint> Indices => _indices.AsSpan(0, Count);

    public ReadOnlySpan<float> Values => _values.AsSpan(0, Count);

    /// <exception cref="ForageException">A value is not finite.</exception>
    public void Gather(in FeatureRow row)
    {
        Count = 0;
        var visitor = new Visitor(this);
        _walk.Run(row, ref visitor);
    }

    private void Add(uint index, float value)
    {
        if (!float.IsFinite(value)) BanditThrow.BadFeature(value);
        if (Count == _indices.Length)
        {
            Array.Resize(ref _indices, 2 * Count);
            Array.Resize(ref _values, 2 * Count);
        }
        (_indices[Count], _values[Count]) = (index, value);
        Count++;
    }

    private readonly struct Visitor(RowGatherer to) : IFeatureVisitor
    {
        public void Visit(uint xor, float scale, ReadOnlySpan<uint> indices, ReadOnlySpan<float> values)
        {
            for (int i = 0; i < indices.Length; i++) to.Add(indices[i] ^ xor, values[i] * scale);
        }
    }
}
