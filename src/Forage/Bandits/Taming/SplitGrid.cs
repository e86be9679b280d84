namespace Forage.Bandits.Taming;

/// <summary>
/// Where decision trees may split: for each feature f ascending thresholds θ, each a question "x_f ≤ θ?". Fixed beforehand, so the class of trees is finite:
/// with S questions in all, |Π_d| ≤ S |Π_{d-1}|² and |Π_0| = K, i.e. ln |Π_d| ≤ (2^d - 1) ln S + 2^d ln K.
/// </summary>
public sealed class SplitGrid
{
    private readonly float[][] _thresholds;

    /// <summary>A grid.</summary>
    /// <param name="thresholds">For each feature up to 255 thresholds, strictly ascending; none for a feature not to split on.</param>
    /// <exception cref="ForageException">There is no threshold at all, or they do not ascend.</exception>
    public SplitGrid(IReadOnlyList<float[]> thresholds)
    {
        _thresholds = [.. thresholds.Select(t => (float[])t.Clone())];
        for (int f = 0; f < _thresholds.Length; f++)
        {
            var t = _thresholds[f];
            if (t.Length > byte.MaxValue) throw new ForageException($"Feature {f} has {t.Length} thresholds; expected at most 255.");
            for (int j = 0; j < t.Length; j++)
                if (!float.IsFinite(t[j]) || (j > 0 && !(t[j] > t[j - 1]))) throw new ForageException($"Threshold {t[j]} of feature {f} is not finite or not above the one before it.");
            Splits += t.Length;
        }
        if (Splits == 0) throw new ForageException("A grid of splits without a threshold was given; expected at least one.");
    }

    /// <summary>Number of features.</summary>
    public int Features => _thresholds.Length;

    /// <summary>Number of questions S.</summary>
    public int Splits { get; }

    /// <summary>Thresholds of a feature.</summary>
    public ReadOnlySpan<float> Of(int feature) => _thresholds[feature];

    /// <summary>A bound on ln of the number of trees of a depth over K actions.</summary>
    public double LogTrees(int depth, int actions) => ((1L << depth) - 1) * Math.Log(Splits) + (1L << depth) * Math.Log(actions);

    /// <summary>The same evenly spaced thresholds for every feature: <paramref name="splits"/> of them strictly between the ends.</summary>
    public static SplitGrid Even(int features, int splits, float lower = 0, float upper = 1)
    {
        if (features < 1) throw new ForageException($"A grid of splits over {features} features was asked for; expected at least 1.");
        if (splits < 1 || !(lower < upper)) throw new ForageException($"{splits} splits between {lower} and {upper} were asked for; expected at least 1 and ends that ascend.");
        float[] thresholds = [.. Enumerable.Range(1, splits).Select(j => lower + (upper - lower) * j / (splits + 1))];
        return new SplitGrid([.. Enumerable.Repeat(thresholds, features)]);
    }

    /// <summary>Number of thresholds of a feature that are below a value: x ≤ θ_j exactly if this is at most j.</summary>
    internal byte Bin(int feature, float value)
    {
        var t = _thresholds[feature];
        int low = 0, high = t.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (value > t[middle]) low = middle + 1;
            else high = middle;
        }
        return (byte)low;
    }
}
