using Forage.Linear.Internals;

namespace Forage.Multiclass.Trees.Internals;

/// <summary>
/// A binary tree cut into blocks of three levels. Places in a block are as in a heap: 0 on top, 1 and 2 below it, then 3 to 6; eight ways lead out of it. Blocks are numbered as they are met from
/// the root, level by level.
/// </summary>
internal sealed class BlockPlan
{
    /// <summary>Places of a block.</summary>
    public const int Size = PackedBlock.Most;

    private const int Levels = 3, Ways = Size + 1;

    private readonly int[] _exits;
    private readonly byte[] _asked;

    /// <summary>Cuts a tree.</summary>
    /// <param name="root">Its root.</param>
    /// <param name="children">Children of a node; left is -1 of a leaf.</param>
    public BlockPlan(int root, Func<int, (int Left, int Right)> children)
    {
        List<int> nodes = [], leaves = [], exits = [];
        List<byte> asked = [];
        var tops = new Queue<int>();
        int blocks = 0;
        Root = Reach(root);
        Span<int> heap = stackalloc int[Size + Ways];
        while (tops.TryDequeue(out int top))
        {
            heap.Fill(-1);
            heap[0] = top;
            for (int i = 0; i < Size; i++)
            {
                if (heap[i] >= 0) (heap[2 * i + 1], heap[2 * i + 2]) = children(heap[i]);
                nodes.Add(heap[2 * i + 1] >= 0 ? heap[i] : -1);
            }
            var reached = new Dictionary<int, int>();
            for (int way = 0; way < Ways; way++)
            {
                int at = 0, levels = 0;
                for (; levels < Levels && heap[2 * at + 1] >= 0; levels++) at = 2 * at + 1 + ((way >> (Levels - 1 - levels)) & 1);
                // Several ways lead to a leaf that is not at the bottom.
                if (!reached.TryGetValue(at, out int exit)) reached[at] = exit = Reach(heap[at]);
                exits.Add(exit);
                asked.Add((byte)levels);
            }
        }
        (Nodes, Leaves, _exits, _asked) = ([.. nodes], [.. leaves], [.. exits], [.. asked]);

        int Reach(int v)
        {
            if (children(v).Left < 0)
            {
                leaves.Add(v);
                return ~(leaves.Count - 1);
            }
            tops.Enqueue(v);
            return blocks++;
        }
    }

    /// <summary>Where to begin: block 0, or ~0 if the root is a leaf.</summary>
    public int Root { get; }

    /// <summary>Number of blocks.</summary>
    public int Count => Nodes.Length / Size;

    /// <summary>The node at each place, block after block; -1 where there is none.</summary>
    public int[] Nodes { get; }

    /// <summary>The leaves in the order of their numbers here.</summary>
    public int[] Leaves { get; }

    /// <summary>The way out where bit k tells whether place k sends to the right.</summary>
    public static int Way(uint right)
    {
        uint way = right & 1;
        way = 2 * way + ((right >> (int)(1 + way)) & 1);
        return (int)(2 * way + ((right >> (int)(3 + way)) & 1));
    }

    /// <summary>Where a way out leads: a block, or ~ the number of a leaf.</summary>
    public int Exit(int block, int way) => _exits[Ways * block + way];

    /// <summary>Nodes met on that way.</summary>
    public int Asked(int block, int way) => _asked[Ways * block + way];
}
