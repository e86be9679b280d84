using Forage.Features;
using Forage.Linear.Internals;
using Forage.Oracles;
using Forage.Persistence;

namespace Forage.Linear;

/// <summary>
/// The online linear learner: p(x) = clip(Σ_i x_i w_i), updated after each example. By default the rates are per feature (adaptive), independent of
/// the features' scales (normalised) and the step is invariant to how importance is split (invariant); see <c>docs/linear.md</c> for the formulas.
/// </summary>
/// <remarks>
/// One example costs three passes over its features: score; add the squared gradient to each feature's sum and find its rate; move the weights.
/// Interactions are enumerated in each pass and never stored. The same examples in the same order give the same weights on every machine with
/// fused multiply-add. Predicting from several threads is safe while nobody learns.
/// </remarks>
public sealed class LinearLearner : IRegressor, IDisposable
{
    private const string Tag = "LINR";

    private readonly LinearCore _core;

    /// <summary>A learner that knows nothing.</summary>
    /// <param name="options">How it learns.</param>
    /// <param name="slots">Number of regressors over the same features, at least 1.</param>
    /// <exception cref="ForageException">An option is out of range.</exception>
    public LinearLearner(LinearOptions options, int slots = 1) : this(options, slots, scalar: false) { }

    internal LinearLearner(LinearOptions options, int slots, bool scalar)
    {
        options.Validate();
        if (slots < 1) throw new ForageException($"A learner of {slots} slots was asked for; expected at least 1.");
        Options = options;
        Slots = slots;
        _core = slots == 1 ? new SingleCore(options, scalar) : new SlotCore(options, slots);
    }

    /// <summary>How it learns.</summary>
    public LinearOptions Options { get; }

    /// <inheritdoc/>
    public int Slots { get; }

    /// <summary>Learning rate η in use; passes lower it.</summary>
    public float Rate => _core.Rule.Rate;

    /// <inheritdoc/>
    public float Predict(in FeatureRow x, int slot = 0) => _core.Predict(x, 0, slot);

    /// <summary>Prediction that starts from <paramref name="offset"/>: clip(offset + Σ x_i w_i).</summary>
    public float PredictFrom(float offset, in FeatureRow x, int slot = 0) => _core.Predict(x, offset, slot);

    /// <inheritdoc/>
    public void PredictAll(in FeatureRow x, Span<float> scores) => _core.PredictAll(x, scores);

    /// <inheritdoc/>
    public float Learn(in FeatureRow x, float target, float importance = 1, int slot = 0) => _core.Learn(x, target, importance, 0, slot);

    /// <summary>One update of the prediction that starts from <paramref name="offset"/>; returns the prediction made before it.</summary>
    public float LearnFrom(float offset, in FeatureRow x, float target, float importance = 1, int slot = 0) => _core.Learn(x, target, importance, offset, slot);

    /// <inheritdoc/>
    public void LearnAll(in FeatureRow x, ReadOnlySpan<float> targets, ReadOnlySpan<float> importances = default, Span<float> scores = default) =>
        _core.LearnAll(x, targets, importances, scores);

    /// <summary>Predictions of slots first..first + scores.Length - 1.</summary>
    public void PredictRange(in FeatureRow x, int first, Span<float> scores)
    {
        CheckRange(first, scores.Length);
        _core.PredictRange(x, first, scores);
    }

    /// <summary>As <see cref="LearnAll"/>, of slots first..first + targets.Length - 1.</summary>
    /// <param name="x">The example.</param>
    /// <param name="first">First slot.</param>
    /// <param name="targets">One target a slot; <see cref="float.NaN"/> leaves it alone.</param>
    /// <param name="importances">One importance a slot, or empty for 1 throughout.</param>
    /// <param name="scores">Receives predictions, or empty.</param>
    public void LearnRange(in FeatureRow x, int first, ReadOnlySpan<float> targets, ReadOnlySpan<float> importances = default, Span<float> scores = default)
    {
        CheckRange(first, targets.Length);
        _core.LearnRange(x, first, targets, importances, scores);
    }

    /// <summary>
    /// How far one example would move the prediction, a slot: η m Σ x² s with s the rates it would have after a gradient of 1. A learner that knows much
    /// about x hardly moves; the square root is to a confidence width what the sum of squared gradients is to a sum of squares.
    /// </summary>
    /// <param name="x">The example.</param>
    /// <param name="first">First slot.</param>
    /// <param name="sensitivities">Receives slots first..first + sensitivities.Length - 1.</param>
    public void Sensitivity(in FeatureRow x, int first, Span<float> sensitivities)
    {
        CheckRange(first, sensitivities.Length);
        _core.Sensitivity(x, first, sensitivities);
    }

