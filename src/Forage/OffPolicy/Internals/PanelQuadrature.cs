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

    private readonly double[] _nodes, _weights;
    private double _start, _width;
    private int _panel, _node;

    public PanelQuadrature(int slateLength) : this()
    {
        (_nodes, _weights) = s_rules.GetOrAdd(slateLength <= 8 ? 16 : 32, static n =>
        {
            var rule = new GaussLegendreRule(0, 1, n); // abscissas on [0, 1]
            return (rule.Abscissas, rule.Weights);
        });
    }

    public bool NextPanel()
    {
        if (_panel >= MaxPanels) return false;
        (_start, _width) = _panel == 0 ? (0, 1) : (Math.ScaleB(1, _panel - 1), Math.ScaleB(1, _panel - 1));
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
