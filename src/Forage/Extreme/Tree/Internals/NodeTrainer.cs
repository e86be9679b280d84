using Forage.Features;

namespace Forage.Extreme.Tree.Internals;

/// <summary>
/// Trains the classifiers of a tree: the children of a node on the examples that reach it, sixteen at a time. Pieces of work are independent, so that the result
/// does not depend on the number of threads.
/// </summary>
internal static class NodeTrainer
{
    /// <summary>Chunks of all levels.</summary>
    /// <param name="examples">The examples as columns.</param>
    /// <param name="levels">The tree.</param>
    /// <param name="reach">Which examples reach which node.</param>
    /// <param name="options">How the classifiers learn.</param>
    /// <param name="rng">Orders the examples.</param>
    /// <param name="threads">Number of threads.</param>
    /// <param name="progress">Told the share of the work that is done, by one thread at a time.</param>
    /// <param name="cancellation">Stops it.</param>
    public static WeightChunk[][] Train(SparseRows examples, TreeLevels levels, NodeRows reach, LabelTreeOptions options, Rng rng, int threads, Action<double>? progress, CancellationToken cancellation)
    {
        var chunks = new WeightChunk[levels.Depth][];
        var pieces = new List<Piece>();
        for (int level = 0; level < levels.Depth; level++)
        {
            chunks[level] = new WeightChunk[levels.NodesAt(level)];
            for (int node = 0; node < chunks[level].Length; node++)
            {
                int children = levels.FirstChild(level)[node + 1] - levels.FirstChild(level)[node], groups = (children + Lanes.Width - 1) / Lanes.Width;
                var parts = new Parts(groups);
                for (int g = 0; g < groups; g++) pieces.Add(new Piece(level, node, g, children, reach.Of(level, node).Length, parts));
            }
        }
        // The largest first, so that no thread is left alone with one at the end.
        Piece[] inOrder = [.. pieces.OrderByDescending(p => p.Rows)];
        double all = inOrder.Sum(p => (double)p.Rows), done = 0;
        var reporting = new Lock();
        ParallelWork.For<Worker>(inOrder.Length, threads, cancellation, (i, worker) =>
        {
            var piece = inOrder[i];
            if (worker.Train(piece, examples, levels, reach, options, rng) is { } chunk) chunks[piece.Level][piece.Node] = chunk;
            if (progress is null) return;
            lock (reporting)
            {
                done += piece.Rows;
                progress(Math.Min(1, done / Math.Max(1, all)));
            }
        });
        return chunks;
    }

    private sealed record Piece(int Level, int Node, int Group, int Children, int Rows, Parts Parts);

    /// <summary>Weights of the groups of a node until all are there.</summary>
    private sealed class Parts(int groups)
    {
        private int _missing = groups;

        public float[][] Weights { get; } = new float[groups][];

        public bool Complete(int group, float[] weights)
        {
            Weights[group] = weights;
            return Interlocked.Decrement(ref _missing) == 0;
        }
    }

    private sealed class Worker
    {
        private readonly LocalRows _rows = new();
        private readonly DualDescent _descent = new();
        private int[] _place = [];
        private ushort[] _positive = [];
        private (int Level, int Node) _gathered = (-1, -1);

        public WeightChunk? Train(Piece piece, SparseRows examples, TreeLevels levels, NodeRows reach, LabelTreeOptions options, Rng rng)
        {
            var rows = reach.Of(piece.Level, piece.Node);
            if (_gathered != (piece.Level, piece.Node))
            {
                _rows.Gather(examples, rows);
                if (_place.Length < examples.Count) _place = new int[examples.Count];
                for (int i = 0; i < rows.Length; i++) _place[rows[i]] = i;
                _gathered = (piece.Level, piece.Node);
            }
            if (_positive.Length < rows.Length) _positive = new ushort[Math.Max(rows.Length, 2 * _positive.Length)];
            Array.Clear(_positive, 0, rows.Length);
            int first = piece.Group * Lanes.Width, lanes = Math.Min(Lanes.Width, piece.Children - first);
            for (int k = 0; k < lanes; k++)
                foreach (int r in reach.Of(piece.Level + 1, levels.FirstChild(piece.Level)[piece.Node] + first + k)) _positive[_place[r]] |= (ushort)(1 << k);
            var own = rng.Fork((ulong)piece.Level).Fork((ulong)piece.Node).Fork((ulong)piece.Group);
            _descent.Solve(_rows, _positive, lanes, options, ref own);
            float[] weights = _descent.Weights[..(_rows.ColumnCount * Lanes.Width)].ToArray();
            return piece.Parts.Complete(piece.Group, weights) ? WeightChunk.Of(piece.Children, _rows.Global, piece.Parts.Weights, options.Prune) : null;
        }
    }
}
