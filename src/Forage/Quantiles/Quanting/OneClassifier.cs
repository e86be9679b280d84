using Forage.Features;
using Forage.Persistence;
using Forage.Quantiles.Quanting.Internals;

namespace Forage.Quantiles.Quanting;

/// <summary>
/// The one-classifier trick of Lemma 1's analysis: instead of a classifier a threshold, one classifier c(x, t) with the threshold as one more feature, learnt from pairs of a row and a threshold.
/// </summary>
/// <param name="learner">The binary learner.</param>
/// <param name="thresholdsOfRow">Thresholds drawn for each row (without replacement); all of them if there are no more.</param>
public sealed class OneClassifier(IBinaryLearner learner, int thresholdsOfRow = 10) : IThresholdLearner
{
    /// <inheritdoc/>
    public bool EstimatesProbabilities => false;

    /// <inheritdoc/>
    public IThresholdModel Learn(ThresholdSample sample, Rng rng, int threads = 1, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        if (thresholdsOfRow < 1) throw new ForageException($"{thresholdsOfRow} thresholds a row were asked for; expected at least 1.");
        int thresholds = sample.Thresholds.Length, each = Math.Min(thresholdsOfRow, thresholds), columns = sample.Table.Columns;
        var table = new NumericTable(checked(sample.Count * each), columns + 1);
        bool[] positive = new bool[table.Rows];
        float[] weights = new float[table.Rows], row = new float[columns + 1];
        int[] order = [.. Enumerable.Range(0, thresholds)];
        var draws = rng.Fork(1);
        for (int i = 0, at = 0; i < sample.Count; i++)
        {
            sample.Table.CopyRow(i, row.AsSpan(0, columns));
            for (int j = 0; j < each; j++, at++)
            {
                int pick = j + draws.NextInt(thresholds - j);
                (order[j], order[pick]) = (order[pick], order[j]);
                int k = order[j];
                row[columns] = (float)sample.Thresholds[k];
                table.SetRow(at, row);
                positive[at] = k < sample.Ranks[i];
                weights[at] = sample.Weight(i, k);
            }
        }
        cancellation.ThrowIfCancellationRequested();
        double positives = 0, negatives = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            if (positive[i]) positives += weights[i];
            else negatives += weights[i];
        }
        IBinaryClassifier classifier = positives > 0 && negatives > 0 ? learner.Prepare(table, rng.Fork(2)).Learn(positive, weights, rng.Fork(3)) : new ConstantClassifier(positives > 0 ? 1 : 0);
        progress?.Invoke(1);
        return new Model(columns, Array.ConvertAll(sample.Thresholds, t => (float)t), classifier);
    }

    internal sealed class Model(int columns, float[] thresholds, IBinaryClassifier classifier) : IThresholdModel
    {
        public const string Tag = "QONE";

        private const int Most = 1024;

        public int Thresholds => thresholds.Length;

        public bool LogOdds => false;

        public void Score(ReadOnlySpan<float> row, Span<float> scores)
        {
            Span<float> longer = columns < Most ? stackalloc float[columns + 1] : new float[columns + 1];
            row.CopyTo(longer);
            for (int k = 0; k < thresholds.Length; k++)
            {
                longer[columns] = thresholds[k];
                scores[k] = classifier.Probability(longer);
            }
        }

        public void Save(ModelWriter writer)
        {
            writer.BeginChunk(Tag, 1);
            writer.Write(columns);
            writer.Write(thresholds);
            ClassifierFile.Save(classifier, writer);
            writer.EndChunk();
        }

        public static Model Load(ModelReader reader)
        {
            reader.BeginChunk(Tag, 1);
            var model = new Model(reader.ReadInt32(), reader.ReadSingles(), ClassifierFile.Load(reader));
            reader.EndChunk();
            return model;
        }
    }
}
