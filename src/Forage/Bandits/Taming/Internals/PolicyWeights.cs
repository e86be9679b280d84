using Forage.Oracles;

namespace Forage.Bandits.Taming.Internals;

/// <summary>
/// Sparse weights Q over policies with the table of §3.5: Q(a|x) = Σ_π Q(π) 1{π(x) = a} for every context and action, kept up to date. Scaling all
/// weights is one multiplication: what is stored is Q divided by a common factor.
/// </summary>
internal sealed class PolicyWeights(int actions)
{
    private const double SmallestScale = 1e-60;

    private readonly Dictionary<IContextPolicy, int> _places = [];
    private readonly List<IContextPolicy> _policies = [];
    private readonly List<double> _weights = []; // Q(π)/_scale
    private double[] _table = []; // contexts × K, Q(a|x)/_scale
    private int[] _chosen = [];
    private double _total; // Σ Q(π)/_scale
    private double _scale = 1;

    /// <summary>Σ Q(π).</summary>
    public double Total => _total * _scale;

    /// <summary>Policies of positive weight.</summary>
    public IReadOnlyList<IContextPolicy> Policies => _policies;

    /// <summary>Contexts with a row in the table.</summary>
    public int Contexts { get; private set; }

    /// <summary>contexts × K: Q(a|x) is <see cref="Scale"/> times this.</summary>
    public ReadOnlySpan<double> Table => _table.AsSpan(0, Contexts * actions);

    /// <summary>The common factor.</summary>
    public double Scale => _scale;

    /// <summary>Q of the policy at a place of <see cref="Policies"/>.</summary>
    public double WeightAt(int place) => _weights[place] * _scale;

    /// <summary>Multiplies every weight by <paramref name="factor"/>.</summary>
    public void Multiply(double factor)
    {
        _scale *= factor;
        if (_scale < SmallestScale) Normalise();
    }

    /// <summary>Adds <paramref name="weight"/> to Q of a policy.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="choices">What it plays in every context of the table.</param>
    /// <param name="weight">What to add.</param>
    public void Add(IContextPolicy policy, ReadOnlySpan<int> choices, double weight)
    {
        double raw = weight / _scale;
        if (_places.TryGetValue(policy, out int place)) _weights[place] += raw;
        else
        {
            _places.Add(policy, _policies.Count);
            _policies.Add(policy);
            _weights.Add(raw);
        }
        _total += raw;
        for (int x = 0; x < choices.Length; x++) _table[x * actions + choices[x]] += raw;
    }

    /// <summary>Gives rows to contexts below <paramref name="contexts"/>: one look at every policy of positive weight.</summary>
    public void Grow(int contexts)
    {
        int added = contexts - Contexts;
        if (added <= 0) return;
        if (contexts * actions > _table.Length) Array.Resize(ref _table, Math.Max(contexts, Math.Min(2 * Contexts, Array.MaxLength / actions)) * actions);
        if (_chosen.Length < added) _chosen = new int[added];
        var choices = _chosen.AsSpan(0, added);
        for (int p = 0; p < _policies.Count; p++)
        {
            _policies[p].Choose(Contexts, choices);
            for (int x = 0; x < added; x++) _table[(Contexts + x) * actions + choices[x]] += _weights[p];
        }
        Contexts = contexts;
    }

    /// <summary>No weights; the table keeps its rows.</summary>
    public void Clear()
    {
        _places.Clear();
        _policies.Clear();
        _weights.Clear();
        _table.AsSpan(0, Contexts * actions).Clear();
        (_total, _scale) = (0, 1);
    }

    /// <summary>Becomes equal to another.</summary>
    public void CopyFrom(PolicyWeights other)
    {
        if (_table.Length < other._table.Length) _table = new double[other._table.Length];
        other.Table.CopyTo(_table);
        (Contexts, _total, _scale) = (other.Contexts, other._total, other._scale);
        _places.Clear();
        _policies.Clear();
        _weights.Clear();
        for (int p = 0; p < other._policies.Count; p++)
        {
            _places.Add(other._policies[p], p);
            _policies.Add(other._policies[p]);
            _weights.Add(other._weights[p]);
        }
    }

    // Before the factor leaves the range of doubles; weights that are then nothing leave the support.
    private void Normalise()
    {
        foreach (ref double q in _table.AsSpan(0, Contexts * actions)) q *= _scale;
        _total *= _scale;
        int kept = 0;
        _places.Clear();
        for (int p = 0; p < _policies.Count; p++)
        {
            double weight = _weights[p] * _scale;
            if (weight == 0) continue;
            (_policies[kept], _weights[kept]) = (_policies[p], weight);
            _places.Add(_policies[kept], kept++);
        }
        _policies.RemoveRange(kept, _policies.Count - kept);
        _weights.RemoveRange(kept, _weights.Count - kept);
        _scale = 1;
    }
}
