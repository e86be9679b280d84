using System.Runtime.InteropServices;

namespace Forage.OffPolicy.Internals;

/// <summary>Count, mean and centred second moment (Welford 1962), mergeable (Chan, Golub, LeVeque 1979).</summary>
[StructLayout(LayoutKind.Auto)]
internal struct Moments
{
    private double _m2;

    public long Count { get; private set; }

    public double Mean { get; private set; }

    /// <summary>Sample variance, divisor n-1; 0 for fewer than two.</summary>
    public readonly double Variance => Count < 2 ? 0 : _m2 / (Count - 1);

    public readonly double StandardError => Count < 2 ? double.PositiveInfinity : Math.Sqrt(Variance / Count);

    /// <summary>(Σx)²/Σx².</summary>
    public readonly double EffectiveSampleSize
    {
        get
        {
            double squares = _m2 / Count + Mean * Mean;
            return Count == 0 || !(squares > 0) ? 0 : Count * Mean * (Mean / squares);
        }
    }

    /// <summary>Moments of <paramref name="count"/> zeros and ones.</summary>
    public static Moments OfBits(long count, long ones) => count == 0 ? default
        : new() { Count = count, Mean = (double)ones / count, _m2 = ones * (1 - (double)ones / count) };

    public void Add(double x)
    {
        Count++;
        double delta = x - Mean;
        Mean += delta / Count;
        _m2 += delta * (x - Mean);
    }

    public void Merge(in Moments other)
    {
        if (other.Count == 0) return;
        long count = Count + other.Count;
        double delta = other.Mean - Mean;
        _m2 += other._m2 + delta * delta * ((double)Count * other.Count / count);
        Mean += delta * other.Count / count;
        Count = count;
    }
}
