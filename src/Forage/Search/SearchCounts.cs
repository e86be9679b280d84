namespace Forage.Search;

/// <summary>What learning did, counted.</summary>
public record struct SearchCounts
{
    /// <summary>Inputs learnt from.</summary>
    public long Examples { get; set; }

    /// <summary>Steps of their roll-ins.</summary>
    public long Steps { get; set; }

    /// <summary>Times a program was run.</summary>
    public long Runs { get; set; }

    /// <summary>Predictions that were computed.</summary>
    public long Predictions { get; set; }

    /// <summary>Predictions that were remembered.</summary>
    public long Remembered { get; set; }

    /// <summary>Deviations that began at a snapshot.</summary>
    public long Jumps { get; set; }

    /// <summary>Deviations that ended at a state seen before.</summary>
    public long FastForwards { get; set; }

    /// <summary>Runs that only checked.</summary>
    public long Checks { get; set; }

    /// <summary>Cost-sensitive examples learnt from after their input.</summary>
    public long Updates { get; set; }

    /// <summary>Loss of all roll-ins.</summary>
    public double RollInLoss { get; set; }

    /// <summary>Both together.</summary>
    public static SearchCounts operator +(SearchCounts a, SearchCounts b) => new()
    {
        Examples = a.Examples + b.Examples,
        Steps = a.Steps + b.Steps,
        Runs = a.Runs + b.Runs,
        Predictions = a.Predictions + b.Predictions,
        Remembered = a.Remembered + b.Remembered,
        Jumps = a.Jumps + b.Jumps,
        FastForwards = a.FastForwards + b.FastForwards,
        Checks = a.Checks + b.Checks,
        Updates = a.Updates + b.Updates,
        RollInLoss = a.RollInLoss + b.RollInLoss,
    };
}
