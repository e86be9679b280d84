namespace Forage.Search.Internals;

/// <summary>What a roll-in did: its steps, its snapshots, its predictions.</summary>
internal sealed class RollInPath
{
    private Step[] _steps = new Step[64];
    private SnapshotMark[] _snapshots = new SnapshotMark[64];
    private byte[] _states = new byte[1024];
    private int _used;

    /// <summary>Number of predictions.</summary>
    public int Count { get; private set; }

    /// <summary>Number of snapshots.</summary>
    public int Snapshots { get; private set; }

    public void Clear() => Count = Snapshots = _used = 0;

    public ref readonly Step this[int step] => ref _steps[step];

    public void Add(in Step step)
    {
        if (Count == _steps.Length) Array.Resize(ref _steps, 2 * Count);
        _steps[Count++] = step;
    }

    public ref readonly SnapshotMark Snapshot(int i) => ref _snapshots[i];

    public ReadOnlySpan<byte> State(in SnapshotMark mark) => _states.AsSpan(mark.Start, mark.Length);

    public void AddSnapshot(int site, int step, ReadOnlySpan<byte> state)
    {
        if (Snapshots == _snapshots.Length) Array.Resize(ref _snapshots, 2 * Snapshots);
        if (_used + state.Length > _states.Length) Array.Resize(ref _states, Math.Max(2 * _states.Length, _used + state.Length));
        state.CopyTo(_states.AsSpan(_used));
        _snapshots[Snapshots++] = new SnapshotMark(site, step, _used, state.Length);
        _used += state.Length;
    }

    /// <summary>The last snapshot taken at this place of the program before or at this step; -1 if there is none.</summary>
    public int LastSnapshot(int site, int step)
    {
        int low = 0, high = Snapshots; // steps never fall
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_snapshots[middle].Step <= step) low = middle + 1;
            else high = middle;
        }
        for (low--; low >= 0; low--)
            if (_snapshots[low].Site == site) return low;
        return -1;
    }
}

/// <summary>A prediction of a roll-in.</summary>
/// <param name="Action">What was chosen.</param>
/// <param name="Policy">By which policy number.</param>
/// <param name="Allowed">Among what; null for all.</param>
/// <param name="Hash">Of all the prediction looked at; 0 if nobody will ask.</param>
internal readonly record struct Step(int Action, int Policy, ActionSet? Allowed, ulong Hash)
{
    /// <summary>How many actions there were.</summary>
    public int Choices(IReadOnlyList<int> actions) => Allowed?.Count ?? actions[Policy];
}

/// <summary>A snapshot of a roll-in.</summary>
/// <param name="Site">Where in the program.</param>
/// <param name="Step">Predictions made before it.</param>
/// <param name="Start">Where its bytes stand.</param>
/// <param name="Length">How many they are.</param>
internal readonly record struct SnapshotMark(int Site, int Step, int Start, int Length);
