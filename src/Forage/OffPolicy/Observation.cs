namespace Forage.OffPolicy;

/// <summary>
/// One logged decision seen through the eyes of a target policy: an importance weight and a reward for each position, and what a reward model
/// makes of it. A view of memory that belongs to its maker, valid until the maker's next decision.
/// </summary>
public readonly ref struct Observation
{
    /// <summary>A decision with a single position.</summary>
    public Observation(in double weight, in double reward, double direct = double.NaN, double doublyRobust = double.NaN)
        : this(new ReadOnlySpan<double>(in weight), new ReadOnlySpan<double>(in reward), direct, doublyRobust) { }

    /// <summary>A slate.</summary>
    public Observation(ReadOnlySpan<double> weights, ReadOnlySpan<double> rewards, double direct = double.NaN, double doublyRobust = double.NaN)
    {
        if (weights.Length != rewards.Length) throw new ArgumentException($"{weights.Length} weights but {rewards.Length} rewards.");
        Weights = weights;
        Rewards = rewards;
        Direct = direct;
        DoublyRobust = doublyRobust;
    }

    /// <summary>w_j ≥ 0 with E[w_j] = 1 and E[Σ_j w_j r_j] = V(π); truncated to a selection E[w_j] ≤ 1, and what π earns outside it is missing.</summary>
    public ReadOnlySpan<double> Weights { get; }

    /// <summary>Observed rewards r_j.</summary>
    public ReadOnlySpan<double> Rewards { get; }

    /// <summary>The reward model's value of π here, Σ_j E_π[r̂]; NaN without a model.</summary>
    public double Direct { get; }

    /// <summary>The doubly robust score of this decision; NaN without a model.</summary>
    public double DoublyRobust { get; }

    /// <summary>Σ_j w_j r_j: unbiased for V(π).</summary>
    public double WeightedReward
    {
        get
        {
            double sum = 0;
            for (int j = 0; j < Weights.Length; j++) sum += Weights[j] == 0 ? 0 : Weights[j] * Rewards[j];
            return sum;
        }
    }

    /// <summary>Mean of the positions' weights, with mean 1 under right propensities.</summary>
    public double MeanWeight
    {
        get
        {
            double sum = 0;
            foreach (double w in Weights) sum += w;
            return Weights.IsEmpty ? 0 : sum / Weights.Length;
        }
    }
}
