using Forage.Quantiles;
using Forage.Quantiles.Kernel;
using Forage.Quantiles.Linear;
using Forage.Quantiles.Quanting;
using Forage.Quantiles.Trees;

namespace Forage.Training;

/// <summary>Which quantiles are learnt and how. Stored in the recipe of the model.</summary>
public sealed record QuantileRecipe
{
    /// <summary>The quantiles, ascending, each in (0, 1).</summary>
    public IReadOnlyList<double> Levels { get; init; } = [0.5];

    /// <summary>How they are learnt.</summary>
    public QuantileMethod Method { get; init; } = QuantileMethod.Boosted;

    /// <summary>Most classifiers a quantile, of Quanting.</summary>
    public int Classifiers { get; init; } = 100;

    /// <summary>Where thresholds are put, of Quanting.</summary>
    public ThresholdPlacement Thresholds { get; init; } = ThresholdPlacement.Quantiles;

    /// <summary>How predictions are made, of Quanting; null: votes for <see cref="QuantileMethod.Tree"/> and <see cref="QuantileMethod.OneTree"/>, else interpolated.</summary>
    public QuantileReadout? Readout { get; init; }

    /// <summary>Learn classifiers of their own for each quantile, weighted by q and 1 - q (Algorithm 1), also where one set can serve all.</summary>
    public bool PerQuantile { get; init; }

    /// <summary>Give the importance weights to the classifiers by rejection sampling (Corollary 1); of tree, bagged and logistic.</summary>
    public bool Rejection { get; init; }

    /// <summary>Learns.</summary>
    /// <param name="set">The examples.</param>
    /// <param name="seed">Seed of everything random.</param>
    /// <param name="threads">Number of threads; the result does not depend on it.</param>
    /// <param name="progress">Told the share that is done, if it can be told.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ForageException">The data or an option are at fault.</exception>
    public IQuantileModel Train(QuantileSet set, ulong seed, int threads = 1, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        double[] levels = [.. Levels];
        if (Rejection && Method is not (QuantileMethod.Tree or QuantileMethod.Bagged or QuantileMethod.Logistic)) throw new ForageException($"Rejection sampling was asked for with the method {Method.ToString().ToLowerInvariant()}; expected tree, bagged or logistic.");
        if (Method == QuantileMethod.Linear) return LinearQuantileRegression.Train(set, levels, threads, cancellation);
        if (Method == QuantileMethod.Kernel) return KernelQuantileRegression.Train(set, levels, new KernelQuantileOptions { Seed = seed }, threads, cancellation);
        bool hard = Method is QuantileMethod.Tree or QuantileMethod.OneTree;
        var options = new QuantingOptions
        {
            Classifiers = Classifiers,
            Placement = Thresholds,
            Readout = Readout ?? (hard ? QuantileReadout.Votes : QuantileReadout.Interpolated),
            Shared = PerQuantile || Rejection ? false : null,
            Seed = seed,
        };
        if (Method == QuantileMethod.Blend) return QuantileBlend.Train(set, levels, [new SlotBoost(), new KernelFeature(new SlotBoost())], options, threads, progress, cancellation);
        return QuantingTrainer.Train(set, levels, Learner(), options, threads, progress, cancellation);
    }

    private IThresholdLearner Learner() => Method switch
    {
        QuantileMethod.Tree => new PerThreshold(Weighted(new DecisionTreeLearner())),
        QuantileMethod.Bagged => new PerThreshold(Weighted(new BaggedTreesLearner()), estimatesProbabilities: true),
        QuantileMethod.Logistic => new PerThreshold(Weighted(new LogisticLearner()), estimatesProbabilities: true),
        QuantileMethod.Online => new OnlineSlots(),
        QuantileMethod.OneTree => new OneClassifier(new DecisionTreeLearner()),
        QuantileMethod.Smooth => new KernelFeature(new SlotBoost()),
        _ => new SlotBoost(),
    };

    private IBinaryLearner Weighted(IBinaryLearner learner) => Rejection ? new RejectionSampling(learner) : learner;
}
