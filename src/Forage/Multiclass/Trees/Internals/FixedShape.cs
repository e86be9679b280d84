using Forage.Features;

namespace Forage.Multiclass.Trees.Internals;

/// <summary>
/// A balanced tree over k classes with a fixed shape: nodes 0..k-2, leaves k-1..2k-2, children of v are 2v + 1 and 2v + 2, classes at the leaves in an order drawn from a seed.
/// </summary>
internal sealed class FixedShape
{
    private readonly int _classes;
    private readonly int[] _classAt, _leafOf;

    public FixedShape(int classes, ulong seed)
    {
        _classes = classes;
        _classAt = [.. Enumerable.Range(0, classes)];
        new Rng(seed).Shuffle<int>(_classAt);
        _leafOf = new int[classes];
        for (int i = 0; i < classes; i++) _leafOf[_classAt[i]] = classes - 1 + i;
    }

    public int Inner => _classes - 1;

    public bool IsLeaf(int v) => v >= _classes - 1;

    public int ClassAt(int leaf) => _classAt[leaf - (_classes - 1)];

    public int LeafOf(int label) => _leafOf[label];

    public static int Child(int v, bool right) => 2 * v + (right ? 2 : 1);

    public static int Parent(int v) => (v - 1) / 2;

    public static bool IsRight(int v) => (v & 1) == 0;

    public static int DepthOf(int v) => System.Numerics.BitOperations.Log2((uint)v + 1);

    public long Bytes => 8L * _classes;
}
