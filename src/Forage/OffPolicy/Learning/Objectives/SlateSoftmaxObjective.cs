namespace Forage.OffPolicy.Learning.Objectives;

/// <summary>
/// Objectives that look at a slate position by position through the softmax q_j over what is left of Φ(x): J = Σ_j F(ln q_j(y_j); ρ_j, r_j), maximised. What
/// distinguishes them is F. Actions shown outside Φ(x) teach nothing.
/// </summary>
public abstract class SlateSoftmaxObjective : ISlateObjective
{
    /// <inheritdoc/>
    public bool ShownOnly => false;

    /// <inheritdoc/>
    public virtual bool NeedsPrediction => false;

    /// <summary>F and its slope dF/d ln q at one position.</summary>
    /// <param name="logQ">ln q_j(y_j).</param>
    /// <param name="logPropensity">ln ρ_j.</param>
    /// <param name="reward">r_j.</param>
    protected abstract (double Value, double Slope) Position(double logQ, double logPropensity, double reward);

    /// <inheritdoc/>
    public virtual double Gradient(scoped in ScoredDecision decision, scoped Span<float> gradients)
    {
        int length = decision.Length;
        Span<double> logQ = stackalloc double[length], masses = stackalloc double[length], slopes = stackalloc double[length];
        bool quick = SlateSoftmax.Begin(decision.Scores, decision.Places, gradients, masses, logQ);
        if (!quick) SlateSoftmax.Careful(decision.Scores, decision.Places, logQ);
        double total = 0;
        for (int j = 0; j < length; j++)
        {
            if (decision.Places[j] < 0) continue;
            (double value, slopes[j]) = Position(logQ[j], decision.LogPropensities[j], decision.Rewards[j]);
            total += value;
        }
        if (quick) SlateSoftmax.Finish(decision.Places, slopes, masses, gradients);
        else SlateSoftmax.FinishCareful(decision.Scores, decision.Places, slopes, gradients);
        return -total;
    }
}
