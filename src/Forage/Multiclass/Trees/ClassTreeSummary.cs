namespace Forage.Multiclass.Trees;

/// <summary>What became of a tree over classes.</summary>
/// <param name="Nodes">Nodes that are no leaves.</param>
/// <param name="Leaves">Leaves.</param>
/// <param name="Depth">Nodes on the longest way from the root to a leaf.</param>
/// <param name="MeanDepth">The same on average over the examples that came to leaves while learning; over leaves if that is not counted.</param>
/// <param name="Entropy">G = Σ_l w_l Σ_i π_li ln 1/π_li over leaves l (Section 2.3), in nats, of the examples that came to them, classes that share a count taken as one; NaN if that is not counted.</param>
/// <param name="Swaps">Times a pair of nodes was recycled.</param>
/// <param name="MostRecycled">Most times any one node was.</param>
/// <param name="Weights">Weights of all regressors.</param>
/// <param name="WeightBytes">Their memory, with the numbering of features.</param>
/// <param name="CounterBytes">Memory of counts of classes and of the tree.</param>
/// <param name="IsFull">Memory has come to its bound, and something was left out.</param>
/// <param name="Largest">The nodes most examples came through, largest first.</param>
public sealed record ClassTreeSummary(int Nodes, int Leaves, int Depth, double MeanDepth, double Entropy, long Swaps, int MostRecycled, long Weights, long WeightBytes, long CounterBytes,
    bool IsFull, IReadOnlyList<NodeSummary> Largest);

/// <summary>A node that is no leaf, over the examples that came through it while learning.</summary>
/// <param name="Node">Its number.</param>
/// <param name="Depth">Nodes above it.</param>
/// <param name="Examples">Examples it learnt from.</param>
/// <param name="Classes">Classes among them, those that share a count taken as one.</param>
/// <param name="Quality">How pure and balanced its split was.</param>
/// <param name="Weights">Weights of its regressor.</param>
public sealed record NodeSummary(int Node, int Depth, long Examples, int Classes, SplitQuality Quality, int Weights);
