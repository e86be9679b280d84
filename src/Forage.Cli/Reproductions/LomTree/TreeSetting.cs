using System.Globalization;
using Forage.Cli.Frame;
using Forage.Linear;
using Forage.Multiclass;
using Forage.Multiclass.Trees;
using Forage.Oracles;

namespace Forage.Cli.Reproductions.LomTree;

/// <summary>A method with its options.</summary>
/// <param name="Method">The kind of tree; null for one against all.</param>
internal sealed record TreeSetting(TreeMethod? Method)
{
    /// <summary>Loss of the regressors.</summary>
    public LossKind Loss { get; init; } = Method is { } method ? ClassTreeLine.DefaultLoss(method) : LossKind.Logistic;

    /// <summary>Step size η.</summary>
    public float Rate { get; init; } = 0.5f;

    /// <summary>η is multiplied by this after each pass.</summary>
    public float Decay { get; init; } = 1;

    /// <summary>Predictions of one against all are not clipped to ±1.</summary>
    public bool Unclipped { get; init; }

    /// <summary>Importance of an example for its own class, one against all.</summary>
    public float PositiveWeight { get; init; } = 1;

    /// <summary>Penalty λ of λ/2 |w|², one against all.</summary>
    public float Penalty { get; init; }

    /// <summary>Passes in which a LOMtree grows, 0 for all.</summary>
    public int GrowPasses { get; init; }

    /// <summary>Its step size in those.</summary>
    public float GrowRate { get; init; }

    /// <summary>T = this · k - 1.</summary>
    public int NodesPerClass { get; init; } = 4;

    /// <summary>R_S.</summary>
    public double Resistance { get; init; } = 4;

    /// <summary>Share of other classes a leaf may have.</summary>
    public double MixedShare { get; init; }

    /// <summary>Most passes.</summary>
    public int Passes { get; init; } = 20;

    /// <summary>Bound on the memory of weights, in megabytes; 0 for none.</summary>
    public int Megabytes { get; init; }

    /// <summary>Candidates of a recall tree; 0 for its default.</summary>
    public int Candidates { get; init; }

    /// <summary>As it appears in tables.</summary>
    public string Name => Method switch
    {
        null => "OAA",
        TreeMethod.LomTree => "LOMtree",
        TreeMethod.RandomTree => "Rtree",
        TreeMethod.FilterTree => "Filter tree",
        _ => "Recall tree",
    };

    /// <summary>What was chosen.</summary>
    public string Choice => string.Create(CultureInfo.InvariantCulture, $"{Loss.ToString().ToLowerInvariant()}, η {Rate:G3}{(Decay < 1 ? $" · {Decay:G3} a pass" : "")}{(GrowPasses > 0 ? $" after {GrowPasses} of growing at {GrowRate:G3}" : "")}{(Unclipped ? ", not clipped" : "")}{(PositiveWeight != 1 ? $", positives {PositiveWeight:G3}" : "")}{(Penalty > 0 ? $", penalty {Penalty:G2}" : "")}")
        + (Method == TreeMethod.LomTree ? string.Create(CultureInfo.InvariantCulture, $", T {NodesPerClass}k-1, R_S {Resistance:G3}{(MixedShare > 0 ? $", mixed {100 * MixedShare:0} %" : "")}") : "");

    /// <summary>A learner that knows nothing.</summary>
    public TreeLearner Make(ClassSet set)
    {
        var learner = new LinearOptions { Loss = Loss, LearningRate = Rate, LearningRateDecay = Decay, L2 = Penalty, Interactions = set.Interactions, Bits = Method is null ? set.Bits : 32 };
        if (Unclipped) learner = learner with { MinPrediction = -50, MaxPrediction = 50 };
        if (Method is not { } method) return new TreeLearner(new OneAgainstAll(set.Classes, learner, PositiveWeight), null);
        var tree = ClassTree.Create(method, set.Classes, new ClassTreeOptions
        {
            Learner = learner,
            MostNodes = method == TreeMethod.LomTree ? NodesPerClass * set.Classes - 1 : 0,
            SwapResistance = Resistance,
            MixedShare = MixedShare,
            GrowPasses = GrowPasses,
            GrowRate = GrowPasses > 0 ? GrowRate : null,
            Candidates = Candidates,
            MostMegabytes = Megabytes,
        });
        return new TreeLearner(null, tree);
    }
}

/// <summary>One against all or a tree.</summary>
internal sealed class TreeLearner(OneAgainstAll? classes, IClassTree? tree) : IDisposable
{
    /// <summary>The tree, if it is one.</summary>
    public IClassTree? Tree { get; } = tree;

    /// <summary>What learns and predicts.</summary>
    public IMulticlass Learner { get; } = tree ?? (IMulticlass)classes!;

    /// <summary>A pass has ended.</summary>
    public void EndPass()
    {
        Tree?.EndPass();
        classes?.Learner.EndPass();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Tree?.Dispose();
        classes?.Dispose();
    }
}
