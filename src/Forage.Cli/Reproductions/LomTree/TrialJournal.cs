using System.Globalization;
using Forage.Linear;

namespace Forage.Cli.Reproductions.LomTree;

/// <summary>
/// What was measured already, kept beside the build so that an interrupted reproduction goes on where it was. A key names what was measured and the very builds of the library and
/// of the command line, whose code it is that measures, so that nothing is taken over from other code.
/// </summary>
internal sealed class TrialJournal
{
    private static readonly string Build = $"{typeof(RegressorPool).Module.ModuleVersionId:N} {typeof(TrialJournal).Module.ModuleVersionId:N}";

    private readonly Dictionary<string, double[]> _known = [];
    private readonly string? _path;
    private readonly Lock _lock = new();

    /// <summary>The journal of this checkout; without one nothing is kept.</summary>
    public TrialJournal() : this(ReproduceContext.Checkout is { } root ? Path.Combine(root, "artifacts", "reproduce", "lomtree.tsv") : null) { }

    /// <summary>The journal of a file.</summary>
    /// <param name="path">The file, made when there is something to keep; null to keep nothing.</param>
    internal TrialJournal(string? path)
    {
        _path = path;
        if (path is null) return;
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
        if (!File.Exists(path)) return;
        string text = File.ReadAllText(path);
        foreach (string line in text.Split('\n'))
        {
            string[] fields = line.Split('\t');
            if (fields is not [var key, .. var texts, "."]) continue; // a line cut off by an interruption
            double[] numbers = new double[texts.Length];
            bool whole = true;
            for (int i = 0; i < numbers.Length; i++) whole &= double.TryParse(texts[i], CultureInfo.InvariantCulture, out numbers[i]);
            if (whole) _known[key] = numbers;
        }
        if (text is not ("" or [.., '\n'])) File.AppendAllText(path, "\n"); // what comes next must not go on in a line cut off
    }

    /// <summary>Numbers measured under a key, from the journal if they are there.</summary>
    public double[] Get(string what, Func<double[]> measure)
    {
        string key = $"{Build} {what}";
        lock (_lock)
        {
            if (_known.TryGetValue(key, out double[]? known)) return known;
        }
        double[] numbers = measure();
        lock (_lock)
        {
            _known[key] = numbers;
            if (_path is not null) File.AppendAllText(_path, $"{key}\t{string.Join('\t', numbers.Select(n => n.ToString("R", CultureInfo.InvariantCulture)))}\t.\n");
        }
        return numbers;
    }

    /// <summary>The outcome of a trial.</summary>
    public TrialOutcome Trial(TreeSetting setting, IReadOnlyList<ClassSet> splits, ulong seed, CancellationToken cancel)
    {
        double[] numbers = Get($"{splits[0].Key} of {splits.Count}, {setting}, seed {seed}", () =>
        {
            var outcome = TreeTrial.Validate(setting, splits, seed, cancel);
            return [outcome.Error, outcome.Passes];
        });
        return new TrialOutcome(numbers[0], (int)numbers[1]);
    }
}
