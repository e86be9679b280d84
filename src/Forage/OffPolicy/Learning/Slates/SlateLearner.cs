using System.Numerics.Tensors;
using Forage.Extreme;
using Forage.Extreme.Embedding;
using Forage.Features;
using Forage.OffPolicy.Internals;
using Forage.OffPolicy.Learning.Objectives;

namespace Forage.OffPolicy.Learning.Slates;

/// <summary>
/// Learns a policy over many actions from logged slates: an embedding softmax trained on any <see cref="ISlateObjective"/>, over Φ_p(x) at O(p d) a decision, over all actions or over a
/// sample of them. With <see cref="SelectiveObjective"/> over Φ_p it is POXM (Lopez, Dhillon, Jordan 2021); over all actions BanditNet; with <see cref="SlateLearnerOptions.Match"/>
/// PM-BanditNet; with <see cref="DirectObjective"/> the direct method.
/// </summary>
/// <param name="log">What is learnt from.</param>
/// <param name="objective">What is sought.</param>
/// <param name="options">How.</param>
public sealed class SlateLearner(SlateLog log, ISlateObjective objective, SlateLearnerOptions options)
{
    private readonly SlateLog _log = log;
    private readonly ISlateObjective _objective = objective;
    private readonly SlateLearnerOptions _options = options.Validated(log.SlateLength);

    /// <summary>Multiplies rewards by action, such as inverse label propensities (wPOXM); null: none.</summary>
    public IReadOnlyList<float>? ActionWeights { get; init; }

    /// <summary>Predicted rewards of the candidates of each decision, for objectives that need them.</summary>
    public IReadOnlyList<float[]>? Predictions { get; init; }

    /// <summary>Ties the model: it has a vector a cluster, and actions get the score of theirs. Null: a vector an action.</summary>
    internal ActionClusters? Clusters { get; init; }

    /// <summary>Added to the scores of the candidates of each decision; null: nothing.</summary>
    internal IReadOnlyList<float[]>? Offsets { get; init; }

    /// <summary>Told the number of decisions learnt from since the last call.</summary>
    public Action<int>? Progress { get; init; }

