using System.Numerics;

namespace Forage.OffPolicy.Internals;

/// <summary>
/// Generating polynomial, truncated at degree l-1, of how many of many independent clocks of rates p_z rang by time t. Clocks that are unlikely to have
/// rung are lumped by power sums; see <see cref="InclusionProbabilities"/>.
/// </summary>
internal sealed class PoissonBinomialTail
{
    private const int Order = 24;
    private const int Buckets = 64;

    // (e^x - 1)^k = Σ_m x^m k! S(m,k)/m!
    private static readonly double[,] s_series = Series();

    private readonly int[] _bucketStart = new int[Buckets + 2];
    private readonly double[] _powerSums = new double[(Buckets + 1) * Order];
    private double[] _rates = [], _given = [];
    private int[] _actions = [];
    private byte[] _buckets = [];
    private int _length;
    private double _tailBelow;

    /// <summary>Takes in the rates of <paramref name="p"/>, without those of <paramref name="leftOut"/>.</summary>
    public void Prepare(scoped in ActionDistribution p, scoped ReadOnlySpan<int> leftOut, int length)
    {
        _length = length;
        // Degrees up to l-1 of (e^x - 1)^k are needed from a series cut after x^24: an error below 1e-13 in each case.
        _tailBelow = length <= 6 ? 1.0 / 2 : length <= 8 ? 1.0 / 4 : 1.0 / 16;
        int n = p.Count;
        if (_rates.Length < n) (_rates, _actions, _given, _buckets) = (new double[n], new int[n], new double[n], new byte[n]);
        p.Probabilities.CopyTo(_given);
        foreach (int action in leftOut)
        {
            int at = p.IsDense ? action : p.Actions.IndexOf(action);
            if ((uint)at < (uint)n) _given[at] = 0;
        }
        Array.Clear(_bucketStart);
        Array.Clear(_powerSums);
        for (int i = 0; i < n; i++)
        {
            if (_given[i] <= 0) continue;
            int bucket = Bucket(_given[i]);
            _buckets[i] = (byte)bucket;
            _bucketStart[bucket + 2]++;
        }
        for (int b = 2; b < _bucketStart.Length; b++) _bucketStart[b] += _bucketStart[b - 1];
        for (int i = 0; i < n; i++)
        {
            if (_given[i] <= 0) continue;
            int at = _bucketStart[_buckets[i] + 1]++;
            (_rates[at], _actions[at]) = (_given[i], p.ActionAt(i));
        }
        for (int b = 0; b < Buckets; b++)
            AddPowers(_rates.AsSpan(_bucketStart[b].._bucketStart[b + 1]), Math.ScaleB(1, b), _powerSums.AsSpan(b * Order, Order));
        for (int b = Buckets - 1; b >= 0; b--) // sums over this and all later buckets
        {
            double power = 1;
            for (int m = 0; m < Order; m++) _powerSums[b * Order + m] += (power *= 0.5) * _powerSums[(b + 1) * Order + m];
        }
    }

    // Σ (scale · rate)^m for m = 1..24; relative to the bucket's largest rate, or powers would underflow.
    private static void AddPowers(ReadOnlySpan<double> rates, double scale, Span<double> sums)
    {
        int i = 0;
        if (rates.Length >= Vector<double>.Count)
        {
            Span<Vector<double>> lanes = stackalloc Vector<double>[Order];
            lanes.Clear();
            for (; i + Vector<double>.Count <= rates.Length; i += Vector<double>.Count)
            {
                var scaled = new Vector<double>(rates[i..]) * scale;
                var power = scaled;
                for (int m = 0; m < Order; m++)
                {
                    lanes[m] += power;
                    power *= scaled;
                }
            }
            for (int m = 0; m < Order; m++) sums[m] += Vector.Sum(lanes[m]);
        }
        for (; i < rates.Length; i++)
        {
            double scaled = rates[i] * scale, power = 1;
            for (int m = 0; m < Order; m++) sums[m] += power *= scaled;
        }
    }

    /// <summary>Coefficients s^0..s^(l-1) at time <paramref name="t"/>.</summary>
    public void Polynomial(double t, Span<double> result) => PolynomialWithout(t, -1, result);

    /// <summary>The same without one action, which must be above the lumping threshold.</summary>
    public void PolynomialWithout(double t, int action, Span<double> result)
    {
        int bucket = 0;
        while (bucket < Buckets && Math.ScaleB(t, -bucket) > _tailBelow) bucket++;
        Lumped(t, bucket, result);
        for (int i = 0; i < _bucketStart[bucket]; i++)
            if (_actions[i] != action) Multiply(result, _rates[i] * t);
    }

    /// <summary>Multiplies by e^{-x} + (1 - e^{-x}) s.</summary>
    public static void Multiply(Span<double> polynomial, double x)
    {
        double stay = Math.Exp(-x), ring = 1 - stay;
        for (int k = polynomial.Length - 1; k > 0; k--) polynomial[k] = stay * polynomial[k] + ring * polynomial[k - 1];
        polynomial[0] *= stay;
    }

    /// <summary>Divides by stay + (1 - stay) s; stable while stay is above 1/2.</summary>
    public static void Divide(ReadOnlySpan<double> polynomial, Span<double> quotient, double stay)
    {
        double previous = 0, ring = 1 - stay;
        for (int k = 0; k < polynomial.Length; k++) quotient[k] = previous = (polynomial[k] - ring * previous) / stay;
    }

    private void Lumped(double t, int bucket, Span<double> result)
    {
        if (bucket == Buckets) // nothing is lumped; powers of t could overflow
        {
            result.Clear();
            result[0] = 1;
            return;
        }
        Span<double> scaled = stackalloc double[Order];
        double power = 1, relative = Math.ScaleB(t, -bucket);
        for (int m = 0; m < Order; m++) scaled[m] = (power *= relative) * _powerSums[bucket * Order + m];
        int degree = Math.Min(_length - 1, Order);
        Span<double> c = stackalloc double[Order + 1]; // c[k] = k times the coefficient of s^k in the logarithm
        for (int k = 1; k <= degree; k++)
        {
            double sum = 0;
            for (int m = k; m <= Order; m++) sum += s_series[k, m] * scaled[m - 1];
            c[k] = (k & 1) == 1 ? sum : -sum;
        }
        result[0] = Math.Exp(-scaled[0]);
        for (int k = 1; k < result.Length; k++)
        {
            double sum = 0;
            for (int j = 1; j <= Math.Min(k, degree); j++) sum += c[j] * result[k - j];
            result[k] = sum / k;
        }
    }

    // Rates in (2^-(b+1), 2^-b]; everything smaller than 2^-63 in the last.
    private static int Bucket(double rate)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(rate);
        int exponent = (int)(bits >> 52) - 1023, above = (bits & ((1UL << 52) - 1)) == 0 ? 0 : 1;
        return Math.Clamp(-exponent - above, 0, Buckets - 1);
    }

    private static double[,] Series()
    {
        var stirling = new double[Order + 1, Order + 1]; // S(m, k)
        stirling[0, 0] = 1;
        for (int m = 1; m <= Order; m++)
            for (int k = 1; k <= m; k++) stirling[m, k] = k * stirling[m - 1, k] + stirling[m - 1, k - 1];
        var series = new double[Order + 1, Order + 1];
        double[] factorial = new double[Order + 1];
        factorial[0] = 1;
        for (int m = 1; m <= Order; m++) factorial[m] = m * factorial[m - 1];
        for (int k = 1; k <= Order; k++)
            for (int m = k; m <= Order; m++) series[k, m] = factorial[k] * stirling[m, k] / factorial[m];
        return series;
    }
}
