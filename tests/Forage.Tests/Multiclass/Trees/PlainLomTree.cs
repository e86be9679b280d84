using Forage.Features;
using Forage.Linear;

namespace Forage.Tests.Multiclass.Trees;

/// <summary>Algorithm 1 of the paper as plainly as it can be written (with C counted up at every example), for comparison.</summary>
internal sealed class PlainLomTree : IDisposable
{
    private readonly RegressorPool _pool;
    private readonly PooledRow _row = new();
    private readonly int _most;
    private readonly double _resistance;
    private readonly List<Node> _nodes = [];
    private readonly Node _root;
    private int _inner;

    private sealed class Node
    {
        public int Number, Regressor = -1, Inherited;
        public Node? Left, Right, Parent;
        public Dictionary<int, int> L = [], N = [];
        public Dictionary<int, double> M = [];
        public long C;

        public void Set() => (L, N, M, Left, Right, Regressor, C) = ([], [], [], null, null, -1, 0);

        public double Expected(int y) => N.GetValueOrDefault(y) == 0 ? 0 : M[y] / N[y];

        public double Total => N.Values.Sum() == 0 ? 0 : M.Values.Sum() / N.Values.Sum();

        public int Label => L.Count == 0 || L[Best] < 2 ? Inherited : Best;

        // The first class to reach the largest count.
        public int Best { get; set; }

        public int Leaves => Left is null ? 1 : Left.Leaves + Right!.Leaves;
    }

    public PlainLomTree(int most, double resistance, LinearOptions options)
    {
        (_most, _resistance) = (most, resistance);
        _pool = new RegressorPool(options);
        _root = New(null);
    }

    public int Swaps { get; private set; }

    public void Learn(FeatureRow x, int y)
    {
        _pool.Gather(x, _row, true);
        for (var j = _root; ;)
        {
            j.L[y] = j.L.GetValueOrDefault(y) + 1;
            if (j.L.Count == 1 || j.L[y] > j.L[j.Best]) j.Best = y;
            if (j.Left is null && j.L.Count >= 2)
            {
                if (_inner < _most)
                {
                    _inner++;
                    j.Regressor = _pool.Add();
                    (j.Left, j.Right) = (New(j), New(j));
                    Share(j);
                }
                else if (j.C - j.L.Values.Max() > _resistance * (Least(_root).C + 1))
                {
                    Swap(j);
                }
            }
            if (j.Left is null)
            {
                j.C++;
                return;
            }
            float target = j.Total > j.Expected(y) ? -1 : 1;
            _pool.Learn(_row, j.Regressor, target, 1, out float h);
            j.N[y] = j.N.GetValueOrDefault(y) + 1;
            j.M[y] = j.M.GetValueOrDefault(y) + h;
            j = h > 0 ? j.Right! : j.Left;
        }
    }

    public int Predict(FeatureRow x)
    {
        _pool.Gather(x, _row, false);
        var j = _root;
        while (j.Left is not null) j = _pool.Score(_row, j.Regressor) > 0 ? j.Right! : j.Left;
        return j.Label;
    }

    public string Shape()
    {
        string Text(Node v) => v.Left is null ? $"{v.Number}:{v.C}" : $"({Text(v.Left)} {Text(v.Right!)})";
        return Text(_root);
    }

    public void Dispose() => _pool.Dispose();

    private static Node Least(Node v)
    {
        // C of a node is the least of its leaves; the leftmost of them if several are.
        if (v.Left is null) return v;
        Node a = Least(v.Left), b = Least(v.Right!);
        return a.C <= b.C ? a : b;
    }

    private void Swap(Node j)
    {
        var s = Least(_root);
        if (s == _root || s.Parent == _root || s == j) return;
        var parent = s.Parent!;
        var sibling = parent.Left == s ? parent.Right! : parent.Left!;
        if (parent.Parent!.Left == parent) parent.Parent.Left = sibling;
        else parent.Parent.Right = sibling;
        sibling.Parent = parent.Parent;
        j.Regressor = parent.Regressor;
        _pool.Clear(j.Regressor);
        s.Set();
        parent.Set();
        (j.Left, j.Right, s.Parent, parent.Parent) = (s, parent, j, j);
        s.Inherited = parent.Inherited = j.Best;
        Share(j);
        Swaps++;
    }

    private static void Share(Node j)
    {
        j.Left!.C = j.C / 2;
        j.Right!.C = j.C - j.C / 2;
    }

    private Node New(Node? parent)
    {
        var node = new Node { Number = _nodes.Count, Parent = parent, Inherited = parent?.Best ?? 0 };
        _nodes.Add(node);
        return node;
    }
}