    /// <summary>Learns from the decisions of the given numbers.</summary>
    /// <param name="decisions">Numbers of decisions in the log.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ForageException">The objective needs candidates or predictions that are not there; learning diverged.</exception>
    public EmbeddingScorer Learn(ReadOnlySpan<int> decisions, CancellationToken cancellation = default)
    {
        bool subset = _options.Top > 0 || _objective.ShownOnly || _options.Negatives > 0;
        if ((_options.Top > 0 || _options.PriorWeight != 0 || _options.Match > 0) && _log.Candidates is null)
            throw new ForageException("Selecting actions or starting from the logging policy needs the logging policy; expected candidates.");
        if (_log.Candidates is { } c && Math.Max(_options.Top, _options.Match) > c.Top)
            throw ObjectiveThrow.Wrong($"{Math.Max(_options.Top, _options.Match)} actions are to be looked at; expected at most the {c.Top} candidates prepared.");
        if (_objective.NeedsPrediction && Predictions is null) throw new ForageException("The objective needs predicted rewards; expected them for every candidate.");
        if ((_objective.NeedsClusters || Offsets is not null) && (Clusters is null || _options.Top == 0))
            throw new ForageException("The objective weighs clusters of actions; expected clusters and a selection of actions.");
        if (_options.PriorWeight != 0 && !_objective.ShownOnly && _options.Top == 0)
            throw new ForageException("Starting from the logging policy over all actions is not possible; expected a selection of actions, a model to start from, or no weight for the logging policy.");
        var model = _options.Initial?.Clone() ?? new EmbeddingSoftmax(_options.Model, _log.VectorDimension > 0 ? FeatureColumns.Direct(_log.VectorDimension) : FeatureColumns.From(_log.Rows), Clusters?.Count ?? _log.Actions);
        var scorer = new EmbeddingScorer(model, _options.PriorWeight, _options.Start) { OverVectors = _log.VectorDimension > 0 };
        var rows = model.Prepare(_log.Rows);
        using var trainer = new EmbeddingTrainer(model, _options.Trainer, _options.Threads);
        var loss = new SlateLoss(this, scorer);
        int[] order = decisions.ToArray(), starts = new int[_options.BatchSize + 1];
        var labels = new LabelBuffer(_log.Actions, _options.Negatives);
        var rng = new Rng(_options.Seed).Fork(0x51A7E);
        var negatives = rng.Fork(1);
        long steps = 0, all = (long)_options.Passes * ((order.Length + _options.BatchSize - 1) / _options.BatchSize);
        double slopes = 0;
        for (int pass = 0; pass < _options.Passes; pass++)
        {
            rng.Shuffle<int>(order);
            for (int from = 0; from < order.Length; from += _options.BatchSize)
            {
                cancellation.ThrowIfCancellationRequested();
                var batch = order.AsSpan(from, Math.Min(_options.BatchSize, order.Length - from));
                trainer.RateFactor = 1 - (float)steps++ / all;
                if (subset)
                {
                    labels.Clear();
                    for (int b = 0; b < batch.Length; b++)
                    {
                        starts[b] = labels.Count;
                        if (_objective.ShownOnly) labels.Add(_log.Shown(batch[b]));
                        else if (_options.Top > 0) labels.Add(_log.Candidates!.Actions(batch[b], _options.Top));
                        else labels.Draw(_log.Shown(batch[b]), ref negatives);
                    }
                    Clusters?.Replace(labels.Labels);
                    starts[batch.Length] = labels.Count;
                    trainer.Step(rows, batch, starts.AsSpan(0, batch.Length + 1), labels.Labels, loss);
                }
                else
                {
                    trainer.StepAll(rows, batch, loss);
                }
                if (_options.PriorRate > 0) StepPrior(scorer, loss, batch, ref slopes, trainer.RateFactor);
                Progress?.Invoke(batch.Length);
            }
        }
        if (!loss.IsFinite) throw ObjectiveThrow.Wrong($"Learning diverged at learning rate {_options.Trainer.LearningRate}; expected a smaller one to do.");
        return scorer;
    }

    // AdaGrad over the one number c, on the batch's mean slope.
    private void StepPrior(EmbeddingScorer scorer, SlateLoss loss, ReadOnlySpan<int> batch, ref double squares, float factor)
    {
        double slope = 0;
        foreach (int i in batch) slope += loss.PriorSlope(i);
        slope /= batch.Length;
        if (slope == 0 || !double.IsFinite(slope)) return;
        squares += slope * slope;
        scorer.PriorWeight = Math.Max(0, scorer.PriorWeight - factor * _options.PriorRate * (float)(slope / Math.Sqrt(squares)));
    }

    /// <summary>Puts the prior and what was shown beside the scores and asks the objective.</summary>
    private sealed class SlateLoss(SlateLearner learner, EmbeddingScorer scorer) : IScoreLoss
    {
        private readonly SlateLearnerOptions _options = learner._options;
        private readonly ThreadLocal<PolicyScratch> _scratch = new(() => new PolicyScratch());
        private readonly double[] _priorSlopes = new double[learner._options.PriorRate > 0 ? learner._log.Rows.RowCount : 0];
        private volatile bool _isBroken;

        public bool IsFinite => !_isBroken;

        public double PriorSlope(int decision) => _priorSlopes[decision];

