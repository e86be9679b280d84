using Forage.Features;
using Forage.Linear;
using Forage.Oracles;
using Forage.Persistence;

namespace Forage.Multiclass;

/// <summary>
/// Weighted all pairs: for each pair i &lt; j a classifier tells which of the two is cheaper, learnt with importance |v_i - v_j|,
/// v_i = ∫_0^{c_i} dt / #{k : c_k ≤ t} over costs shifted so that the least is 0; the choice that wins most pairs is taken, ties going to the smaller
/// number. A classification regret ε becomes a cost regret of at most 2ε (Beygelzimer, Langford, Zadrozny 2005). K (K - 1)/2 slots: for few choices.
/// </summary>
public sealed class WeightedAllPairs : ICostSensitive, IDisposable
{
    private readonly LinearLearner _learner;
    private readonly float[] _targets, _importances, _scores, _values;
    private readonly int[] _order, _votes;

    /// <summary>A learner of <paramref name="choices"/> choices, at least 2.</summary>
    /// <exception cref="ForageException">Fewer than two choices, or a bad option.</exception>
    public WeightedAllPairs(int choices, LinearOptions? options = null)
        : this(choices < 2 ? throw new ForageException($"{choices} choice(s); expected at least 2.")
            : new LinearLearner(options ?? new LinearOptions { Loss = LossKind.Logistic }, Pairs(choices)), choices)
    { }

    private WeightedAllPairs(LinearLearner learner, int choices)
    {
        (_learner, Choices) = (learner, choices);
        (_targets, _importances, _scores) = (new float[Pairs(choices)], new float[Pairs(choices)], new float[Pairs(choices)]);
        (_values, _order, _votes) = (new float[choices], new int[choices], new int[choices]);
    }

    /// <inheritdoc/>
    public int Choices { get; }

    /// <summary>The classifiers; pair (i, j), i &lt; j, has slot i (2K - i - 1)/2 + j - i - 1.</summary>
    public LinearLearner Learner => _learner;

    /// <inheritdoc/>
    public int Predict(in FeatureRow x)
    {
        _learner.PredictAll(x, _scores);
        return MostVotes(default);
    }

    /// <inheritdoc/>
    public int Learn(in FeatureRow x, ReadOnlySpan<float> costs, float importance = 1)
    {
        if (costs.Length != Choices) throw new ForageException($"{costs.Length} costs; expected {Choices}.");
        Transform(costs);
        int slot = 0;
        for (int i = 0; i < Choices; i++)
        {
            for (int j = i + 1; j < Choices; j++, slot++)
            {
                float difference = _values[j] - _values[i];
                bool known = !float.IsNaN(difference) && difference != 0;
                _targets[slot] = known ? MathF.Sign(difference) : float.NaN;
                _importances[slot] = known ? importance * MathF.Abs(difference) : 0;
            }
        }
        _learner.LearnAll(x, _targets, _importances, _scores);
        return MostVotes(costs);
    }

    /// <summary>Writes the classifiers.</summary>
    public void Save(ModelWriter writer)
    {
        writer.BeginChunk("PAIR", 1);
        writer.Write(Choices);
        writer.EndChunk();
        _learner.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static WeightedAllPairs Load(ModelReader reader)
    {
        reader.BeginChunk("PAIR", 1);
        int choices = reader.ReadInt32();
        reader.EndChunk();
        return new WeightedAllPairs(LinearLearner.Load(reader), choices);
    }

    /// <inheritdoc/>
    public void Dispose() => _learner.Dispose();

    /// <summary>v_i: costs in rising order, each step from one to the next divided by how many are not above the lower one.</summary>
    internal void Transform(ReadOnlySpan<float> costs)
    {
        int known = 0;
        for (int k = 0; k < Choices; k++)
        {
            _values[k] = float.NaN;
            if (float.IsNaN(costs[k])) continue;
            int at = known++;
            for (; at > 0 && costs[_order[at - 1]] > costs[k]; at--) _order[at] = _order[at - 1];
            _order[at] = k;
        }
        float v = 0;
        for (int r = 0; r < known; r++)
        {
            if (r > 0) v += (costs[_order[r]] - costs[_order[r - 1]]) / r;
            _values[_order[r]] = v;
        }
    }

    internal ReadOnlySpan<float> Values => _values;

    private int MostVotes(ReadOnlySpan<float> costs)
    {
        Array.Clear(_votes);
        int slot = 0;
        for (int i = 0; i < Choices; i++)
            for (int j = i + 1; j < Choices; j++, slot++) _votes[_scores[slot] >= 0 ? i : j]++;
        int best = -1;
        for (int k = 0; k < Choices; k++)
        {
            if (!costs.IsEmpty && float.IsNaN(costs[k])) continue;
            if (best < 0 || _votes[k] > _votes[best]) best = k;
        }
        return Math.Max(best, 0);
    }

    private static int Pairs(int choices) => checked(choices * (choices - 1) / 2);
}
