using System.Numerics;

namespace Forage.OffPolicy.Internals;

/// <summary>
/// Logarithms of many running products. Factors are multiplied into plain doubles and only folded into logarithms when they could leave the range
/// of a double, some hundred observations later, so an observation costs multiplications and no logarithm.
/// </summary>
internal sealed class WealthTable(int size, bool trackPeaks = false)
{
    private const double Safe = 600; // e^±600 is well inside a double's range

    private readonly double[] _logs = new double[size];
    private readonly double[] _peaks = trackPeaks ? new double[size] : [];
    private readonly double[] _peakProducts = trackPeaks ? Ones(size) : [];
    private double _mostLost, _mostWon;

    /// <summary>The running products since the last fold; multiply factors in here after <see cref="Reserve"/>.</summary>
    public double[] Products { get; } = Ones(size);

    /// <summary>ln of the products; call <see cref="Fold"/> first.</summary>
    public ReadOnlySpan<double> Logs => _logs;

    /// <summary>Largest value of each logarithm so far; call <see cref="Fold"/> first.</summary>
    public ReadOnlySpan<double> Peaks => _peaks;

    /// <summary>Announces factors in [e^-lost, e^won]; returns false if not even one such factor fits, and logarithms must be added with <see cref="AddLog"/>.</summary>
    public bool Reserve(double lost, double won)
    {
        if (lost > Safe || won > Safe)
        {
            Fold();
            return false;
        }
        if (_mostLost + lost > Safe || _mostWon + won > Safe) Fold();
        _mostLost += lost;
        _mostWon += won;
        return true;
    }

    /// <summary>Adds to one logarithm directly; only after a fold.</summary>
    public void AddLog(int i, double log)
    {
        _logs[i] += log;
        if (trackPeaks) _peaks[i] = Math.Max(_peaks[i], _logs[i]);
    }

    /// <summary>Records peaks after each observation, if they are tracked.</summary>
    public void RecordPeaks()
    {
        var (products, peaks) = (Products, _peakProducts);
        int i = 0;
        for (; i <= products.Length - Vector<double>.Count; i += Vector<double>.Count)
            Vector.Max(new Vector<double>(products, i), new Vector<double>(peaks, i)).CopyTo(peaks, i);
        for (; i < products.Length; i++) peaks[i] = Math.Max(peaks[i], products[i]);
    }

    /// <summary>Folds the products into the logarithms.</summary>
    public void Fold()
    {
        if (_mostLost == 0 && _mostWon == 0) return;
        for (int i = 0; i < _logs.Length; i++)
        {
            if (trackPeaks)
            {
                _peaks[i] = Math.Max(_peaks[i], _logs[i] + Math.Log(_peakProducts[i]));
                _peakProducts[i] = 1;
            }
            _logs[i] += Math.Log(Products[i]);
            Products[i] = 1;
        }
        _mostLost = _mostWon = 0;
    }

    /// <summary>Multiplies by another table of the same size.</summary>
    public void Merge(WealthTable other)
    {
        Fold();
        other.Fold();
        for (int i = 0; i < _logs.Length; i++) _logs[i] += other._logs[i];
    }

    private static double[] Ones(int size)
    {
        var ones = new double[size];
        Array.Fill(ones, 1);
        return ones;
    }
}
