using System.Numerics.Tensors;
using Forage.Features;
using Forage.Linear;
using Forage.Oracles;
using Forage.Persistence;

namespace Forage.Multiclass;

/// <summary>
/// One against all: regressor k learns whether the class is k (target +1) or not (-1); the class with the largest prediction wins, ties going to
/// the smaller number. All regressors of an example are scored and updated at once.
/// </summary>
public sealed class OneAgainstAll : IMulticlass, IDisposable
{
    private readonly LinearLearner _learner;
    private readonly float[] _targets;
    private readonly float[] _scores;
    private readonly float[] _importances;

    /// <summary>A learner of <paramref name="classes"/> classes.</summary>
    /// <param name="classes">At least 2.</param>
    /// <param name="options">How the regressors learn; logistic unless said otherwise.</param>
    /// <exception cref="ForageException">Fewer than two classes, or a bad option.</exception>
    public OneAgainstAll(int classes, LinearOptions? options = null) : this(Create(classes, options)) { }

    /// <summary>Over regressors made elsewhere: one slot a class, labels ±1.</summary>
    public OneAgainstAll(LinearLearner learner)
    {
        _learner = learner;
        (_targets, _scores, _importances) = (new float[Classes], new float[Classes], new float[Classes]);
        Array.Fill(_targets, -1);
    }

    /// <inheritdoc/>
    public int Classes => _learner.Slots;

    /// <summary>The regressors.</summary>
    public LinearLearner Learner => _learner;

    /// <inheritdoc/>
    public int Predict(in FeatureRow x)
    {
        _learner.PredictAll(x, _scores);
        return TensorPrimitives.IndexOfMax<float>(_scores);
    }

    /// <summary>Scores of all classes.</summary>
    public void Score(in FeatureRow x, Span<float> scores) => _learner.PredictAll(x, scores);

    /// <inheritdoc/>
    public int Learn(in FeatureRow x, int label, float importance = 1)
    {
        if ((uint)label >= (uint)Classes) throw new ForageException($"Class {label}; expected 0 to {Classes - 1}.");
        _targets[label] = 1;
        if (importance != 1) Array.Fill(_importances, importance);
        _learner.LearnAll(x, _targets, importance == 1 ? default : _importances, _scores);
        _targets[label] = -1;
        return TensorPrimitives.IndexOfMax<float>(_scores);
    }

    /// <summary>Writes the regressors.</summary>
    public void Save(ModelWriter writer) => _learner.Save(writer);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static OneAgainstAll Load(ModelReader reader) => new(LinearLearner.Load(reader));

    /// <inheritdoc/>
    public void Dispose() => _learner.Dispose();

    private static LinearLearner Create(int classes, LinearOptions? options)
    {
        if (classes < 2) throw new ForageException($"{classes} class(es); expected at least 2.");
        return new LinearLearner(options ?? new LinearOptions { Loss = LossKind.Logistic }, classes);
    }
}
