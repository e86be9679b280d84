namespace Forage.Bandits.Elimination.Internals;

/// <summary>
/// A distribution P over the active policies and what follows from it: the mixture P~(a|x), 1/P'(a|x) and V_f. Policies have two numbers, in the class and
/// among the active ones; here i is always the latter.
/// </summary>
internal sealed class ProgramState
{
    private readonly PolicyTable _policies;
    private readonly ExplorationFloor _floorKind;
    private readonly byte[] _columns; // contexts × active: what the active policies play
    private readonly int[] _ids;
    private readonly double[] _p, _v, _byId;
    private readonly bool[] _used;
    private double _total;

    public ProgramState(PolicyTable policies, ExplorationFloor floor)
    {
        (_policies, _floorKind) = (policies, floor);
        int cells = policies.Contexts * policies.Actions;
        _columns = new byte[policies.Contexts * policies.Count];
        _ids = new int[policies.Count];
        (_p, _v, _byId) = (new double[policies.Count], new double[policies.Count], new double[policies.Count]);
        (Mass, Inverse, _used) = (new double[cells], new double[cells], new bool[cells]);
        (Context, Floor, Represented) = (new double[policies.Contexts], new double[policies.Contexts], new int[policies.Contexts]);
    }

    /// <summary>Number of active policies.</summary>
    public int Count { get; private set; }

    /// <summary>Share κ of uniform play.</summary>
    public double Smoothing { get; set; }

    /// <summary>Σ_x of the contexts' weights.</summary>
    public double Total => _total;

    /// <summary>Weights of the contexts, of any scale; V and all sums over contexts share it.</summary>
    public double[] Context { get; }

    /// <summary>contexts × K: P~(a|x) = Σ_f P(f) 1{π_f(x) = a}.</summary>
    public double[] Mass { get; }

    /// <summary>contexts × K: weight of the context over P'(a|x); 0 where no active policy plays a.</summary>
    public double[] Inverse { get; }

    /// <summary>Probability that uniform play adds to an action, by context.</summary>
    public double[] Floor { get; }

    /// <summary>|A(F, x)| by context.</summary>
    public int[] Represented { get; }

    /// <summary>Numbers in the class of the active policies.</summary>
    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Count);

    /// <summary>P, by active policy.</summary>
    public Span<double> P => _p.AsSpan(0, Count);

    /// <summary>V times <see cref="Total"/>, by active policy.</summary>
    public Span<double> V => _v.AsSpan(0, Count);

    /// <summary>What the active policies play in a context.</summary>
    public ReadOnlySpan<byte> Column(int context) => _columns.AsSpan(context * Count, Count);

    /// <summary>True if some active policy plays this action.</summary>
    public bool IsUsed(int context, int action) => _used[context * _policies.Actions + action];

    /// <summary>Makes these the active policies; the P of those that stay is scaled to sum to one, new ones have none.</summary>
    public void Restrict(ReadOnlySpan<int> active)
    {
        Array.Clear(_byId);
        for (int i = 0; i < Count; i++) _byId[_ids[i]] = _p[i];
        active.CopyTo(_ids);
        Count = active.Length;
        double sum = 0;
        for (int i = 0; i < Count; i++) sum += _p[i] = _byId[_ids[i]];
        for (int i = 0; i < Count; i++) _p[i] = sum > 0 ? _p[i] / sum : 1.0 / Count;
        for (int x = 0; x < _policies.Contexts; x++)
        {
            var from = _policies.Column(x);
            var to = _columns.AsSpan(x * Count, Count);
            for (int i = 0; i < to.Length; i++) to[i] = from[_ids[i]];
        }
    }

    /// <summary>Everything that follows from P, anew.</summary>
    public void Refresh()
    {
        int k = _policies.Actions;
        V.Clear();
        _total = 0;
        for (int x = 0; x < Context.Length; x++)
        {
            var column = Column(x);
            var mass = Mass.AsSpan(x * k, k);
            var used = _used.AsSpan(x * k, k);
            mass.Clear();
            used.Clear();
            for (int i = 0; i < column.Length; i++)
            {
                mass[column[i]] += _p[i];
                used[column[i]] = true;
            }
            int represented = 0;
            foreach (bool u in used) represented += u ? 1 : 0;
            Represented[x] = represented;
            Floor[x] = Smoothing / (_floorKind == ExplorationFloor.Represented ? represented : k);
            _total += Context[x];
            RefreshInverse(x);
            if (Context[x] > 0) AddInverse(x);
        }
    }

    /// <summary>One more visit of a context: its weight and every V grow by their share.</summary>
    public void AddContext(int context)
    {
        int k = _policies.Actions;
        double before = Context[context]++;
        _total++;
        RefreshInverse(context);
        double share = 1 / (before + 1);
        var inverse = Inverse.AsSpan(context * k, k);
        var column = Column(context);
        var v = V;
        for (int i = 0; i < column.Length; i++) v[i] += share * inverse[column[i]];
    }

    /// <summary>Weight over P', from the masses of one context.</summary>
    public void RefreshInverse(int context)
    {
        int k = _policies.Actions;
        for (int cell = context * k; cell < (context + 1) * k; cell++)
            Inverse[cell] = _used[cell] && Context[context] > 0 ? Context[context] / Probability(context, cell) : 0;
    }

    /// <summary>P'(a|x) of a cell (x, a) that is used.</summary>
    public double Probability(int context, int cell) => (1 - Smoothing) * Mass[cell] + Floor[context];

    /// <summary>Σ_x weight · |A(F, x)|.</summary>
    public double WeightedActions()
    {
        double sum = 0;
        for (int x = 0; x < Context.Length; x++) sum += Context[x] * Represented[x];
        return sum;
    }

    /// <summary>max_f V_f and Σ P V, both times <see cref="Total"/>.</summary>
    public (double Worst, double Mean) Values()
    {
        double worst = 0, mean = 0;
        for (int i = 0; i < Count; i++)
        {
            worst = Math.Max(worst, _v[i]);
            mean += _p[i] * _v[i];
        }
        return (worst, mean);
    }

    private void AddInverse(int context)
    {
        int k = _policies.Actions;
        var inverse = Inverse.AsSpan(context * k, k);
        var column = Column(context);
        var v = V;
        for (int i = 0; i < column.Length; i++) v[i] += inverse[column[i]];
    }
}
