namespace Forage.Evaluation;

/// <summary>
/// Progressive validation: the average loss of predictions each made before its example was learnt from (Blum, Kalai, Langford 1999), weighted by
/// importance, and the share of wrong signs where labels are ±1.
/// </summary>
public struct ProgressiveLoss
{
    /// <summary>Number of examples.</summary>
    public long Examples { readonly get; private set; }

    /// <summary>Σ importance.</summary>
    public double Weight { readonly get; private set; }

    /// <summary>Σ importance · loss.</summary>
    public double LossSum { readonly get; private set; }

    /// <summary>Σ importance of examples whose sign (or class) was wrong.</summary>
    public double ErrorWeight { readonly get; private set; }

    /// <summary>LossSum / Weight; NaN before the first example.</summary>
    public readonly double AverageLoss => LossSum / Weight;

    /// <summary>ErrorWeight / Weight; NaN before the first example.</summary>
    public readonly double ErrorRate => ErrorWeight / Weight;

    /// <summary>Adds one prediction's loss.</summary>
    public void Add(double loss, bool isError, double importance)
    {
        Examples++;
        Weight += importance;
        LossSum += importance * loss;
        if (isError) ErrorWeight += importance;
    }

    /// <summary>What came since <paramref name="earlier"/>.</summary>
    public readonly ProgressiveLoss Since(ProgressiveLoss earlier) => new()
    {
        Examples = Examples - earlier.Examples,
        Weight = Weight - earlier.Weight,
        LossSum = LossSum - earlier.LossSum,
        ErrorWeight = ErrorWeight - earlier.ErrorWeight,
    };
}
