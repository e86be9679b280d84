using System.Globalization;

namespace Forage.Extreme.Tree;

/// <summary>How a <see cref="SparseLabelTree"/> is built and learns.</summary>
public sealed record LabelTreeOptions
{
    /// <summary>Most children of a node above the last level, 2 to 256.</summary>
    public int Arity { get; init; } = 16;

    /// <summary>Most labels below a node of the last level, 2 to 256.</summary>
    public int LeafSize { get; init; } = 200;

    /// <summary>Trees whose probabilities are averaged, each clustered from another seed; 1 to 64.</summary>
    public int Trees { get; init; } = 1;

    /// <summary>Loss of the nodes' classifiers.</summary>
    public NodeLoss Loss { get; init; } = NodeLoss.SquaredHinge;

    /// <summary>C of min ½‖w‖² + C Σ loss, &gt; 0: the larger, the closer to the data. The default suits squared hinge; see <see cref="For"/>.</summary>
    public double C { get; init; } = 0.3;

    /// <summary>
    /// Where descent stops: no example's dual variable is further than this from what its margin asks for (logistic: |α/C - σ(-y s)|, squared hinge: the projected
    /// gradient), in (0, 1).
    /// </summary>
    public double Tolerance { get; init; } = 0.01;

    /// <summary>Most goes over the examples of a node, at least 1.</summary>
    public int MaxPasses { get; init; } = 100;

    /// <summary>Weights closer to 0 than this are dropped, at least 0.</summary>
    public float Prune { get; init; } = 0.03f;

    /// <summary>What is done to the features first.</summary>
    public FeatureScaling Scaling { get; init; } = FeatureScaling.L2;

    /// <summary>Value of the feature that every example gets, at least 0; 0 for none.</summary>
    public float Constant { get; init; } = 1;

    /// <summary>Nodes a level that <see cref="SparseLabelTree.Top"/> keeps; at least 1.</summary>
    public int BeamWidth { get; init; } = 10;

    /// <summary>Clustering stops when the mean similarity of labels to their centres grows by less than this, &gt; 0.</summary>
    public double ClusterTolerance { get; init; } = 1e-4;

    /// <summary>Seed of clustering and of the order of examples.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Defaults for a loss: C is 0.3 for squared hinge and 2 for logistic, whose curvature is an eighth at most.</summary>
    public static LabelTreeOptions For(NodeLoss loss) => new() { Loss = loss, C = loss == NodeLoss.Logistic ? 2 : 0.3 };

    /// <summary>Checks every option.</summary>
    /// <exception cref="ForageException">One is out of range.</exception>
    public void Validate() => Validated();

    internal LabelTreeOptions Validated()
    {
        if (Arity is < 2 or > 256) throw Wrong($"The arity is {Arity}; expected 2 to 256.");
        if (LeafSize is < 2 or > 256) throw Wrong($"The leaf size is {LeafSize}; expected 2 to 256 labels.");
        if (Trees is < 1 or > 64) throw Wrong($"The number of trees is {Trees}; expected 1 to 64.");
        if (!Enum.IsDefined(Loss)) throw Wrong($"The loss is {(int)Loss}; expected one of {string.Join(", ", Enum.GetNames<NodeLoss>())}.");
        if (!Enum.IsDefined(Scaling)) throw Wrong($"The scaling is {(int)Scaling}; expected one of {string.Join(", ", Enum.GetNames<FeatureScaling>())}.");
        if (!(C > 0 && C <= 1e9)) throw Wrong($"C is {C}; expected a positive number up to 1e9.");
        if (!(Tolerance is > 0 and < 1)) throw Wrong($"The tolerance is {Tolerance}; expected a number between 0 and 1.");
        if (MaxPasses < 1) throw Wrong($"The number of passes is {MaxPasses}; expected at least 1.");
        if (!(Prune >= 0 && float.IsFinite(Prune))) throw Wrong($"The pruning threshold is {Prune}; expected 0 or more.");
        if (!(Constant >= 0 && float.IsFinite(Constant))) throw Wrong($"The constant feature is {Constant}; expected 0 (none) or more.");
        if (BeamWidth < 1) throw Wrong($"The beam is {BeamWidth} nodes wide; expected at least 1.");
        if (!(ClusterTolerance > 0)) throw Wrong($"The tolerance of clustering is {ClusterTolerance}; expected a positive number.");
        return this;
    }

    private static ForageException Wrong(FormattableString message) => new(message.ToString(CultureInfo.InvariantCulture));
}
