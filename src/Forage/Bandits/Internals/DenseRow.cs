using Forage.Features;
using Forage.Linear;
using Forage.Persistence;

namespace Forage.Bandits.Internals;

/// <summary>Rows as dense vectors of d numbers: each feature has its own place, given out as features are met, or d random directions are shared by all.</summary>
internal sealed class DenseRow(LinearOptions options, int dimensions, bool project, ulong seed)
{
    private readonly RowGatherer _gatherer = new(options);
    private readonly Dictionary<uint, int> _places = [];
    private readonly uint _mask = options.Bits == 32 ? uint.MaxValue : (1u << options.Bits) - 1;

    /// <summary>Writes the row.</summary>
    /// <param name="row">Features.</param>
    /// <param name="x">d numbers, written.</param>
    /// <param name="learn">Give new features places; without, they count for nothing.</param>
    /// <exception cref="ForageException">More features than places.</exception>
    public void Write(in FeatureRow row, Span<double> x, bool learn)
    {
        _gatherer.Gather(row);
        x.Clear();
        var indices = _gatherer.Indices;
        var values = _gatherer.Values;
        if (project)
        {
            Project(indices, values, x);
            return;
        }
        int known = _places.Count;
        for (int i = 0; i < indices.Length; i++)
        {
            uint feature = indices[i] & _mask;
            if (!_places.TryGetValue(feature, out int place))
            {
                if (!learn) continue;
                if (_places.Count >= dimensions)
                {
                    foreach (uint index in indices)
                        if (_places.TryGetValue(index & _mask, out place) && place >= known) _places.Remove(index & _mask);
                    BanditThrow.TooManyFeatures(dimensions);
                }
                _places.Add(feature, place = _places.Count);
            }
            x[place] += values[i];
        }
    }

    /// <summary>Σ over the features unknown so far of x², the variance (times λ) they add.</summary>
    public double Unknown()
    {
        if (project) return 0;
        double sum = 0;
        for (int i = 0; i < _gatherer.Count; i++)
            if (!_places.ContainsKey(_gatherer.Indices[i] & _mask)) sum += (double)_gatherer.Values[i] * _gatherer.Values[i];
        return sum;
    }

    public void Save(ModelWriter writer)
    {
        writer.Write(_places.Count);
        foreach (var (feature, place) in _places.OrderBy(p => p.Value)) writer.Write((int)feature);
    }

    public void Load(ModelReader reader)
    {
        int count = reader.ReadInt32();
        for (int i = 0; i < count; i++) _places.Add((uint)reader.ReadInt32(), i);
    }

    /// <summary>x_j = Σ_i s_ij v_i / sqrt(d), s_ij = ±1 at random (Achlioptas 2003): inner products are kept up to 1/sqrt(d).</summary>
    private void Project(ReadOnlySpan<uint> indices, ReadOnlySpan<float> values, Span<double> x)
    {
        double scale = 1 / Math.Sqrt(dimensions);
        for (int i = 0; i < indices.Length; i++)
        {
            var signs = new Rng(seed).Fork(indices[i] & _mask);
            double v = values[i] * scale;
            ulong bits = 0;
            for (int j = 0; j < x.Length; j++)
            {
                if ((j & 63) == 0) bits = signs.NextUInt64();
                x[j] += BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(v) ^ (long)((bits & 1) << 63));
                bits >>= 1;
            }
        }
    }
}
