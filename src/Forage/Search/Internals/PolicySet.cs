using Forage.Features;

namespace Forage.Search.Internals;

/// <summary>
/// The policy that is asked while learning or predicting: a mixture of components (each a table for every policy number of the program) and, while
/// learning, the reference. Component -1 is the reference.
/// </summary>
internal sealed class PolicySet(IReadOnlyList<int> actions)
{
    public const int Reference = -1;

    private readonly List<ActionTable[]> _components = [];
    private readonly List<double> _weights = [];

    /// <summary>Number of actions of every policy number.</summary>
    public IReadOnlyList<int> Actions { get; } = actions;

    public int Count => _components.Count;

    public double Weight(int component) => _weights[component];

    public ActionTable Table(int component, int policy) => _components[component][policy];

    public void Add(ActionTable[] tables, double weight)
    {
        _components.Add(tables);
        _weights.Add(weight);
    }

    /// <summary>f = (1-α) f + α c.</summary>
    public void Interpolate(ActionTable[] tables, double alpha)
    {
        for (int i = 0; i < _weights.Count; i++) _weights[i] *= 1 - alpha;
        Add(tables, alpha);
    }

    /// <summary>A component by a coin, the reference aside (weights are renormalised); 0 without drawing if there is one only.</summary>
    public int Draw(in Rng coins, ulong stream)
    {
        if (_components.Count <= 1) return 0;
        double total = 0;
        foreach (double w in _weights) total += w;
        double u = coins.Fork(stream).NextDouble() * total;
        for (int i = 0; i < _weights.Count - 1; i++)
        {
            if (u < _weights[i]) return i;
            u -= _weights[i];
        }
        return _weights.Count - 1;
    }
}
