using System.Globalization;
using Forage.Cli.Decisions;
using Forage.Data;
using Forage.Evaluation;
using Forage.Features;
using Forage.Simulation;

namespace Forage.Cli.Reproductions.LomTree;

/// <summary>A multiclass set with its split.</summary>
/// <param name="Name">Short name.</param>
/// <param name="Train">What is learnt from.</param>
/// <param name="Test">What errors are counted on.</param>
/// <param name="Interactions">Namespaces crossed.</param>
/// <param name="Bits">log2 of the rows of one-against-all's table.</param>
internal sealed record ClassSet(string Name, SupervisedSet Train, SupervisedSet Test, string[] Interactions, int Bits)
{
    private const int IsoletFeatures = 617;

    /// <summary>Blocks of training examples each held out in turn to choose by; null: tenths in random order.</summary>
    public IReadOnlyList<(int Start, int End)>? HeldOut { get; init; }

    /// <summary>Number of classes.</summary>
    public int Classes => Math.Max(Train.LabelCount, Test.LabelCount);

    /// <summary>Number of features that occur in what is learnt from.</summary>
    public int CountFeatures()
    {
        var seen = new HashSet<uint>();
        for (int i = 0; i < Train.Count; i++)
        {
            var row = Train.Rows[i];
            foreach (var group in row.Groups) // the row's part of the indices of all rows
                foreach (uint index in row.Indices[group.Start..group.End]) seen.Add(index);
        }
        return seen.Count;
    }

    /// <summary>A pass over it takes so long that less is tried.</summary>
    public bool IsLarge => Classes > 1000;

    /// <summary>What tells it from other sets.</summary>
    public string Key => $"{Name}, {Train.Count} and {Test.Count}";

    /// <summary>Isolet in its standard split (new speakers) and in random splits of 90 to 10, or nothing without the files.</summary>
    public static (ClassSet Standard, ClassSet[] Random)? Isolet(ReproduceContext context, ReproduceResult result, int splits)
    {
        if (context.DataFile("multiclass/isolet/train.csv") is not { } train || context.DataFile("multiclass/isolet/test.csv") is not { } test) return null;
        result.Data.Add(ReportData.OfFile(train));
        result.Data.Add(ReportData.OfFile(test));
        float[][] first = Numbers(train, ','), second = Numbers(test, ','), all = [.. first, .. second];
        return (Make("isolet, standard split", first, second) with { HeldOut = Groups(first) }, [.. Enumerable.Range(1, splits).Select(s =>
        {
            float[][] mixed = [.. all];
            new Rng((ulong)s).Shuffle<float[]>(mixed);
            int tenth = mixed.Length / 10;
            return Make("isolet, random 90/10", mixed[tenth..], mixed[..tenth]);
        })]);

        // The test is of new speakers, and so must be what is held out: the file has four groups of thirty speakers, each from class 1 to 26.
        static List<(int, int)> Groups(float[][] rows)
        {
            int[] starts = [0, .. Enumerable.Range(1, rows.Length - 1).Where(i => rows[i][^1] < rows[i - 1][^1]), rows.Length];
            return [.. starts.Zip(starts.Skip(1))];
        }

        static ClassSet Make(string name, float[][] train, float[][] test) => new(name, Rows(train, 26, Dense), Rows(test, 26, Dense), [], 11);

        static void Dense(float[] row, List<uint> indices, List<float> values)
        {
            for (int f = 0; f < IsoletFeatures; f++)
            {
                indices.Add((uint)f);
                values.Add(row[f]);
            }
        }
    }

    /// <summary>Letter with each value of each column a feature and all pairs of them: 16,000 to learn from and 4,000 to test in random order.</summary>
    public static ClassSet? Letter(ReproduceContext context, ReproduceResult result)
    {
        if (context.DataFile("bandit/pmlb/letter.tsv") is not { } path) return null;
        result.Data.Add(ReportData.OfFile(path));
        float[][] rows = Numbers(path, '\t', header: true);
        new Rng(1).Shuffle<float[]>(rows);
        return new ClassSet("letter, all pairs", Rows(rows[4000..], 26, OneHot), Rows(rows[..4000], 26, OneHot), ["::"], 18);

        static void OneHot(float[] row, List<uint> indices, List<float> values)
        {
            for (int f = 0; f < row.Length - 1; f++)
            {
                indices.Add(FeatureHasher.InteractionPrime * (uint)(16 * f + (int)row[f] + 1));
                values.Add(1);
            }
        }
    }

    /// <summary>Omniglot: pixels of 1,623 kinds of characters, 15 to learn and 5 to test each.</summary>
    public static ClassSet? Omniglot(ReproduceContext context, ReproduceResult result)
    {
        if (context.DataFile("multiclass/omniglot/train.svm") is not { } train || context.DataFile("multiclass/omniglot/test.svm") is not { } test) return null;
        result.Data.Add(ReportData.OfFile(train));
        result.Data.Add(ReportData.OfFile(test));
        return new ClassSet("omniglot", Read(train), Read(test), [], 10);

        static SupervisedSet Read(string path) => SupervisedReader.Read(ByteSource.File(path), SupervisedFormat.Svmlight).Set;
    }

    /// <summary>Examples of synthetic classes.</summary>
    public static ClassSet Synthetic(int classes, int train, int test, int bits)
    {
        var source = new SyntheticClasses(classes, 1);
        SupervisedSet first = new(), second = new();
        source.AddTo(first, 0, train);
        source.AddTo(second, train, test);
        return new ClassSet(string.Create(CultureInfo.InvariantCulture, $"synthetic, {classes:N0} classes"), first, second, [], bits);
    }

    private delegate void Features(float[] row, List<uint> indices, List<float> values);

    private static SupervisedSet Rows(float[][] rows, int classes, Features features)
    {
        var set = new SupervisedSet();
        set.Declare(classes);
        var indices = new List<uint>();
        var values = new List<float>();
        foreach (float[] row in rows)
        {
            indices.Clear();
            values.Clear();
            features(row, indices, values);
            set.Add([(int)row[^1] - 1], indices.ToArray(), values.ToArray());
        }
        return set;
    }

    private static float[][] Numbers(string path, char separator, bool header = false)
        => [.. TextFiles.Lines(path).Skip(header ? 1 : 0).Where(l => l.Length > 0).Select(l => Array.ConvertAll(l.Split(separator), t => float.Parse(t, CultureInfo.InvariantCulture)))];
}
