using Forage.Features;
using Forage.Linear;
using Forage.Oracles;
using Forage.Persistence;

namespace Forage.Multiclass;

/// <summary>
/// Cost-sensitive one against all: regressor k learns the cost of choice k by squared loss; the choice with the smallest prediction wins, ties going
/// to the smaller number. With regret ε a regressor, the choice's regret is at most sqrt(2 K ε) (Beygelzimer, Dani, Hayes, Langford, Zadrozny 2005).
/// </summary>
public sealed class CostSensitiveOneAgainstAll : ICostSensitive, IDisposable
{
    private readonly LinearLearner _learner;
    private readonly float[] _scores;
    private readonly float[] _importances;

    /// <summary>A learner of <paramref name="choices"/> choices, at least 2.</summary>
    /// <exception cref="ForageException">Fewer than two choices, or a bad option.</exception>
    public CostSensitiveOneAgainstAll(int choices, LinearOptions? options = null) : this(Create(choices, options)) { }

    private CostSensitiveOneAgainstAll(LinearLearner learner)
    {
        _learner = learner;
        (_scores, _importances) = (new float[Choices], new float[Choices]);
    }

    /// <inheritdoc/>
    public int Choices => _learner.Slots;

    /// <summary>The regressors.</summary>
    public LinearLearner Learner => _learner;

    /// <inheritdoc/>
    public int Predict(in FeatureRow x)
    {
        _learner.PredictAll(x, _scores);
        return Cheapest(_scores, default);
    }

    /// <summary>Predicted costs of all choices.</summary>
    public void Score(in FeatureRow x, Span<float> costs) => _learner.PredictAll(x, costs);

    /// <inheritdoc/>
    public int Learn(in FeatureRow x, ReadOnlySpan<float> costs, float importance = 1)
    {
        if (costs.Length != Choices) throw new ForageException($"{costs.Length} costs; expected {Choices}.");
        if (importance != 1) Array.Fill(_importances, importance);
        _learner.LearnAll(x, costs, importance == 1 ? default : _importances, _scores);
        return Cheapest(_scores, costs);
    }

    /// <summary>Writes the regressors.</summary>
    public void Save(ModelWriter writer) => _learner.Save(writer);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static CostSensitiveOneAgainstAll Load(ModelReader reader) => new(LinearLearner.Load(reader));

    /// <inheritdoc/>
    public void Dispose() => _learner.Dispose();

    /// <summary>Smallest score among the choices whose cost is known (all, if none are given).</summary>
    private static int Cheapest(ReadOnlySpan<float> scores, ReadOnlySpan<float> costs)
    {
        int best = -1;
        for (int k = 0; k < scores.Length; k++)
        {
            if (!costs.IsEmpty && float.IsNaN(costs[k])) continue;
            if (best < 0 || scores[k] < scores[best]) best = k;
        }
        return Math.Max(best, 0);
    }

    private static LinearLearner Create(int choices, LinearOptions? options)
    {
        if (choices < 2) throw new ForageException($"{choices} choice(s); expected at least 2.");
        return new LinearLearner(options ?? new LinearOptions(), choices);
    }
}
