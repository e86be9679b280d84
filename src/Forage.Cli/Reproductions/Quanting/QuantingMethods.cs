using Forage.Quantiles;
using Forage.Quantiles.Kernel;
using Forage.Quantiles.Linear;
using Forage.Quantiles.Quanting;
using Forage.Quantiles.Trees;

namespace Forage.Cli.Reproductions.Quanting;

/// <summary>The methods compared.</summary>
internal static class QuantingMethods
{
    public const string Linear = "linear", Kernel = "kernel", Boosted = "Quanting, boosted trees", Smooth = "Quanting, boosted, smooth", Blend = "Quanting, blend of the two", Tree = "Quanting, C4.5", Bagged = "Quanting, bagged trees", Logistic = "Quanting, logistic", J48 = "Quanting, C4.5, rejection", Online = "Quanting, online linear",
        OneTree = "Quanting, one C4.5";

    /// <summary>Rows kernel regression learns from: the paper could not use more.</summary>
    public const int KernelRows = 3000;

    public static readonly double[] Levels = [0.1, 0.5, 0.9];

    public static readonly string[] All = [Linear, Kernel, J48, Tree, OneTree, Logistic, Online, Bagged, Boosted, Smooth, Blend];

    /// <summary>True if a method is Quanting with trees.</summary>
    public static bool IsTrees(string method) => method is Boosted or Smooth or Blend or Tree or Bagged or J48;

    /// <summary>Learns with a method of Quanting or with linear regression.</summary>
    public static IQuantileModel Train(string method, QuantileSet set, ulong seed, int threads, CancellationToken cancellation, int classifiers = 100, double[]? levels = null)
    {
        var smooth = new QuantingOptions { Classifiers = classifiers, Seed = seed };
        var votes = smooth with { Readout = QuantileReadout.Votes };
        levels ??= Levels;
        return method switch
        {
            Linear => LinearQuantileRegression.Train(set, levels, threads, cancellation),
            Tree => QuantingTrainer.Train(set, levels, new PerThreshold(new DecisionTreeLearner()), votes, threads, null, cancellation),
            J48 => QuantingTrainer.Train(set, levels, new PerThreshold(new RejectionSampling(new DecisionTreeLearner())), votes with { Placement = ThresholdPlacement.Adaptive }, threads, null, cancellation),
            OneTree => QuantingTrainer.Train(set, levels, new OneClassifier(new DecisionTreeLearner()), votes, threads, null, cancellation),
            Logistic => QuantingTrainer.Train(set, levels, new PerThreshold(new LogisticLearner(), true), smooth, threads, null, cancellation),
            Online => QuantingTrainer.Train(set, levels, new OnlineSlots(), smooth, threads, null, cancellation),
            Bagged => QuantingTrainer.Train(set, levels, new PerThreshold(new BaggedTreesLearner(), true), smooth, threads, null, cancellation),
            Boosted => QuantingTrainer.Train(set, levels, new SlotBoost(), smooth, threads, null, cancellation),
            Smooth => QuantingTrainer.Train(set, levels, new KernelFeature(new SlotBoost()), smooth, threads, null, cancellation),
            Blend => QuantileBlend.Train(set, levels, [new SlotBoost(), new KernelFeature(new SlotBoost())], smooth, threads, null, cancellation),
            _ => throw new ArgumentException($"No method {method}.", nameof(method)),
        };
    }

    /// <summary>Kernel regression: C and γ of each level given, or chosen.</summary>
    public static KernelQuantileModel Kernels(QuantileSet set, double level, double? c, double? gamma, ulong seed, int threads, CancellationToken cancellation)
        => KernelQuantileRegression.Train(set, [level], new KernelQuantileOptions { C = c, Gamma = gamma, MostRows = KernelRows, Seed = seed }, threads, cancellation);
}
