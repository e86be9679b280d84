using System.Collections.Concurrent;
using MathNet.Numerics.Integration;

namespace Forage.OffPolicy.Internals;

/// <summary>Gauss-Legendre nodes on [0,1], [1,2], [2,4], [4,8], ...: for integrands with structure on every scale above 1.</summary>
internal ref struct PanelQuadrature
{
    /// <summary>An integrand below this at the end of a panel that falls from there on is done with.</summary>
    public const double Negligible = 1e-17;

    private const int MaxPanels = 1000;
    private static readonly ConcurrentDictionary<int, (double[] Nodes, double[] Weights)> s_rules = new();

    // Nodes of the panels in turn, the last for all after: the longer a panel, the more of the integrand's shape it holds.
    private static ReadOnlySpan<int> Short => [8, 8, 10, 12, 14, 16];

    private readonly int _slateLength;
    private double[] _nodes = [], _weights = [];
    private double _start, _width;
    private int _panel, _node;

    public PanelQuadrature(int slateLength) => _slateLength = slateLength;

    public bool NextPanel()
    {
        if (_panel >= MaxPanels) return false;
        (_start, _width) = _panel == 0 ? (0, 1) : (Math.ScaleB(1, _panel - 1), Math.ScaleB(1, _panel - 1));
        (_nodes, _weights) = s_rules.GetOrAdd(_slateLength <= 8 ? Short[Math.Min(_panel, Short.Length - 1)] : 32, static n =>
        {
            var rule = new GaussLegendreRule(0, 1, n);
            return (rule.Abscissas, rule.Weights);
        });
        _panel++;
        _node = 0;
        return true;
    }

    public bool NextNode(out double t, out double weight)
    {
        if (_node == _nodes.Length)
        {
            t = weight = 0;
            return false;
        }
        t = _start + _width * _nodes[_node];
        weight = _width * _weights[_node++];
        return true;
    }
}
