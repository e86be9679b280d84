namespace Forage.OffPolicy;

/// <summary>One position of a logged slate.</summary>
/// <param name="Action">The action shown, 0-based: an index into the decision's actions.</param>
/// <param name="LogPropensity">
/// Natural logarithm of the <em>conditional</em> propensity ρ(y_j | x, y_1..y_{j-1}): the probability with which this action was drawn at
/// this position given those already placed. <see cref="double.NaN"/> when the log does not say.
/// </param>
/// <param name="Reward">Observed reward of this position.</param>
public readonly record struct LoggedAction(int Action, double LogPropensity, double Reward)
{
    /// <summary>exp of <see cref="LogPropensity"/>, in (0, 1].</summary>
    public double Propensity => Math.Exp(LogPropensity);
}
