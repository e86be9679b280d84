using Forage.Data;
using Forage.Linear;

namespace Forage.Evaluation;

/// <summary>Takes a linear learner through plain examples, once or several times, with progressive validation and held-out early stopping.</summary>
public static class LinearTrainer
{
    /// <summary>Trains <paramref name="learner"/> in place.</summary>
    /// <param name="learner">One slot.</param>
    /// <param name="open">The data for a pass (from 0): text at first, perhaps its cache later.</param>
    /// <param name="options">Passes and hold-out.</param>
    /// <param name="onBatch">Called after each batch with the loss so far of this pass and the reader.</param>
    /// <param name="onPass">Called after each pass; save the model here if <see cref="PassResult.IsBest"/>, for the learner goes on.</param>
    /// <param name="cancel">Stops after the current batch.</param>
    /// <exception cref="ForageException">No labelled example, or a label the loss cannot take.</exception>
    public static TrainingResult Train(LinearLearner learner, Func<int, IBatchReader<ExampleBatch>> open, TrainingOptions options,
        Action<ProgressiveLoss, IBatchReader<ExampleBatch>>? onBatch = null, Action<PassResult>? onPass = null, CancellationToken cancel = default)
    {
        options.Validate();
        var passes = new List<PassResult>();
        ReadSummary? first = null;
        double best = double.PositiveInfinity;
        int sinceBest = 0;
        for (int pass = 0; pass < options.Passes && sinceBest < options.Patience && !cancel.IsCancellationRequested; pass++)
        {
            var fold = new Pass(learner, options.HoldsOut ? options.HoldoutPeriod : 0);
            var reader = open(pass);
            var read = reader.Read(batch =>
            {
                fold.Learn(batch);
                onBatch?.Invoke(fold.Training, reader);
            }, cancel);
            first ??= read;
            if (fold.Training.Examples == 0) throw new ForageException($"{read.Source} has no labelled example to learn from ({read.Records} records, {read.Malformed} malformed).");
            double loss = options.HoldsOut ? fold.Holdout.AverageLoss : double.NegativeInfinity;
            bool isBest = !options.HoldsOut || loss < best;
            if (isBest) best = loss;
            sinceBest = isBest ? 0 : sinceBest + 1;
            passes.Add(new PassResult(pass + 1, fold.Training, fold.Holdout, fold.Features, isBest));
            onPass?.Invoke(passes[^1]);
            learner.EndPass();
        }
        return new TrainingResult(passes, first!, sinceBest >= options.Patience, cancel.IsCancellationRequested);
    }

    /// <summary>Losses of predictions only.</summary>
    public static ProgressiveLoss Test(LinearLearner learner, IBatchReader<ExampleBatch> reader, out ReadSummary read, CancellationToken cancel = default)
    {
        var loss = new ProgressiveLoss();
        bool classifies = Classifies(learner);
        read = reader.Read(batch =>
        {
            for (int i = 0; i < batch.Count; i++)
            {
                var label = batch.Labels[i];
                if (!label.IsLabelled) continue;
                float p = learner.PredictFrom(label.Base, batch.Rows[i]);
                loss.Add(learner.LossOf(p, label.Value), classifies && p > 0 != label.Value > 0, label.Importance);
            }
        }, cancel);
        return loss;
    }

    private static bool Classifies(LinearLearner learner) => learner.Options.Loss is LossKind.Logistic or LossKind.Hinge;

    private sealed class Pass(LinearLearner learner, int holdoutPeriod)
    {
        private readonly bool _classifies = Classifies(learner);
        private readonly bool _counts = learner.Options.Loss == LossKind.Poisson;
        private ProgressiveLoss _training, _holdout;
        private long _seen;

        public ProgressiveLoss Training => _training;

        public ProgressiveLoss Holdout => _holdout;

        public long Features { get; private set; }

        public void Learn(ExampleBatch batch)
        {
            var labels = batch.Labels;
            var rows = batch.Rows;
            for (int i = 0; i < labels.Length; i++)
            {
                if (i + 1 < labels.Length) learner.Prefetch(rows[i + 1]);
                var label = labels[i];
                _seen++;
                if (!label.IsLabelled) continue;
                if ((_classifies && label.Value is not (>= -1 and <= 1 and not 0)) || (_counts && label.Value < 0)) ThrowLabel(label.Value);
                bool held = holdoutPeriod > 0 && _seen % holdoutPeriod == 0;
                float p = held ? learner.PredictFrom(label.Base, rows[i]) : learner.LearnFrom(label.Base, rows[i], label.Value, label.Importance);
                double loss = learner.LossOf(p, label.Value);
                bool wrong = _classifies && p > 0 != label.Value > 0;
                if (held) _holdout.Add(loss, wrong, label.Importance);
                else _training.Add(loss, wrong, label.Importance);
            }
            Features += rows.FeatureCount;
        }

        private void ThrowLabel(float label) => throw new ForageException(
            $"Example {_seen} has label {label}; {learner.Options.Loss} loss expects {(_counts ? "0 or more" : "-1 or 1")}.");
    }
}
