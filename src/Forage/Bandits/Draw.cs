namespace Forage.Bandits;

/// <summary>An action drawn and the probability it was drawn with, to be logged as it is.</summary>
/// <param name="Action">Number of the action in its decision.</param>
/// <param name="Probability">The probability it was sampled with, in (0, 1].</param>
public readonly record struct Draw(int Action, double Probability)
{
    /// <summary>True of an action that is forced and of which nothing is booked or learnt, whatever is reported: under budgets, after the planned number of decisions.</summary>
    public bool IsUncounted { get; init; }
}
