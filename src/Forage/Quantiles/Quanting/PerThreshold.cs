using Forage.Features;

namespace Forage.Quantiles.Quanting;

/// <summary>Algorithm 1 as printed: a classifier a threshold, each learnt by itself with an importance-weighted binary learner. Where one class has all the weight the classifier is constant.</summary>
/// <param name="learner">The binary learner.</param>
/// <param name="estimatesProbabilities">Its probabilities may be read at any level.</param>
public sealed class PerThreshold(IBinaryLearner learner, bool estimatesProbabilities = false) : IThresholdLearner
{
    /// <inheritdoc/>
    public bool EstimatesProbabilities => estimatesProbabilities;

    /// <inheritdoc/>
    public IThresholdModel Learn(ThresholdSample sample, Rng rng, int threads = 1, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        var training = learner.Prepare(sample.Table, rng.Fork(0));
        var classifiers = new IBinaryClassifier[sample.Thresholds.Length];
        int done = 0;
        ParallelWork.For<Space>(classifiers.Length, threads, cancellation, (k, space) =>
        {
            space.Fit(sample.Count);
            sample.Fill(k, space.Positive, space.Weights);
            classifiers[k] = OneClass(space) ?? training.Learn(space.Positive, space.Weights, rng.Fork(1 + (ulong)k));
            progress?.Invoke((double)Interlocked.Increment(ref done) / classifiers.Length);
        });
        return new ClassifierBank(sample.Table.Columns, classifiers);
    }

    private static ConstantClassifier? OneClass(Space space)
    {
        double positive = 0, negative = 0;
        for (int i = 0; i < space.Weights.Length; i++)
        {
            if (space.Positive[i]) positive += space.Weights[i];
            else negative += space.Weights[i];
        }
        return positive > 0 && negative > 0 ? null : new ConstantClassifier(positive > 0 ? 1 : 0);
    }

    private sealed class Space
    {
        public bool[] Positive { get; private set; } = [];

        public float[] Weights { get; private set; } = [];

        public void Fit(int count)
        {
            if (Positive.Length != count) (Positive, Weights) = (new bool[count], new float[count]);
        }
    }
}
