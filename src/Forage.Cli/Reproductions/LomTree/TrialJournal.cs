using System.Globalization;
using Forage.Linear;

namespace Forage.Cli.Reproductions.LomTree;

/// <summary>
/// Outcomes of trials that were done, kept beside the build so that an interrupted reproduction goes on where it was. A key names the set, the setting, the seed and the very build
/// of the library, so that nothing is taken over from other code.
/// </summary>
internal sealed class TrialJournal
{
    private readonly Dictionary<string, TrialOutcome> _known = [];
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
            if (line.Split('\t') is [var key, var error, var passes] && double.TryParse(error, CultureInfo.InvariantCulture, out double e) && int.TryParse(passes, CultureInfo.InvariantCulture, out int p))
                _known[key] = new TrialOutcome(e, p);
        }
    }

    /// <summary>The outcome of a trial, from the journal if it is there.</summary>
    public TrialOutcome Get(TreeSetting setting, IReadOnlyList<ClassSet> splits, ulong seed, CancellationToken cancel)
    {
        string key = string.Create(CultureInfo.InvariantCulture, $"{typeof(RegressorPool).Module.ModuleVersionId:N} {splits[0].Name} {splits[0].Train.Count} of {Math.Min(2, splits.Count)} {setting} seed {seed}");
        lock (_lock)
        {
            if (_known.TryGetValue(key, out var known)) return known;
        }
        var outcome = TreeTrial.Validate(setting, splits, seed, cancel);
        lock (_lock)
        {
            _known[key] = outcome;
            if (_path is not null) File.AppendAllText(_path, string.Create(CultureInfo.InvariantCulture, $"{key}\t{outcome.Error:R}\t{outcome.Passes}\n"));
        }
        return outcome;
    }
}
