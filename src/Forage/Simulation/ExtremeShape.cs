using System.Globalization;

namespace Forage.Simulation;

/// <summary>Size and label statistics of an extreme multilabel set: what <see cref="SyntheticExtreme"/> makes a stand-in of.</summary>
/// <remarks>
/// Rows, features, labels and labels a row of the named shapes are those published for the sets (Lopez, Dhillon, Jordan 2021, Table 1; the Extreme Classification Repository). Words a row, the share of
/// the most frequent label and all that makes the features are ours.
/// </remarks>
public sealed record ExtremeShape
{
    /// <summary>Its name.</summary>
    public string Name { get; init; } = "custom";

    /// <summary>Training rows.</summary>
    public required int Train { get; init; }

    /// <summary>Test rows.</summary>
    public required int Test { get; init; }

    /// <summary>Size of the vocabulary.</summary>
    public required int Features { get; init; }

    /// <summary>Number of labels; each occurs in some training row.</summary>
    public required int Labels { get; init; }

    /// <summary>Mean number of labels of a row, at least 1.</summary>
    public required double LabelsPerRow { get; init; }

    /// <summary>Mean number of words of a row, repetitions counted.</summary>
    public double WordsPerRow { get; init; } = 80;

    /// <summary>Share of the training rows that have the most frequent label.</summary>
    public double HeadShare { get; init; } = 0.05;

    /// <summary>Share of a row's words that come from its labels' prototypes; the rest is Zipf noise. The larger, the easier the set.</summary>
    public double Signal { get; init; } = 0.3;

    /// <summary>Mean number of training rows of a label: Train · LabelsPerRow / Labels.</summary>
    public double RowsPerLabel => Train * LabelsPerRow / Labels;

    /// <summary>EUR-Lex (EU law).</summary>
    public static ExtremeShape EurLex { get; } = new()
    {
        Name = "eur-lex",
        Train = 15_449,
        Test = 3_865,
        Features = 186_104,
        Labels = 3_956,
        LabelsPerRow = 5.30,
        WordsPerRow = 240,
        HeadShare = 0.08,
    };

    /// <summary>Wiki10-31K (Wikipedia articles and tags); one tag is on most articles.</summary>
    public static ExtremeShape Wiki10 { get; } = new()
    {
        Name = "wiki10-31k",
        Train = 14_146,
        Test = 6_616,
        Features = 101_938,
        Labels = 30_938,
        LabelsPerRow = 18.64,
        WordsPerRow = 400,
        HeadShare = 0.8,
    };

    /// <summary>Amazon-670K (products and products bought with them).</summary>
    public static ExtremeShape Amazon670K { get; } = new()
    {
        Name = "amazon-670k",
        Train = 490_449,
        Test = 153_025,
        Features = 135_909,
        Labels = 670_091,
        LabelsPerRow = 5.45,
        WordsPerRow = 80,
        HeadShare = 0.004,
    };

    /// <summary>The named shapes.</summary>
    public static IReadOnlyList<ExtremeShape> Named { get; } = [EurLex, Wiki10, Amazon670K];

    /// <summary>The shape of a name.</summary>
    /// <exception cref="ForageException">There is none of that name.</exception>
    public static ExtremeShape Find(string name) => Named.FirstOrDefault(s => s.Name == name)
        ?? throw new ForageException($"There is no shape '{name}'; expected {string.Join(", ", Named.Select(s => s.Name))}.");

    internal ExtremeShape Validated()
    {
        Require(Train >= 1, "number of training rows", Train, "at least 1");
        Require(Test >= 0, "number of test rows", Test, "0 or more");
        Require(Features >= 2, "number of features", Features, "at least 2");
        Require(Labels >= 2, "number of labels", Labels, "at least 2");
        Require(LabelsPerRow >= 1 && LabelsPerRow <= Labels, "number of labels a row", LabelsPerRow, string.Create(CultureInfo.InvariantCulture, $"1 to {Labels}"));
        Require(RowsPerLabel >= 1, "number of rows a label", RowsPerLabel, "at least 1 (rows times labels a row over labels)");
        Require(Train * LabelsPerRow < int.MaxValue / 2, "number of labels in all rows", Train * LabelsPerRow, "below 2^30");
        Require(WordsPerRow >= 1 && WordsPerRow <= 1e5, "number of words a row", WordsPerRow, "1 to 100000");
        Require(HeadShare is > 0 and <= 1, "share of the most frequent label", HeadShare, "a number above 0, at most 1");
        Require(HeadShare * Train >= RowsPerLabel, "share of the most frequent label", HeadShare, string.Create(CultureInfo.InvariantCulture, $"at least the mean share, {RowsPerLabel / Train}"));
        Require(Signal is >= 0 and <= 1, "share of signal", Signal, "0 to 1");
        return this;
    }

    private static void Require(bool holds, string what, double value, string expected)
    {
        if (!holds) throw new ForageException(string.Create(CultureInfo.InvariantCulture, $"The {what} of the synthetic set is {value}; expected {expected}."));
    }
}
