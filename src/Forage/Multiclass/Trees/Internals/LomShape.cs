using Forage.Persistence;

namespace Forage.Multiclass.Trees.Internals;

/// <summary>
/// The shape of a LOMtree, one array a property: children, parents, and C, at a leaf roughly the number of examples it got, above it the least of the leaves below. Nodes are
/// recycled by <see cref="Swap"/> (subroutines UpdateC and Swap of Algorithm 1).
/// </summary>
internal sealed class LomShape
{
    public const int Root = 0;

    private int[] _left = [-1], _right = [-1], _parent = [-1], _recycled = [0];
    private long[] _least = [0];

    /// <summary>Nodes and leaves.</summary>
    public int Count { get; private set; } = 1;

    /// <summary>Nodes that are no leaves.</summary>
    public int Inner { get; private set; }

    /// <summary>Swaps so far.</summary>
    public long Swaps { get; private set; }

    public bool IsLeaf(int v) => _left[v] < 0;

    public int Left(int v) => _left[v];

    public int Right(int v) => _right[v];

    public int Parent(int v) => _parent[v];

    /// <summary>C of a node.</summary>
    public long Least(int v) => _least[v];

    /// <summary>Times a node was recycled.</summary>
    public int Recycled(int v) => _recycled[v];

    public long Bytes => 24L * _left.Length;

    /// <summary>An example came to leaf <paramref name="v"/>. (Algorithm 1 as printed leaves the nodes above as they were, and then swaps far too often.)</summary>
    public void CountAt(int v)
    {
        _least[v]++;
        Update(v);
    }

    /// <summary>Gives leaf <paramref name="j"/> two new leaves.</summary>
    public (int Left, int Right) Split(int j)
    {
        if (Count + 2 > _left.Length)
        {
            int length = Math.Max(Count + 2, 2 * _left.Length);
            Array.Resize(ref _left, length);
            Array.Resize(ref _right, length);
            Array.Resize(ref _parent, length);
            Array.Resize(ref _recycled, length);
            Array.Resize(ref _least, length);
        }
        int left = Count++, right = Count++;
        (_recycled[left], _recycled[right]) = (0, 0);
        Hang(j, left, right);
        return (left, right);
    }

    /// <summary>
    /// Takes the leaf with the smallest C and its parent out, puts the sibling in the parent's place, and hangs the two below leaf <paramref name="j"/>.
    /// </summary>
    /// <param name="j">A leaf with a larger C than the smallest.</param>
    /// <param name="leaf">The leaf recycled, left below <paramref name="j"/> now.</param>
    /// <param name="inner">Its former parent, right below <paramref name="j"/> now.</param>
    /// <returns>False if nothing was done, since the smallest leaf hangs at the root.</returns>
    public bool Swap(int j, out int leaf, out int inner)
    {
        leaf = Root;
        while (!IsLeaf(leaf)) leaf = _least[_left[leaf]] <= _least[_right[leaf]] ? _left[leaf] : _right[leaf];
        inner = _parent[leaf];
        if (leaf == Root || inner == Root || leaf == j) return false;
        int above = _parent[inner], sibling = _left[inner] == leaf ? _right[inner] : _left[inner];
        if (_left[above] == inner) _left[above] = sibling;
        else _right[above] = sibling;
        _parent[sibling] = above;
        Update(sibling);
        _left[inner] = _right[inner] = -1;
        Inner--;
        _recycled[leaf]++;
        _recycled[inner]++;
        Swaps++;
        Hang(j, leaf, inner);
        return true;
    }

    public void Save(ModelWriter writer)
    {
        writer.Write(_left.AsSpan(0, Count));
        writer.Write(_right.AsSpan(0, Count));
        writer.Write(_recycled.AsSpan(0, Count));
        foreach (long c in _least.AsSpan(0, Count)) writer.Write(c);
        writer.Write(Swaps);
    }

    public static LomShape Load(ModelReader reader)
    {
        int[] left = reader.ReadInt32s(), right = reader.ReadInt32s(), recycled = reader.ReadInt32s();
        if (left.Length == 0 || right.Length != left.Length || recycled.Length != left.Length) throw new ForageException($"The model has a tree of {left.Length} nodes.");
        var shape = new LomShape { _left = left, _right = right, _recycled = recycled, _parent = new int[left.Length], _least = new long[left.Length], Count = left.Length };
        for (int v = 0; v < left.Length; v++) shape._least[v] = reader.ReadInt64();
        shape.Swaps = reader.ReadInt64();
        Array.Fill(shape._parent, -1);
        for (int v = 0; v < left.Length; v++)
        {
            if (left[v] < 0 && right[v] < 0) continue;
            shape.Inner++;
            foreach (int child in new[] { left[v], right[v] })
            {
                if (child <= Root || child >= left.Length || shape._parent[child] >= 0) throw new ForageException($"The model's tree has a node {v} with child {child}.");
                shape._parent[child] = v;
            }
        }
        return shape.Reaches() == left.Length ? shape : throw new ForageException("The model's tree does not hang together.");
    }

    /// <summary>Nodes reached from the root.</summary>
    public int Reaches()
    {
        var todo = new Stack<int>([Root]);
        int reached = 0;
        while (todo.TryPop(out int v) && reached <= Count)
        {
            reached++;
            if (IsLeaf(v)) continue;
            todo.Push(_left[v]);
            todo.Push(_right[v]);
        }
        return reached;
    }

    private void Hang(int j, int left, int right)
    {
        (_left[j], _right[j]) = (left, right);
        (_parent[left], _parent[right]) = (j, j);
        (_left[left], _right[left], _left[right], _right[right]) = (-1, -1, -1, -1);
        _least[left] = _least[j] / 2;
        _least[right] = _least[j] - _least[left];
        Inner++;
        Update(left);
    }

    /// <summary>UpdateC: C of the nodes above <paramref name="v"/>, up to the first that stays as it is.</summary>
    private void Update(int v)
    {
        while (v != Root)
        {
            v = _parent[v];
            long least = Math.Min(_least[_left[v]], _least[_right[v]]);
            if (_least[v] == least) return;
            _least[v] = least;
        }
    }
}