    /// <summary>Asks the memory for the weights of an example that comes next; changes nothing.</summary>
    public void Prefetch(in FeatureRow x) => _core.Prefetch(x);

    /// <summary>The loss of prediction <paramref name="p"/> of label <paramref name="y"/> under <see cref="LinearOptions.Loss"/>.</summary>
    public float LossOf(float p, float y) => Loss.Value(Options.Loss, Options.Tau, p, y);

    /// <summary>Number of features of a row as learnt from: with the constant and the interactions.</summary>
    public long FeaturesOf(in FeatureRow x) => _core.FeaturesOf(x);

    /// <summary>Lowers the rate at the end of a pass: η ← η · <see cref="LinearOptions.LearningRateDecay"/>.</summary>
    public void EndPass() => _core.Rule.Rate *= Options.LearningRateDecay;

    /// <summary>
    /// Moves the weights towards another learner's: w ← w + share (w' - w). With share 1/n after the nth of several moments, a second learner comes to hold the mean of the first one's weights
    /// (Polyak, Juditsky 1992), which errs less than the last of them where steps do not fade. What learning keeps beside the weights stays as it is.
    /// </summary>
    /// <param name="other">A learner of as many slots and bits.</param>
    /// <param name="share">From 0 to 1; at 1 the weights become the other's.</param>
    /// <exception cref="ForageException">The other's weights are not laid out alike, or the share is out of range.</exception>
    public void MoveTowards(LinearLearner other, float share)
    {
        if (other.Slots != Slots || other.Options.Bits != Options.Bits)
            throw new ForageException($"Weights of {other.Slots} slots and {other.Options.Bits} bits cannot be mixed with weights of {Slots} slots and {Options.Bits} bits; expected as many of both.");
        if (share is not (>= 0 and <= 1)) throw new ForageException($"The share of the other learner's weights is {share}; expected a number from 0 to 1.");
        _core.MoveTowards(other._core, share);
        (_core.Rule.Min, _core.Rule.Max) = (Math.Min(_core.Rule.Min, other._core.Rule.Min), Math.Max(_core.Rule.Max, other._core.Rule.Max));
    }

    /// <summary>
    /// Keeps only what predicting needs: what learning gathered is forgotten, so that a saved model is small. Meant for a learner that has done its work.
    /// </summary>
    /// <param name="round">Round weights to 16 bits (8 of precision), which compress to half: predictions change a little, and are the same from now on after saving and loading.</param>
    public void Freeze(bool round = true) => _core.Freeze(round);

    /// <summary>The weight of a feature index (masked to the table), lazy regularisation applied.</summary>
    public float Weight(uint index, int slot = 0) => _core.Weight(index, slot);

    /// <summary>Calls <paramref name="visit"/>(index, slot, weight) for every weight that is not 0.</summary>
    public void ForEachWeight(Action<uint, int, float> visit) => _core.ForEachWeight(visit);

    /// <summary>Writes the recipe, the learner's state and all weights that were touched.</summary>
    public void Save(ModelWriter writer)
    {
        writer.BeginChunk(Tag, 1);
        writer.Write(LinearOptionsJson.ToJson(Options));
        writer.Write(Slots);
        var rule = _core.Rule;
        writer.Write(rule.Rate);
        writer.Write(rule.Time);
        writer.Write(rule.TotalWeight);
        writer.Write(rule.NormSum);
        writer.Write(rule.Min);
        writer.Write(rule.Max);
        _core.Save(writer);
        writer.EndChunk();
    }

    /// <summary>Reads what <see cref="Save"/> wrote; learning goes on as if it had never stopped, bit for bit.</summary>
    public static LinearLearner Load(ModelReader reader)
    {
        reader.BeginChunk(Tag, 1);
        var options = LinearOptionsJson.FromJson(reader.ReadString());
        var learner = new LinearLearner(options, reader.ReadInt32());
        var rule = learner._core.Rule;
        rule.Rate = reader.ReadSingle();
        rule.Time = reader.ReadDouble();
        rule.TotalWeight = reader.ReadDouble();
        rule.NormSum = reader.ReadDouble();
        rule.Min = reader.ReadSingle();
        rule.Max = reader.ReadSingle();
        learner._core.Load(reader);
        reader.EndChunk();
        return learner;
    }

    /// <summary>Gives the weights' memory back.</summary>
    public void Dispose() => _core.Dispose();

    private void CheckRange(int first, int count)
    {
        if (first < 0 || count < 0 || first + count > Slots) throw new ArgumentOutOfRangeException(nameof(first), $"Slots {first}..{first + count} of {Slots}.");
    }
}
