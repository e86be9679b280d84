namespace Forage.Extreme.Tree.Internals;

/// <summary>Finds the most probable labels of one query in the trees of a model. Items are nodes, or labels one level below the last.</summary>
internal readonly ref struct TreeSearch(TreeModel[] trees, LabelTreeScratch scratch)
{
    /// <summary>Beam search: a level keeps its <paramref name="width"/> most probable nodes. Several trees: the best labels of each, with their mean probability over all.</summary>
    public int Beam(int width, Span<int> labels, Span<float> probabilities)
    {
        int k = labels.Length;
        if (k == 0) return 0;
        if (trees.Length == 1)
        {
            BeamOf(0, width, k, scratch.Best);
            return Take(scratch.Best, labels, probabilities);
        }
        scratch.ForgetLabels();
        scratch.Candidates.Reset(worstFirst: true);
        for (int t = 0; t < trees.Length; t++)
        {
            BeamOf(t, width, Math.Max(k, width), scratch.Best);
            while (scratch.Best.Count > 0)
            {
                int label = scratch.Best.Pop().Item;
                if (scratch.FirstTime(label)) scratch.Candidates.Offer(new(Mean(label), 0, label), k);
            }
        }
        return Take(scratch.Candidates, labels, probabilities);
    }

    /// <summary>
    /// The most probable labels, exactly. One tree: best-first search; probabilities only fall on the way down, so a label that comes up before any node is the best
    /// one left. Several: the best-first searches of all trees in turn, until no label still to come can have a larger mean (Fagin's threshold algorithm, 2003).
    /// </summary>
    public int Exact(Span<int> labels, Span<float> probabilities)
    {
        int k = labels.Length, last = 0;
        if (k == 0) return 0;
        var best = scratch.Best;
        best.Reset(worstFirst: true);
        scratch.ForgetLabels();
        foreach (var frontier in scratch.Frontiers.AsSpan(0, trees.Length))
        {
            frontier.Reset(worstFirst: false);
            frontier.Push(new(1, 0, 0));
        }
        while (true)
        {
            // What a label nobody came upon can have at most; and the tree that promises most goes on.
            float promise = 0;
            int next = -1;
            for (int i = 1; i <= trees.Length; i++)
            {
                int t = (last + i) % trees.Length;
                if (scratch.Frontiers[t].Count > 0 && (next < 0 || scratch.Frontiers[t].Top.Probability > scratch.Frontiers[next].Top.Probability)) next = t;
            }
            if (next < 0) break;
            foreach (var frontier in scratch.Frontiers.AsSpan(0, trees.Length)) promise += frontier.Count > 0 ? frontier.Top.Probability : 0;
            if (best.Count == k && promise / trees.Length < best.Top.Probability) break;
            last = next;
            Advance(next, k);
        }
        return Take(best, labels, probabilities);
    }

    /// <summary>P(label | x): the product along its path, the mean over trees; 0 for a label that is in no tree.</summary>
    public float Mean(int label)
    {
        float sum = 0;
        for (int t = 0; t < trees.Length; t++) sum += PathProbability(t, label);
        return sum / trees.Length;
    }

    private float PathProbability(int tree, int label)
    {
        var levels = trees[tree].Levels;
        int place = levels.PlaceOf[label];
        return place < 0 ? 0 : NodeProbability(tree, levels.Depth, place);
    }

    // Multiplied from the root down, as the searches do, so that all ways to a label give the same number.
    private float NodeProbability(int tree, int level, int node)
    {
        if (level == 0) return 1;
        var levels = trees[tree].Levels;
        int parent = levels.ParentOf(level, node);
        float above = NodeProbability(tree, level - 1, parent);
        return above * scratch.Conditionals(trees, tree, level - 1, parent)[node - levels.FirstChild(level - 1)[parent]];
    }

    private void Advance(int tree, int k)
    {
        var levels = trees[tree].Levels;
        var (frontier, best) = (scratch.Frontiers[tree], scratch.Best);
        var entry = frontier.Pop();
        if (entry.Level == levels.Depth)
        {
            if (scratch.FirstTime(entry.Item)) best.Offer(new(trees.Length == 1 ? entry.Probability : Mean(entry.Item), 0, entry.Item), k);
            return;
        }
        var conditionals = scratch.Conditionals(trees, tree, entry.Level, entry.Item);
        var first = levels.FirstChild(entry.Level);
        bool areLabels = entry.Level + 1 == levels.Depth;
        for (int c = first[entry.Item]; c < first[entry.Item + 1]; c++)
        {
            float p = entry.Probability * conditionals[c - first[entry.Item]];
            if (trees.Length == 1 && best.Count == k && p < best.Top.Probability) continue;
            frontier.Push(new(p, entry.Level + 1, areLabels ? levels.Order[c] : c));
        }
    }

    private void BeamOf(int tree, int width, int k, SearchHeap best)
    {
        var levels = trees[tree].Levels;
        scratch.GrowBeam(width);
        var (nodes, probabilities, next, nextProbabilities) = (scratch.BeamNodes, scratch.BeamProbabilities, scratch.NextNodes, scratch.NextProbabilities);
        (nodes[0], probabilities[0]) = (0, 1);
        int count = 1;
        for (int level = 0; level < levels.Depth; level++)
        {
            bool areLabels = level + 1 == levels.Depth;
            int capacity = areLabels ? k : width;
            var first = levels.FirstChild(level);
            best.Reset(worstFirst: true);
            for (int b = 0; b < count; b++)
            {
                int node = nodes[b];
                float above = probabilities[b];
                // The best node first: once the heap is full of better ones, nothing below the rest can enter.
                if (best.Count == capacity && above < best.Top.Probability) break;
                var conditionals = scratch.Conditionals(trees, tree, level, node);
                float bar = best.Count == capacity ? best.Top.Probability : -1;
                for (int c = first[node]; c < first[node + 1]; c++)
                {
                    float p = above * conditionals[c - first[node]];
                    if (p < bar) continue;
                    best.Offer(new(p, 0, areLabels ? levels.Order[c] : c), capacity);
                    if (best.Count == capacity) bar = best.Top.Probability;
                }
            }
            if (areLabels) return;
            count = best.Count;
            for (int b = count - 1; b >= 0; b--) (nextProbabilities[b], _, next[b]) = best.Pop();
            (nodes, next, probabilities, nextProbabilities) = (next, nodes, nextProbabilities, probabilities);
        }
    }

    private static int Take(SearchHeap worstFirst, Span<int> labels, Span<float> probabilities)
    {
        int count = worstFirst.Count;
        for (int i = count - 1; i >= 0; i--) (probabilities[i], _, labels[i]) = worstFirst.Pop();
        return count;
    }
}
