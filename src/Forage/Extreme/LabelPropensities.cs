using System.Globalization;

namespace Forage.Extreme;

/// <summary>
/// How likely a right label is to be recorded as one: p_l = 1/(1 + C e^{-A ln(N_l + B)}), C = (ln N - 1)(B + 1)^A, for a label with N_l of N training rows. Rare labels
/// are missed more often; metrics and learners that weigh a hit with 1/p_l make up for it.
/// </summary>
/// <remarks>Jain, Prabhu, Varma, KDD 2016, section 4; A and B fitted there on sets where the truth could be found out. C is kept at 0 or more, for sets of one or two rows.</remarks>
public sealed class LabelPropensities
{
    private readonly double[] _inverse;

    private LabelPropensities(double[] inverse) => _inverse = inverse;

    /// <summary>Number of labels.</summary>
    public int LabelCount => _inverse.Length;

    /// <summary>p_l, in (0, 1].</summary>
    public double this[int label] => 1 / _inverse[label];

    /// <summary>1/p_l, at least 1.</summary>
    public double Inverse(int label) => _inverse[label];

    /// <summary>Propensities from the labels of the training rows.</summary>
    /// <param name="train">Right labels of every training row.</param>
    /// <param name="a">A; 0.55 unless the set is known to need another.</param>
    /// <param name="b">B; 1.5 likewise.</param>
    public static LabelPropensities Of(LabelSets train, double a = 0.55, double b = 1.5)
    {
        var counts = new int[train.LabelCount];
        for (int i = 0; i < train.Count; i++)
            foreach (int label in train[i]) counts[label]++;
        return Of(counts, train.Count, a, b);
    }

    /// <summary>Propensities from counts.</summary>
    /// <param name="counts">N_l, one a label.</param>
    /// <param name="rows">N.</param>
    /// <param name="a">A.</param>
    /// <param name="b">B.</param>
    /// <exception cref="ForageException">There are no rows, or A or B is not a number that makes sense.</exception>
    public static LabelPropensities Of(ReadOnlySpan<int> counts, int rows, double a = 0.55, double b = 1.5)
    {
        if (rows < 1) throw new ForageException($"Label propensities were asked for from {rows} rows; expected at least 1.");
        if (!double.IsFinite(a)) throw Wrong("A", a, "a number");
        if (!(b > 0 && double.IsFinite(b))) throw Wrong("B", b, "a positive number");
        double c = Math.Max(0, (Math.Log(rows) - 1) * Math.Pow(b + 1, a));
        var inverse = new double[counts.Length];
        for (int l = 0; l < inverse.Length; l++) inverse[l] = 1 + c * Math.Exp(-a * Math.Log(counts[l] + b));
        return new LabelPropensities(inverse);
    }

    private static ForageException Wrong(string what, double value, string expected) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{what} of the label propensities is {value}; expected {expected}."));
}
