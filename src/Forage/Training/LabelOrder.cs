using System.Runtime.InteropServices;

namespace Forage.Training;

/// <summary>
/// Whether examples come in the order of their labels. Learning online presupposes a random order: where a label follows itself more often than chance has it, predictions made before learning
/// look too good (the learner need only repeat itself), and what comes first is forgotten.
/// </summary>
public sealed class LabelOrder
{
    private const int Every = 17, Fewest = 500;
    private const double MostExcess = 0.4;

    private readonly Dictionary<float, long> _counts = [];
    private long _examples, _repeats, _counted;
    private float _last = float.NaN;

    /// <summary>Share of examples with the label of the one before.</summary>
    public double Repeated => _examples > 1 ? (double)_repeats / (_examples - 1) : 0;

    /// <summary>The same in a random order, estimated from every seventeenth example: Σ n_k (n_k - 1) / (n (n - 1)), n_k examples with label k out of n.</summary>
    public double Chance => _counted > 1 ? _counts.Values.Sum(n => (double)n * (n - 1)) / ((double)_counted * (_counted - 1)) : 1;

    /// <summary>Of at least 500 examples more repeat a label than chance has it, by over 0.4 of what is possible, 0.4 (1 - Chance), and three standard errors of Chance.</summary>
    public bool IsSorted => _examples >= Fewest && Repeated - Chance > MostExcess * (1 - Chance) + 3 * ChanceError;

    /// <summary>2 sqrt((Σ p_k³ - (Σ p_k²)²) / n): Σ p_k² is a quadratic form of frequencies, its gradient 2p.</summary>
    private double ChanceError
    {
        get
        {
            double squares = 0, cubes = 0;
            foreach (long n in _counts.Values)
            {
                double p = (double)n / _counted;
                squares += p * p;
                cubes += p * p * p;
            }
            return 2 * Math.Sqrt(Math.Max(0, cubes - squares * squares) / _counted);
        }
    }

    /// <summary>Counts the label of the next example.</summary>
    public void Add(float label)
    {
        if (label == _last) _repeats++;
        _last = label;
        if (_examples++ % Every != 0) return;
        CollectionsMarshal.GetValueRefOrAddDefault(_counts, label, out _)++;
        _counted++;
    }
}
