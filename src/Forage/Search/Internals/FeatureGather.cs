using System.Runtime.CompilerServices;

namespace Forage.Search.Internals;

/// <summary>
/// The whole feature list of a step in one run: the caller's features; for the predictions conditioned on, each (position, action), and each prefix
/// of two or more jointly; the paired features crossed with the first of them. Predictions before the start count as an action of their own.
/// </summary>
internal sealed class FeatureGather
{
    public const int MostConditions = 8;
    private const uint Single = 0x9E3779B1, Joint = 0x85EBCA77, Pair = 0xC2B2AE3D;

    private uint[] _indices = new uint[64];
    private float[] _values = [];
    private int _count;
    private bool _hasValues;

    public ReadOnlySpan<uint> Indices => _indices.AsSpan(0, _count);

    /// <summary>Values, or none if all are 1.</summary>
    public ReadOnlySpan<float> Values => _hasValues ? _values.AsSpan(0, _count) : default;

    /// <summary>Writes the list of a step.</summary>
    /// <param name="features">The caller's.</param>
    /// <param name="conditionOn">Steps conditioned on; negative ones are before the start.</param>
    /// <param name="predictions">Actions of all steps so far.</param>
    public void Fill(in SearchFeatures features, ReadOnlySpan<int> conditionOn, ReadOnlySpan<int> predictions)
    {
        int own = features.Indices.Length, most = own + 2 * conditionOn.Length + features.Paired.Length;
        if (conditionOn.Length > MostConditions) SearchThrow.TooManyConditions(conditionOn.Length);
        if (most > _indices.Length) _indices = new uint[2 * most];
        features.Indices.CopyTo(_indices);
        int n = own;
        uint first = 0, joint = Joint;
        for (int i = 0; i < conditionOn.Length; i++)
        {
            int step = conditionOn[i];
            if (step >= predictions.Length) SearchThrow.BadCondition(step, predictions.Length);
            uint y = step < 0 ? 0 : (uint)predictions[step] + 1;
            if (i == 0) first = y + 1;
            _indices[n++] = Mix(y + Single * (uint)(i + 1));
            joint = Mix(joint ^ y);
            if (i > 0) _indices[n++] = joint;
        }
        foreach (uint p in features.Paired) _indices[n++] = Mix(p ^ first * Pair);
        _count = n;
        _hasValues = !features.Values.IsEmpty;
        if (!_hasValues) return;
        if (_values.Length < _indices.Length) _values = new float[_indices.Length];
        features.Values.CopyTo(_values);
        _values.AsSpan(own, n - own).Fill(1);
    }

    /// <summary>Leaves out each feature with the given probability, by a coin of its own that depends on the salt and the feature only.</summary>
    public void Drop(double share, ulong salt)
    {
        uint threshold = (uint)(share * 4294967296.0), s = (uint)(salt ^ salt >> 32);
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            if (Mix(_indices[i] ^ s) < threshold) continue;
            _indices[kept] = _indices[i];
            if (_hasValues) _values[kept] = _values[i];
            kept++;
        }
        _count = kept;
    }

    /// <summary>64 bits that stand for a policy, its allowed actions and the features.</summary>
    public ulong Hash(int policy, ActionSet? allowed)
    {
        ulong h = (ulong)(policy + 1) * 0x9E3779B97F4A7C15 ^ (allowed?.Hash ?? 0);
        for (int i = 0; i < _count; i++) h = (h ^ _indices[i]) * 0xBF58476D1CE4E5B9 ^ h >> 29;
        if (_hasValues)
            for (int i = 0; i < _count; i++) h = (h ^ BitConverter.SingleToUInt32Bits(_values[i])) * 0x94D049BB133111EB ^ h >> 31;
        return h ^ h >> 32;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Mix(uint z)
    {
        z = (z ^ z >> 16) * 0x7FEB352D;
        z = (z ^ z >> 15) * 0x846CA68B;
        return z ^ z >> 16;
    }
}
