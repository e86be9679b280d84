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

    /// <summary>Plain gradient steps η/(1 + ηλt), one against all: with a penalty λ they lead to its optimum, which fading per-feature steps reach only nearly.</summary>
    public bool Plain { get; init; }

    /// <summary>First pass whose weights are averaged at eight moments each, one against all; 0 for never.</summary>
    public int AverageFrom { get; init; }

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
    public string Choice => string.Create(CultureInfo.InvariantCulture, $"{Loss.ToString().ToLowerInvariant()}, η {Rate:G3}{(Decay < 1 ? $" · {Decay:G3} a pass" : "")}{(GrowPasses > 0 ? $" after {GrowPasses} of growing at {GrowRate:G3}" : "")}{(Unclipped ? ", not clipped" : "")}{(PositiveWeight != 1 ? $", positives {PositiveWeight:G3}" : "")}{(Plain ? ", plain steps" : "")}{(Penalty > 0 ? $", penalty {Penalty:G2}" : "")}{(AverageFrom > 0 ? $", mean of passes from {AverageFrom}" : "")}")
        + (Method == TreeMethod.LomTree ? string.Create(CultureInfo.InvariantCulture, $", T {NodesPerClass}k-1, R_S {Resistance:G3}{(MixedShare > 0 ? $", mixed {100 * MixedShare:0} %" : "")}") : "");

    /// <summary>A learner that knows nothing.</summary>
    public TreeLearner Make(ClassSet set)
    {
        var learner = new LinearOptions { Loss = Loss, LearningRate = Rate, LearningRateDecay = Decay, L2 = Penalty, Interactions = set.Interactions, Bits = Method is null ? set.Bits : 32 };
        if (Plain) learner = learner with { Adaptive = false, Normalized = false, Invariant = false, PowerT = 1, InitialT = 1 / (Rate * Penalty) };
        if (Unclipped) learner = learner with { MinPrediction = -50, MaxPrediction = 50 };
        if (Method is not { } method) return new TreeLearner(() => new OneAgainstAll(set.Classes, learner, PositiveWeight), AverageFrom);
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
        return new TreeLearner(tree);
    }
}

/// <summary>One against all or a tree.</summary>
internal sealed class TreeLearner : IDisposable
{
    private readonly OneAgainstAll? _classes, _mean;
    private readonly int _averageFrom;
    private int _pass = 1, _moments;

    /// <summary>A tree.</summary>
    public TreeLearner(IClassTree tree) => Learner = Tree = tree;

    /// <summary>One against all; with averages the weights of a second one.</summary>
    public TreeLearner(Func<OneAgainstAll> make, int averageFrom)
    {
        Learner = _classes = make();
        if (averageFrom > 0) _mean = make();
        _averageFrom = averageFrom;
    }

    /// <summary>The tree, if it is one.</summary>
    public IClassTree? Tree { get; }

    /// <summary>What learns.</summary>
    public IMulticlass Learner { get; }

    /// <summary>What predicts: the mean once there is one.</summary>
    public IMulticlass Predictor => _moments > 0 ? _mean! : Learner;

    /// <summary>An eighth of a pass has ended: the mean takes in the weights as they are now, if it is time.</summary>
    public void Average()
    {
        if (_mean is not null && _pass >= _averageFrom) _mean.Learner.MoveTowards(_classes!.Learner, 1f / ++_moments);
    }

    /// <summary>A pass has ended.</summary>
    public void EndPass()
    {
        Tree?.EndPass();
        _classes?.Learner.EndPass();
        _pass++;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Tree?.Dispose();
        _classes?.Dispose();
        _mean?.Dispose();
    }
}
