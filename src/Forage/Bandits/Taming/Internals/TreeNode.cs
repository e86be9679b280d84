namespace Forage.Bandits.Taming.Internals;

/// <summary>A node of a decision tree over binned features: a leaf with an action, or a question with two sides.</summary>
/// <param name="Action">What a leaf plays.</param>
/// <param name="Feature">The feature asked about.</param>
/// <param name="Threshold">Number of the threshold: at most that bin goes below.</param>
/// <param name="Below">The side at or below the threshold; null for a leaf.</param>
/// <param name="Above">The side above it.</param>
internal sealed record TreeNode(int Action, int Feature = -1, int Threshold = -1, TreeNode? Below = null, TreeNode? Above = null)
{
    public bool IsLeaf => Below is null;

    /// <summary>A question, or the leaf both its sides are.</summary>
    public static TreeNode Ask(int feature, int threshold, TreeNode below, TreeNode above) =>
        below.IsLeaf && above.IsLeaf && below.Action == above.Action ? below : new TreeNode(-1, feature, threshold, below, above);

    public int ActionFor(ReadOnlySpan<byte> bins)
    {
        var node = this;
        while (!node.IsLeaf) node = bins[node.Feature] <= node.Threshold ? node.Below! : node.Above!;
        return node.Action;
    }

    /// <summary>Equal for equal trees only.</summary>
    public string Key() => IsLeaf ? $"{Action}" : $"({Feature},{Threshold},{Below!.Key()},{Above!.Key()})";
}
