using Forage.Bandits.Large;
using Forage.Extreme.Tree;
using Forage.Features;

namespace Forage.Simulation;

/// <summary>A sparse label tree as what a bandit over very many actions searches: an action's predicted reward is the tree's probability of its label.</summary>
/// <param name="tree">The tree.</param>
/// <param name="width">Nodes kept a level.</param>
public sealed class LabelTreeBeam(SparseLabelTree tree, int width = 10) : IActionBeam
{
    private readonly LabelTreeScratch _scratch = new();

    /// <inheritdoc/>
    public int Actions => tree.LabelCount;

    /// <inheritdoc/>
    /// <remarks>For one thread at a time: the working memory is the beam's own.</remarks>
    public int Search(in FeatureRow context, Span<int> actions, Span<float> scores) => tree.Beam(context, width, _scratch, actions, scores);
}
