namespace Forage.OffPolicy.Checking.Internals;

/// <summary>Which propensities there are, and whether weights against the uniform policy have mean 1.</summary>
internal sealed class PropensityTally
{
    private const int HistogramSize = 14;

    private readonly long[] _histogram = new long[HistogramSize];
    private long _valid, _missing, _zero, _aboveOne, _certain;
    private double _smallest = double.PositiveInfinity, _largest;

    public PropensityTest Test { get; } = new();

    /// <summary>Smallest propensity the logging policy is declared to have; 0 if unknown.</summary>
    public double Declared { get; init; }

    /// <summary>Takes in the slate of a decision, with its distribution if that is sound.</summary>
    public void Add(ReadOnlySpan<LoggedAction> slate, int eligible, ReadOnlySpan<double> distribution)
    {
        double left = 1; // mass of the distribution not yet placed
        int support = 0;
        foreach (double p in distribution) support += p > 0 ? 1 : 0;
        bool valid = true;
        for (int j = 0; j < slate.Length; j++)
        {
            double p = slate[j].Propensity;
            int choices = eligible - j;
            valid &= Count(p, choices);
            if (!valid || choices < 1) continue;
            if (distribution.IsEmpty)
            {
                Bet(1 / (choices * p), Declared > 0 ? Math.Max(1, 1 / (choices * Declared)) : 0);
                continue;
            }
            // With the distribution known the reference is uniform over what is left of its support, and no weight can exceed that of the least likely action.
            double entry = slate[j].Action < distribution.Length ? distribution[slate[j].Action] : 0, least = double.PositiveInfinity;
            if (!(entry > 0)) return;
            if (j > 0) left = 0;
            for (int a = 0; a < distribution.Length; a++)
            {
                if (!(distribution[a] > 0) || Placed(slate[..j], a)) continue;
                least = Math.Min(least, distribution[a]);
                if (j > 0) left += distribution[a];
            }
            Bet(1 / ((support - j) * p), left / ((support - j) * least) * 1.001);
        }
    }

    public PropensitySummary Summary() => new(_valid, _missing, _zero, _aboveOne, _certain, _valid == 0 ? double.NaN : _smallest, _valid == 0 ? double.NaN : _largest, [.. _histogram]);

    private bool Count(double p, int choices)
    {
        if (double.IsNaN(p)) _missing++;
        else if (p <= 0) _zero++;
        else if (p > 1 + 1e-9) _aboveOne++;
        else
        {
            _valid++;
            if (p >= 1 && choices > 1) _certain++;
            _smallest = Math.Min(_smallest, p);
            _largest = Math.Max(_largest, p);
            _histogram[p >= 1 ? 0 : Math.Clamp((int)Math.Ceiling(-Math.Log10(p) - 1e-12), 1, HistogramSize - 1)]++;
            return true;
        }
        return false;
    }

    // A propensity that contradicts its bound is no draw from the distribution; the bound then says nothing.
    private void Bet(double weight, double bound)
    {
        if (weight <= double.MaxValue) Test.Add(weight, weight <= bound ? bound : 0);
    }

    private static bool Placed(ReadOnlySpan<LoggedAction> slate, int action)
    {
        foreach (var a in slate)
            if (a.Action == action) return true;
        return false;
    }
}
