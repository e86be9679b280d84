using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy.Checking.Internals;

/// <summary>What each action was shown with and earned, and its share over time.</summary>
internal sealed class ActionTally(int maxActions)
{
    private readonly Dictionary<int, Entry> _entries = [];
    private readonly Moments[] _stretches = new Moments[DriftMonitor.MaxBlocks];
    private long _blockSize = 64;

    /// <summary>Positions whose action was not followed, because there were too many.</summary>
    public long Untracked { get; private set; }

    public int Count => _entries.Count;

    public void Add(long number, ReadOnlySpan<LoggedAction> slate)
    {
        while (number / _blockSize >= DriftMonitor.MaxBlocks)
        {
            foreach (var entry in _entries.Values) entry.Halve();
            for (int b = 0; b < DriftMonitor.MaxBlocks / 2; b++)
            {
                _stretches[b] = _stretches[2 * b];
                _stretches[b].Merge(_stretches[2 * b + 1]);
            }
            Array.Clear(_stretches, DriftMonitor.MaxBlocks / 2, DriftMonitor.MaxBlocks / 2);
            _blockSize *= 2;
        }
        int block = (int)(number / _blockSize);
        _stretches[block].Add(0);
        foreach (var a in slate)
        {
            if (!_entries.TryGetValue(a.Action, out var entry))
            {
                if (_entries.Count >= maxActions)
                {
                    Untracked++;
                    continue;
                }
                _entries.Add(a.Action, entry = new Entry());
            }
            entry.Shown++;
            entry.Blocks[block]++;
            if (double.IsFinite(a.Reward)) entry.Rewards.Add(a.Reward);
            double p = a.Propensity;
            if (!(p > 0 && p <= 1)) continue;
            entry.Propensities.Add(p);
            entry.Smallest = double.IsNaN(entry.Smallest) ? p : Math.Min(entry.Smallest, p);
        }
    }

    public IReadOnlyList<ActionSummary> Summary() =>
        [.. _entries.OrderByDescending(e => e.Value.Shown).ThenBy(e => e.Key)
            .Select(e => new ActionSummary(e.Key, e.Value.Shown, e.Value.Propensities.Count > 0 ? e.Value.Propensities.Mean : double.NaN, e.Value.Smallest, e.Value.Rewards.Mean))];

    public IEnumerable<DriftChange> Changes(long decisions, double error)
    {
        var blocks = new Moments[DriftMonitor.MaxBlocks];
        foreach (var (action, entry) in _entries.OrderBy(e => e.Key))
        {
            for (int b = 0; b < blocks.Length; b++) blocks[b] = Moments.OfBits(_stretches[b].Count, Math.Min(_stretches[b].Count, entry.Blocks[b]));
            if (DriftMonitor.Change($"action {action}", blocks, _blockSize, 0, 1, decisions, error / _entries.Count) is { } change) yield return change;
        }
    }

    private sealed class Entry
    {
        public long Shown;
        public double Smallest = double.NaN;
        public Moments Propensities, Rewards;

        public long[] Blocks { get; } = new long[DriftMonitor.MaxBlocks];

        public void Halve()
        {
            for (int b = 0; b < Blocks.Length / 2; b++) Blocks[b] = Blocks[2 * b] + Blocks[2 * b + 1];
            Array.Clear(Blocks, Blocks.Length / 2, Blocks.Length / 2);
        }
    }
}
