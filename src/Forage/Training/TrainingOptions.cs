namespace Forage.Training;

/// <summary>How often the data are gone through and when to stop.</summary>
public sealed record TrainingOptions
{
    /// <summary>Most passes over the data, at least 1.</summary>
    public int Passes { get; init; } = 1;

    /// <summary>
    /// Every how manieth example is kept out of learning to tell when to stop; 0 for none; null for 10 with several passes and none with one.
    /// </summary>
    public int? HoldOutEvery { get; init; }

    /// <summary>Passes without a better held-out loss after which learning stops.</summary>
    public int Patience { get; init; } = 3;

    /// <summary>
    /// First pass whose weights are averaged, at least 2 (the first tells how long a pass is); 0 for never. From then on the model is the mean of the weights at <see cref="MomentsOfPass"/> evenly
    /// spaced moments of each pass, and held-out examples are judged by the mean so far.
    /// </summary>
    public int AverageFrom { get; init; }

    /// <summary>Moments of a pass at which weights are averaged.</summary>
    public const int MomentsOfPass = 8;

    /// <summary><see cref="HoldOutEvery"/> with its default filled in.</summary>
    public int EffectiveHoldOut => HoldOutEvery ?? (Passes > 1 ? 10 : 0);

    /// <summary>Checks every option.</summary>
    public void Validate()
    {
        if (Passes < 1) throw new ForageException($"The number of passes is {Passes}; expected at least 1.");
        if (HoldOutEvery is < 0 or 1) throw new ForageException($"Every {HoldOutEvery}th example cannot be held out; expected 0 (none) or at least 2.");
        if (Patience < 1) throw new ForageException($"The patience is {Patience}; expected at least 1 pass.");
        if (AverageFrom is < 0 or 1 || AverageFrom > Passes) throw new ForageException($"Weights cannot be averaged from pass {AverageFrom} on; expected 2 to the number of passes, {Passes}, or 0 for never.");
    }
}
