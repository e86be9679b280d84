namespace Forage.OffPolicy;

/// <summary>What an estimator says: a value, an interval that holds the truth with the confidence it was asked for, and how much it rests on.</summary>
/// <param name="Value">Point estimate, in units of reward per decision.</param>
/// <param name="Lower">Lower end of the interval.</param>
/// <param name="Upper">Upper end of the interval.</param>
/// <param name="Count">Number of decisions seen.</param>
/// <param name="EffectiveSampleSize">(Σw)²/Σw² of the importance weights used.</param>
public readonly record struct Estimate(double Value, double Lower, double Upper, long Count, double EffectiveSampleSize);
