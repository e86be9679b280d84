namespace Forage.Evaluation;

/// <summary>How often and how long a learner goes through its data.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the data, at least 1.</summary>
    public int Passes { get; init; } = 1;

    /// <summary>
    /// Every this-many-th example is held out (never learnt from) when there are several passes, to tell when to stop; 0 holds out none.
    /// </summary>
    public int HoldoutPeriod { get; init; } = 10;

    /// <summary>Stop after this many passes without a better held-out loss; the best pass's model is the result.</summary>
    public int Patience { get; init; } = 3;

    /// <summary>True if examples are held out.</summary>
    public bool HoldsOut => Passes > 1 && HoldoutPeriod > 0;

    /// <summary>Checks the options.</summary>
    /// <exception cref="ForageException">The first that is out of range.</exception>
    public void Validate()
    {
        if (Passes < 1) throw new ForageException($"The number of passes is {Passes}; expected at least 1.");
        if (HoldoutPeriod < 0 || HoldoutPeriod == 1) throw new ForageException($"The hold-out period is {HoldoutPeriod}; expected 0 (hold out none) or 2 and more.");
        if (Patience < 1) throw new ForageException($"The patience is {Patience} passes; expected at least 1.");
    }
}
