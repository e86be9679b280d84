using Forage.Linear;

namespace Forage.Multiclass.Trees;

/// <summary>How a tree over classes is made. Stored whole in its model.</summary>
public sealed record ClassTreeOptions
{
    /// <summary>How its regressors learn.</summary>
    public LinearOptions Learner { get; init; } = new() { Bits = 32 };

    /// <summary>T: most nodes that are no leaves (LOMtree, recall tree); 0: 4k - 1 of k classes for a LOMtree, 8k/F of F candidates for a recall tree.</summary>
    public int MostNodes { get; init; }

    /// <summary>R_S of a LOMtree: the larger, the rarer are nodes recycled; 4 or more makes Lemma 3 hold.</summary>
    public double SwapResistance { get; init; } = 4;

    /// <summary>
    /// A leaf of a LOMtree splits when more than this share of its examples are not of its most frequent class; 0: at the first such example, as in the paper. With a strange example
    /// in every hundred the paper's rule grows a chain of nodes below each class, and while a new node has learnt little the class is lost.
    /// </summary>
    public double MixedShare { get; init; }

    /// <summary>
    /// Passes in which a LOMtree grows; 0: all. Afterwards no leaf splits, no node is recycled and each class keeps its side at each node, so that regressors have a fixed task and may
    /// learn with a large rate that decays: <see cref="LinearOptions.LearningRate"/> and <see cref="LinearOptions.LearningRateDecay"/> of <see cref="Learner"/>.
    /// </summary>
    public int GrowPasses { get; init; }

    /// <summary>Learning rate of a LOMtree in its first <see cref="GrowPasses"/> passes, without decay; null: that of <see cref="Learner"/>.</summary>
    public float? GrowRate { get; init; }

    /// <summary>
    /// Counts of classes at a node, at most; 0: one for each class. When there are more classes, those a LOMtree met most often keep counts of their own, and the others share a quarter of
    /// the counts, each the same one always, so that the classes of one count go to one side together and are told apart further down. In a recall tree all counts are shared then.
    /// </summary>
    public int MostClassesPerNode { get; init; }

    /// <summary>Candidate classes that a recall tree tells apart; 0: 4 log2 k.</summary>
    public int Candidates { get; init; }

    /// <summary>Leaves of a recall tree whose candidates a prediction looks at, at least 1.</summary>
    public int Beam { get; init; } = 2;

    /// <summary>Most megabytes (2^20) of weights and the numbering of features (<see cref="RegressorPool.Bytes"/>); 0: not bounded.</summary>
    public int MostMegabytes { get; init; }

    /// <summary>Seed of the order of classes in trees with a fixed shape.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ForageException">The first option that is out of range, with what was expected.</exception>
    public void Validate()
    {
        Learner.Validate();
        Require(MostNodes >= 0, "largest number of nodes", MostNodes, "0 (set by the number of classes) or more");
        Require(SwapResistance >= 0 && double.IsFinite(SwapResistance), "swap resistance", SwapResistance, "0 or more");
        Require(MixedShare is >= 0 and < 1, "share of other classes a leaf may have", MixedShare, "0 or more, below 1");
        Require(GrowPasses >= 0, "number of passes a tree grows", GrowPasses, "0 (all) or more");
        Require(GrowRate is null || GrowPasses > 0, "learning rate of growing", GrowRate ?? 0, "a number of passes to grow beside it");
        Require(GrowRate is null or (> 0 and < float.PositiveInfinity), "learning rate of growing", GrowRate ?? 0, "a positive number");
        Require(MostClassesPerNode is 0 or >= 2, "number of classes a node counts", MostClassesPerNode, "0 (all) or at least 2");
        Require(Candidates is 0 or >= 2, "number of candidates", Candidates, "0 (4 log2 k) or at least 2");
        Require(Beam is >= 1 and <= 64, "beam", Beam, "1 to 64");
        Require(MostMegabytes >= 0, "bound on memory", MostMegabytes, "0 (none) or a number of megabytes");
    }

    /// <summary><see cref="MostMegabytes"/> in bytes.</summary>
    internal long MostBytes => MostMegabytes == 0 ? long.MaxValue : (long)MostMegabytes << 20;

    private static void Require(bool holds, string what, object value, string expected)
    {
        if (!holds) throw new ForageException($"The {what} is {value}; expected {expected}.");
    }
}
