namespace Forage.Extreme.Embedding.Internals;

/// <summary>
/// Which labels a leaf has. The tree's leaves are equal in size, and its early splits cut through clusters; so labels then move to near leaves, as in k-means, as long as there is room: a leaf
/// takes at most <see cref="Room"/> times the mean. A label looks at the leaves of the groups (subtrees) nearest to it.
/// </summary>
internal sealed unsafe class LeafAssignment
{
    private const double Room = 2;
    private const int Choices = 4, NearGroups = 6, Piece = 1024;
    private readonly EmbeddingSoftmax _model;
    private readonly int[] _choices, _leafOf;
    private readonly int _leaves, _groups, _width;
    private readonly float[] _means, _groupMeans, _lengths, _groupLengths; // a mean has its bias after it; lengths are half the squares

    private LeafAssignment(EmbeddingSoftmax model, int depth)
    {
        (_model, _leaves, _groups, _width) = (model, 1 << depth, 1 << depth / 2, model.Width + VectorKernels.Lane);
        (_choices, _leafOf) = (new int[(long)model.LabelCount * Choices], new int[model.LabelCount]);
        _means = GC.AllocateArray<float>(_leaves * _width, pinned: true);
        _groupMeans = GC.AllocateArray<float>(_groups * _width, pinned: true);
        (_lengths, _groupLengths) = (new float[_leaves], new float[_groups]);
    }

    /// <summary>Moves labels between leaves.</summary>
    /// <param name="model">The model.</param>
    /// <param name="order">Labels leaf by leaf, each leaf's share equal; receives them anew, ascending in each leaf.</param>
    /// <param name="depth">There are 2^depth leaves.</param>
    /// <param name="rounds">How often; 0: not at all.</param>
    /// <param name="threads">Number of threads; the result does not depend on it.</param>
    /// <returns>Where each leaf starts, and the end.</returns>
    public static int[] Improve(EmbeddingSoftmax model, int[] order, int depth, int rounds, int threads)
    {
        int[] starts = [.. Enumerable.Range(0, (1 << depth) + 1).Select(leaf => (int)((long)order.Length * leaf >> depth))];
        if (rounds == 0 || depth == 0) return starts;
        var assignment = new LeafAssignment(model, depth);
        using var team = new WorkerTeam(threads);
        for (int round = 0; round < rounds; round++)
        {
            team.Run(assignment._leaves, (leaf, _) => assignment.Average(order.AsSpan(starts[leaf], starts[leaf + 1] - starts[leaf]), leaf));
            team.Run(assignment._groups, (group, _) => assignment.AverageGroup(group));
            team.Run((order.Length + Piece - 1) / Piece, (piece, _) => assignment.Choose(piece));
            assignment.Move(order, starts);
        }
        return starts;
    }

    private void Average(ReadOnlySpan<int> labels, int leaf)
    {
        fixed (float* means = _means)
        {
            float* mean = means + (long)leaf * _width;
            VectorKernels.Clear(mean, _width);
            float share = 1f / Math.Max(1, labels.Length);
            foreach (int label in labels)
            {
                VectorKernels.AddScaled(share, _model.Label(label), mean, _model.Width);
                mean[_model.Width] += share * _model.LabelBiases[label];
            }
            _lengths[leaf] = labels.Length == 0 ? float.PositiveInfinity : VectorKernels.Dot(mean, mean, _width) / 2;
        }
    }

    private void AverageGroup(int group)
    {
        int below = _leaves / _groups;
        fixed (float* groups = _groupMeans, means = _means)
        {
            float* mean = groups + (long)group * _width;
            VectorKernels.Clear(mean, _width);
            for (int leaf = group * below; leaf < (group + 1) * below; leaf++) VectorKernels.AddScaled(1f / below, means + (long)leaf * _width, mean, _width);
            _groupLengths[group] = VectorKernels.Dot(mean, mean, _width) / 2;
        }
    }

    // |w - m|² is least where w · m - |m|²/2 is largest.
    private void Choose(int piece)
    {
        int below = _leaves / _groups, near = Math.Min(NearGroups, _groups);
        Span<float> best = stackalloc float[Choices], bestGroups = stackalloc float[near];
        Span<int> groups = stackalloc int[near];
        fixed (float* groupMeans = _groupMeans, means = _means)
            for (int label = piece * Piece; label < Math.Min(_leafOf.Length, (piece + 1) * Piece); label++)
            {
                int found = 0, chosen = 0;
                for (int g = 0; g < _groups; g++) Insert(Nearness(label, groupMeans + (long)g * _width, _groupLengths[g]), g, bestGroups, groups, ref found);
                var leaves = _choices.AsSpan(label * Choices, Choices);
                foreach (int group in groups[..found])
                    for (int leaf = group * below; leaf < (group + 1) * below; leaf++) Insert(Nearness(label, means + (long)leaf * _width, _lengths[leaf]), leaf, best, leaves, ref chosen);
                leaves[chosen..].Fill(chosen > 0 ? leaves[chosen - 1] : 0);
            }
    }

    private float Nearness(int label, float* mean, float length) =>
        VectorKernels.Dot(_model.Label(label), mean, _model.Width) + _model.LabelBiases[label] * mean[_model.Width] - length;

    private static void Insert(float value, int item, Span<float> values, Span<int> items, ref int count)
    {
        if (count == values.Length && !(value > values[^1])) return;
        int at = count < values.Length ? count++ : count - 1;
        for (; at > 0 && value > values[at - 1]; at--) (values[at], items[at]) = (values[at - 1], items[at - 1]);
        (values[at], items[at]) = (value, item);
    }

    // Labels in turn take the nearest leaf that has room, the last of their choices if none has.
    private void Move(int[] order, int[] starts)
    {
        int room = (int)Math.Ceiling(Room * order.Length / _leaves);
        int[] sizes = new int[_leaves];
        for (int label = 0; label < _leafOf.Length; label++)
        {
            var choices = _choices.AsSpan(label * Choices, Choices);
            int k = 0;
            while (k < Choices - 1 && sizes[choices[k]] >= room) k++;
            sizes[_leafOf[label] = choices[k]]++;
        }
        for (int leaf = 0; leaf < _leaves; leaf++) starts[leaf + 1] = starts[leaf] + sizes[leaf];
        int[] next = [.. starts];
        for (int label = 0; label < _leafOf.Length; label++) order[next[_leafOf[label]]++] = label;
    }
}
