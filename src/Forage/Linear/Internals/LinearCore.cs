using Forage.Features;
using Forage.Persistence;

namespace Forage.Linear.Internals;

/// <summary>Weights of one layout with the online update over them.</summary>
internal abstract class LinearCore(LinearOptions options) : IDisposable
{
    private const long LastLook = 1 << 20;

    private long _updates, _nextLook = 64;

    protected LinearOptions Options { get; } = options;

    protected FeatureWalk Walk { get; } = new(options);

    public StepRule Rule { get; } = new(options);

    public abstract float Predict(in FeatureRow x, float offset, int slot);

    public void PredictAll(in FeatureRow x, Span<float> scores) => PredictRange(x, 0, scores);

    public abstract void PredictRange(in FeatureRow x, int first, Span<float> scores);

    public abstract void Sensitivity(in FeatureRow x, int first, Span<float> sensitivities);

    public abstract float Learn(in FeatureRow x, float target, float importance, float offset, int slot);

    public void LearnAll(in FeatureRow x, ReadOnlySpan<float> targets, ReadOnlySpan<float> importances, Span<float> scores) => LearnRange(x, 0, targets, importances, scores);

    public abstract void LearnRange(in FeatureRow x, int first, ReadOnlySpan<float> targets, ReadOnlySpan<float> importances, Span<float> scores);

    public abstract void Prefetch(in FeatureRow x);

    /// <summary>The weight in use of one index (after lazy regularisation).</summary>
    public abstract float Weight(uint index, int slot);

    /// <summary>w += share (w' - w) over the weights in use; what learning keeps beside them stays.</summary>
    public abstract void MoveTowards(LinearCore other, float share);

    /// <summary>Calls <paramref name="visit"/>(index, slot, weight) for every weight that is not 0.</summary>
    public abstract void ForEachWeight(Action<uint, int, float> visit);

    /// <summary>Forgets the sums and scales, and perhaps rounds the weights.</summary>
    public abstract void Freeze(bool round);

    public abstract void Save(ModelWriter writer);

    public abstract void Load(ModelReader reader);

    public abstract void Dispose();

    public long FeaturesOf(in FeatureRow x) => Walk.Count(x);

    /// <summary>Nearest number with 16 leading bits, ties to even: the low half is 0 and compresses away.</summary>
    protected static float Round(float w, bool round)
    {
        if (!round) return w;
        uint bits = BitConverter.SingleToUInt32Bits(w);
        return BitConverter.UInt32BitsToSingle((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000);
    }

    /// <summary>w + share (w' - w); written only where it changes something, so that pages never touched stay that way.</summary>
    protected static unsafe void Move(float* weight, float from, float to, float share)
    {
        float moved = share == 1 ? to : from + share * (to - from);
        if (*weight != moved) *weight = moved;
    }

    /// <summary>Counts an update; whenever their number has doubled the tables are looked after.</summary>
    protected void CountUpdate()
    {
        if (++_updates != _nextLook || _nextLook > LastLook) return;
        _nextLook *= 2;
        Settle();
    }

    protected abstract void Settle();

    protected static bool IsFinite(float target, float importance, float offset) => float.IsFinite(target + importance + offset);

    protected static void ThrowNotFinite(float target, float importance, float offset)
    {
        if (!float.IsFinite(target)) throw new ForageException($"The label {target} is not a finite number.");
        if (!float.IsFinite(importance)) throw new ForageException($"The importance {importance} is not a finite number.");
        throw new ForageException($"The base prediction {offset} is not a finite number.");
    }

    protected static void ThrowDiverged(float score) =>
        throw new ForageException($"The learner has diverged: a prediction is {score}. Use a smaller learning rate than was given, or normalised updates.");
}
