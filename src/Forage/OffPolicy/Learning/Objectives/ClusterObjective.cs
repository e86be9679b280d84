using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy.Learning.Objectives;

/// <summary>
/// Value inside Φ(x) whose importance weights are those of clusters: J = Σ_j [Σ_{y ∈ A_j} q_j(y) r̂(y) + w_j (r_j - r̂(y_j))], w_j = Q_j(c)/P_j(c), c the cluster of y_j,
/// Q_j(c) = Σ_{y ∈ c ∩ A_j} q_j(y) the policy's mass of it and P_j(c) = Σ_{y ∈ c ∩ A_j} ρ_j(y) the logging policy's. Right if r̂ gets the differences within a cluster
/// right, whatever it makes of the clusters; weights are far smaller than those of single actions. Above the cap M they go on logarithmically, as in
/// <see cref="SelectiveObjective"/>. Clusters of one action each make it <see cref="DoublyRobustObjective"/>.
/// </summary>
/// <remarks>
/// dJ/ds_y = Σ_j [q_j(y) (r̂(y) - Σ_z q_j(z) r̂(z)) + w_j (r_j - r̂(y_j)) q_j(y) (1{y ∈ c}/Q_j(c) - 1)]. With s = f(x, c(y)) + h(x, y), h fixed, it is the policy gradient of POTEC's
/// first stage, (r - r̂) Q/P ∇ ln Q + E_Q[E_{y|c} r̂ ∇ ln Q]. r̂ and h must not have seen the decision. Saito, Yao, Joachims 2024, POTEC, Eq. 10; Saito, Ren, Joachims 2023, OffCEM.
/// </remarks>
/// <param name="cap">M &gt; 0.</param>
public sealed class ClusterObjective(double cap = double.PositiveInfinity) : ISlateObjective
{
    /// <summary>M.</summary>
    public double Cap { get; } = cap > 0 ? cap : throw ObjectiveThrow.Wrong($"The cap on weights is {cap}; expected a positive number.");

    /// <inheritdoc/>
    public bool ShownOnly => false;

    /// <inheritdoc/>
    public bool NeedsPrediction => true;

    /// <inheritdoc/>
    public bool NeedsClusters => true;

    /// <inheritdoc/>
    public double Gradient(scoped in ScoredDecision decision, scoped Span<float> gradients)
    {
        gradients.Clear();
        double value = 0, logCap = Math.Log(Cap);
        for (int j = 0; j < decision.Length; j++)
        {
            var placed = decision.Places[..j];
            double logSum = SlateSoftmax.LogSum(decision.Scores, placed), mean = 0, slope = 0, shareOfCluster = 0;
            if (double.IsNegativeInfinity(logSum)) break; // nothing is left of Φ
            for (int y = 0; y < decision.Scores.Length; y++)
                if (!placed.Contains(y)) mean += Math.Exp(decision.Scores[y] - logSum) * decision.Predicted[y];
            value += mean;
            int place = decision.Places[j], cluster = place < 0 ? -1 : decision.Clusters[place];
            if (place >= 0)
            {
                double gain = decision.Rewards[j] - decision.Predicted[place], logWeight = LogWeight(decision, j, cluster, logSum, out double logMass);
                bool over = logWeight > logCap;
                slope = gain * (over ? Cap : Math.Exp(logWeight));
                value += over ? gain * Cap * (1 + logWeight - logCap) : slope;
                shareOfCluster = Math.Exp(-logMass);
            }
            for (int y = 0; y < decision.Scores.Length; y++)
            {
                if (placed.Contains(y)) continue;
                double q = Math.Exp(decision.Scores[y] - logSum), toCluster = decision.Clusters[y] == cluster ? slope * shareOfCluster : 0;
                gradients[y] -= (float)(q * (decision.Predicted[y] - mean - slope + toCluster));
            }
        }
        return -value;
    }

    // ln Q_j(c) - ln P_j(c): sums relative to the action shown, P_j(c) = ρ_j(y_j) Σ ρ(y)/ρ(y_j), so that neither overflows nor needs what is outside Φ.
    private static double LogWeight(scoped in ScoredDecision decision, int j, int cluster, double logSum, out double logMass)
    {
        int place = decision.Places[j];
        double mass = 0, prior = 0, top = double.NegativeInfinity;
        for (int y = 0; y < decision.Scores.Length; y++)
            if (decision.Clusters[y] == cluster && !decision.Places[..j].Contains(y)) top = Math.Max(top, decision.Scores[y]);
        for (int y = 0; y < decision.Scores.Length; y++)
        {
            if (decision.Clusters[y] != cluster || decision.Places[..j].Contains(y)) continue;
            mass += Math.Exp(decision.Scores[y] - top);
            prior += Math.Exp((double)decision.LogPrior[y] - decision.LogPrior[place]);
        }
        logMass = Math.Min(0, top + Math.Log(mass) - logSum);
        return logMass - decision.LogPropensities[j] - Math.Log(prior);
    }
}
