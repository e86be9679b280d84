using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy;

/// <summary>
/// Self-normalised inverse propensity scoring, per position: V^ = Σ_j (Σ_i w_ij r_ij) / (Σ_i w_ij) (Swaminathan and Joachims 2015; per position as in Lopez et al. 2021).
/// </summary>
/// <remarks>
/// Biased by O(1/n), equivariant to shifting rewards, and much less variable than IPS where weights vary. The interval is Gaussian with the
/// linearised error e_i = Σ_j w_ij (r_ij - V^_j)/W̄_j: asymptotic, with the same limits as that of <see cref="IpsEstimator"/>. All slates must have the same length. A position
/// that the target policy never agrees with makes the value NaN and the interval unbounded.
/// </remarks>
public sealed class SnipsEstimator : IEstimator<SnipsEstimator>, IMergeable<SnipsEstimator>
{
    // For z = (w_1..w_l, w_1 r_1..w_l r_l): sums of z and of z zᵀ (upper triangle by rows, stored square).
    private double[] _sums = [], _squares = [], _z = [];
    private Moments _weights;
    private int _length;

    /// <inheritdoc/>
    public void Add(scoped in Observation observation)
    {
        Check.Observation(observation);
        int l = observation.Weights.Length;
        if (_length == 0) Resize(l);
        if (l != _length) throw new ForageException($"A slate of {l} positions follows slates of {_length}: expected all of one length.");
        double total = 0;
        for (int j = 0; j < l; j++)
        {
            double w = observation.Weights[j];
            (_z[j], _z[l + j]) = (w, w == 0 ? 0 : w * observation.Rewards[j]);
            total += w;
        }
        for (int a = 0; a < 2 * l; a++)
        {
            double za = _z[a];
            if (za == 0) continue;
            _sums[a] += za;
            for (int b = a; b < 2 * l; b++) _squares[a * 2 * l + b] += za * _z[b];
        }
        _weights.Add(total / l);
    }

    /// <summary>The self-normalised value of one position.</summary>
    public double PositionValue(int position) => _sums[_length + position] / _sums[position];

    /// <inheritdoc/>
    public Estimate Result(double confidence = 0.95)
    {
        long n = _weights.Count;
        if (n == 0) return Gaussian.Interval(double.NaN, 0, 0, 0, confidence);
        int l = _length;
        var gradient = new double[2 * l]; // of V^ in the means of z
        double value = 0;
        for (int j = 0; j < l; j++)
        {
            double v = PositionValue(j), mean = _sums[j] / n;
            value += v;
            (gradient[j], gradient[l + j]) = (-v / mean, 1 / mean);
        }
        double squares = 0;
        for (int a = 0; a < 2 * l; a++)
            for (int b = a; b < 2 * l; b++) squares += (a == b ? 1 : 2) * gradient[a] * gradient[b] * _squares[a * 2 * l + b];
        double error = n < 2 || !double.IsFinite(value) ? double.PositiveInfinity : Math.Sqrt(Math.Max(0, squares) / (n - 1) / n);
        return double.IsFinite(value)
            ? Gaussian.Interval(value, error, n, _weights.EffectiveSampleSize, confidence)
            : new Estimate(double.NaN, double.NegativeInfinity, double.PositiveInfinity, n, _weights.EffectiveSampleSize);
    }

    /// <inheritdoc/>
    public void Merge(SnipsEstimator other)
    {
        if (other._length == 0) return;
        if (_length == 0) Resize(other._length);
        if (_length != other._length) OffPolicyThrow.Mismatch("slate lengths", $"{_length}", $"{other._length}");
        for (int i = 0; i < _sums.Length; i++) _sums[i] += other._sums[i];
        for (int i = 0; i < _squares.Length; i++) _squares[i] += other._squares[i];
        _weights.Merge(other._weights);
    }

    private void Resize(int length)
    {
        _length = length;
        (_sums, _z, _squares) = (new double[2 * length], new double[2 * length], new double[4 * length * length]);
    }
}