        public double Gradient(int example, ReadOnlySpan<int> labels, ReadOnlySpan<float> scores, Span<float> gradients)
        {
            var log = learner._log;
            var scratch = _scratch.Value!;
            scratch.Clear();
            var shown = log.Shown(example);
            var rewards = log.Rewards(example);
            var adjusted = scratch.Floats(scores.Length);
            scores.CopyTo(adjusted);
            ReadOnlySpan<float> logPrior = _options.PriorWeight == 0 ? default
                : learner._objective.ShownOnly ? log.Candidates!.ShownLogPrior(example) : log.Candidates!.LogPrior(example, _options.Top);
            scorer.Adjust(logPrior, adjusted);
            if (learner.Offsets is { } offsets) TensorPrimitives.Add(adjusted, offsets[example].AsSpan(0, adjusted.Length), adjusted);
            if (_options.Negatives > 0 && !learner._objective.ShownOnly && _options.Top == 0) Correct(shown, labels, adjusted);
            var places = scratch.Ints(shown.Length);
            for (int j = 0; j < places.Length; j++)
            {
                int rank = log.Candidates is null ? -1 : log.Candidates.Ranks(example)[j];
                bool ignored = _options.Match > 0 && (uint)rank >= (uint)_options.Match;
                places[j] = ignored ? -1
                    : learner._objective.ShownOnly ? j
                    : _options.Top > 0 ? (rank < labels.Length ? rank : -1)
                    : labels.IsEmpty ? shown[j] : labels.IndexOf(shown[j]);
            }
            if (learner.ActionWeights is { } weights)
            {
                var weighted = scratch.Doubles(rewards.Length);
                for (int j = 0; j < weighted.Length; j++) weighted[j] = rewards[j] * weights[shown[j]];
                rewards = weighted;
            }
            // An action the logging policy never takes cannot be scored by its logarithm.
            for (int j = 0; j < places.Length; j++)
                if (places[j] >= 0 && !float.IsFinite(adjusted[places[j]])) places[j] = -1;
            double loss = learner._objective.Gradient(new ScoredDecision
            {
                Scores = adjusted,
                Places = places,
                LogPropensities = log.LogPropensities(example),
                Rewards = rewards,
                Predicted = learner._objective.NeedsPrediction ? learner.Predictions![example].AsSpan(0, scores.Length) : default,
                Clusters = learner._objective.NeedsClusters ? labels : default,
                LogPrior = learner._objective.NeedsClusters ? log.Candidates!.LogPrior(example, _options.Top) : default,
            }, gradients);
            if (!double.IsFinite(loss)) _isBroken = true;
            if (_priorSlopes.Length > 0)
            {
                double slope = 0;
                for (int k = 0; k < gradients.Length; k++)
                    if (gradients[k] != 0) slope += gradients[k] * logPrior[k];
                _priorSlopes[example] = slope;
            }
            return loss;
        }

        // A sampled softmax estimates the full one if what was drawn stands for all of its kind (Jean et al. 2015).
        private void Correct(ReadOnlySpan<int> shown, ReadOnlySpan<int> labels, Span<float> scores)
        {
            int drawn = labels.Length - shown.Length, rest = learner._log.Actions - shown.Length;
            if (drawn <= 0) return;
            float correction = MathF.Log((float)rest / drawn);
            foreach (ref float s in scores[shown.Length..]) s += correction;
        }
    }

    /// <summary>Labels of a batch.</summary>
    private sealed class LabelBuffer(int actions, int negatives)
    {
        private readonly LabelSampler? _sampler = negatives > 0 ? new LabelSampler(actions) : null;
        private int[] _labels = new int[1024];

        public int Count { get; private set; }

        public Span<int> Labels => _labels.AsSpan(0, Count);

        public void Clear() => Count = 0;

        public void Add(ReadOnlySpan<int> labels)
        {
            Room(labels.Length);
            labels.CopyTo(_labels.AsSpan(Count));
            Count += labels.Length;
        }

        public void Draw(ReadOnlySpan<int> shown, ref Rng rng)
        {
            Room(shown.Length + negatives);
            Count += _sampler!.Draw(shown, negatives, ref rng, _labels.AsSpan(Count));
        }

        private void Room(int more)
        {
            if (Count + more > _labels.Length) Array.Resize(ref _labels, Math.Max(Count + more, 2 * _labels.Length));
        }
    }
}
