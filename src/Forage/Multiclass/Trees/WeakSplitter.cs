using Forage.Features;

namespace Forage.Multiclass.Trees;

/// <summary>
/// The setting of Theorem 1, exactly: a distribution over classes, a tree that always splits its heaviest leaf, and a weak learner that finds two groups of classes of nearly
/// equal weight and sends all but a share of each to its side. Weights are real numbers, so nothing is estimated.
/// </summary>
public static class WeakSplitter
{
    /// <summary>One split.</summary>
    /// <param name="Splits">t, splits so far.</param>
    /// <param name="Entropy">G_t in nats.</param>
    /// <param name="Gamma">The largest γ for which the weak hypothesis assumption (Definition 3) held at every split so far.</param>
    /// <param name="Weight">Weight of the leaf that was split.</param>
    /// <param name="Drop">G_{t-1} - G_t.</param>
    /// <param name="Split">The split.</param>
    public readonly record struct Step(int Splits, double Entropy, double Gamma, double Weight, double Drop, SplitQuality Split);

    /// <summary>α promised after t splits: t = (1/α)^(4 (1-γ)² ln k/γ²).</summary>
    public static double Promise(int splits, double gamma, int classes) => Math.Pow(splits, -gamma * gamma / (4 * (1 - gamma) * (1 - gamma) * Math.Log(classes)));

    /// <summary>Splits on.</summary>
    /// <param name="classes">Number of classes, equally likely.</param>
    /// <param name="noise">Share of each class that goes to the wrong side, in [0, 1/2).</param>
    /// <param name="splits">How many splits at most; it ends sooner when every leaf is pure.</param>
    /// <param name="rng">Order in which classes are dealt to the groups.</param>
    public static IEnumerable<Step> Run(int classes, double noise, int splits, Rng rng)
    {
        var leaves = new PriorityQueue<double[], double>();
        var root = new double[classes];
        Array.Fill(root, 1.0 / classes);
        leaves.Enqueue(root, -1);
        double entropy = Math.Log(classes), gamma = 0.5;
        for (int t = 1; t <= splits && leaves.Count > 0; t++)
        {
            double[] leaf = leaves.Dequeue(), right = Right(leaf, noise, ref rng), left = [.. leaf.Zip(right, (a, r) => a - r)];
            var q = SplitQuality.Of(leaf, right);
            double weight = leaf.Sum(), onRight = right.Sum(), drop = weight * SplitQuality.Entropy(leaf) - onRight * SplitQuality.Entropy(right) - (weight - onRight) * SplitQuality.Entropy(left);
            entropy -= drop;
            gamma = Math.Min(gamma, Math.Min(q.J / 2, Math.Min(q.Balance, 1 - q.Balance)));
            foreach (double[] child in new[] { left, right })
                if (child.Count(w => w > 0) > 1) leaves.Enqueue(child, -child.Sum());
            yield return new Step(t, Math.Max(0, entropy), gamma, weight, drop, q);
        }
    }

    /// <summary>Classes from the heaviest on, each to the lighter group.</summary>
    private static double[] Right(double[] leaf, double noise, ref Rng rng)
    {
        int[] order = [.. Enumerable.Range(0, leaf.Length)];
        rng.Shuffle<int>(order);
        var right = new double[leaf.Length];
        double a = 0, b = 0;
        foreach (int c in order.OrderByDescending(c => leaf[c]))
        {
            bool toRight = a > b;
            if (toRight) b += leaf[c];
            else a += leaf[c];
            right[c] = leaf[c] * (toRight ? 1 - noise : noise);
        }
        return right;
    }
}
