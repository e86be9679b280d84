namespace Forage.OffPolicy;

/// <summary>Which bets a comparison uses.</summary>
public enum BettingKind
{
    /// <summary>Fixed bets, mixed: mergeable; see <see cref="MixtureDifference"/>.</summary>
    Mixture,

    /// <summary>Bets that learn: usually the narrowest; see <see cref="PredictableDifference"/>.</summary>
    Predictable,

    /// <summary>Running sums: the cheapest; see <see cref="SumsDifference"/>.</summary>
    Sums,
}
