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
/// <remarks>
/// Predictions of losses other than the logistic are clipped to ±1 unless options say otherwise, and clipped scores tie. Where classes are many and features almost tell them apart, squared
/// loss with predictions not clipped (<see cref="LinearOptions.MinPrediction"/>) and a positive weight above 1 is best.
/// </remarks>
public sealed class OneAgainstAll : IMulticlass, IDisposable
{
    private const string Tag = "OAAP";

    private readonly LinearLearner _learner;
    private readonly float[] _targets;
    private readonly float[] _scores;
    private readonly float[] _importances;

    /// <summary>A learner of <paramref name="classes"/> classes.</summary>
    /// <param name="classes">At least 2.</param>
    /// <param name="options">How the regressors learn; logistic unless said otherwise.</param>
    /// <param name="positiveWeight">Importance of an example for the regressor of its own class, where it is 1 for all others.</param>
    /// <exception cref="ForageException">Fewer than two classes, or a bad option.</exception>
    public OneAgainstAll(int classes, LinearOptions? options = null, float positiveWeight = 1) : this(Create(classes, options), positiveWeight) { }

    /// <summary>Over regressors made elsewhere: one slot a class, labels ±1.</summary>
    public OneAgainstAll(LinearLearner learner, float positiveWeight = 1)
    {
        if (!(positiveWeight > 0) || !float.IsFinite(positiveWeight)) throw new ForageException($"The weight of an example for its own class is {positiveWeight}; expected a positive number.");
        (_learner, PositiveWeight) = (learner, positiveWeight);
        (_targets, _scores, _importances) = (new float[Classes], new float[Classes], new float[Classes]);
        Array.Fill(_targets, -1);
    }

    /// <inheritdoc/>
    public int Classes => _learner.Slots;

    /// <summary>Importance of an example for the regressor of its own class.</summary>
    public float PositiveWeight { get; }

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
        bool weighted = importance != 1 || PositiveWeight != 1;
        if (weighted)
        {
            Array.Fill(_importances, importance);
            _importances[label] *= PositiveWeight;
        }
        _learner.LearnAll(x, _targets, weighted ? _importances : default, _scores);
        _targets[label] = -1;
        return TensorPrimitives.IndexOfMax<float>(_scores);
    }

    /// <summary>Writes the regressors, and before them the weight of positives if it is not 1.</summary>
    public void Save(ModelWriter writer)
    {
        if (PositiveWeight != 1)
        {
            writer.BeginChunk(Tag, 1);
            writer.Write(PositiveWeight);
            writer.EndChunk();
        }
        _learner.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static OneAgainstAll Load(ModelReader reader)
    {
        float weight = 1;
        if (reader.PeekChunk() == Tag)
        {
            reader.BeginChunk(Tag, 1);
            weight = reader.ReadSingle();
            reader.EndChunk();
        }
        return new OneAgainstAll(LinearLearner.Load(reader), weight);
    }

    /// <inheritdoc/>
    public void Dispose() => _learner.Dispose();

    private static LinearLearner Create(int classes, LinearOptions? options)
    {
        if (classes < 2) throw new ForageException($"{classes} class(es); expected at least 2.");
        return new LinearLearner(options ?? new LinearOptions { Loss = LossKind.Logistic }, classes);
    }
}
