using Forage.Features;

namespace Forage.Extreme.Embedding.Internals;

/// <summary>
/// A fixed random rotation in O(n log n): signs change at random, then a Hadamard transform of the first 2^k numbers and one of the last 2^k, 2^k ≤ n the largest. It spreads what a vector has
/// over all coordinates, so that their signs tell most of its direction.
/// </summary>
internal sealed unsafe class Rotation
{
    private readonly float[] _signs;
    private readonly int _power;

    /// <summary>A rotation of <paramref name="n"/> numbers.</summary>
    public Rotation(int n, ulong seed)
    {
        var rng = new Rng(seed);
        _power = 1;
        while (2 * _power <= n) _power *= 2;
        _signs = new float[n];
        for (int j = 0; j < n; j++) _signs[j] = rng.NextInt(2) == 0 ? -1 : 1;
    }

    /// <summary>Rotates in place.</summary>
    public void Apply(float* x)
    {
        for (int j = 0; j < _signs.Length; j++) x[j] *= _signs[j];
        Hadamard(x);
        if (_power < _signs.Length) Hadamard(x + _signs.Length - _power);
    }

    private void Hadamard(float* x)
    {
        for (int step = 1; step < _power; step *= 2)
            for (int i = 0; i < _power; i += 2 * step)
                for (int j = i; j < i + step; j++) (x[j], x[j + step]) = (x[j] + x[j + step], x[j] - x[j + step]);
        float scale = 1 / MathF.Sqrt(_power);
        for (int j = 0; j < _power; j++) x[j] *= scale;
    }
}
