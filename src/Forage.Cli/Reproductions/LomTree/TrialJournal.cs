using System.Globalization;
using Forage.Linear;

namespace Forage.Cli.Reproductions.LomTree;

/// <summary>
/// What was measured already, kept beside the build so that an interrupted reproduction goes on where it was. A key names what was measured and the very build of the library, so that
/// nothing is taken over from other code.
/// </summary>
internal sealed class TrialJournal
{
    private readonly Dictionary<string, double[]> _known = [];
    private readonly string? _path;
    private readonly Lock _lock = new();

    /// <summary>The journal of this checkout; without one nothing is kept.</summary>
    public TrialJournal()
    {
        if (ReproduceContext.Checkout is not { } root) return;
        string folder = Path.Combine(root, "artifacts", "reproduce");
        Directory.CreateDirectory(folder);
        _path = Path.Combine(folder, "lomtree.tsv");
        if (!File.Exists(_path)) return;
        foreach (string line in File.ReadLines(_path))
        {
            string[] fields = line.Split('\t');
            if (fields is not [var key, .. var texts, "."]) continue; // a line cut off by an interruption
            _known[key] = Array.ConvertAll(texts, t => double.Parse(t, CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Numbers measured under a key, from the journal if they are there.</summary>
    public double[] Get(string what, Func<double[]> measure)
    {
        string key = $"{typeof(RegressorPool).Module.ModuleVersionId:N} {what}";
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
