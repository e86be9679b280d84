namespace Forage.Training;

/// <summary>
/// Progressive validation: every example is predicted before it is learnt from, so the average of those losses is an honest estimate of the loss
/// on examples not seen (Blum, Kalai, Langford 1999). Holds the sums and, at weights 1, 2, 4, 8, …, tells how things stand.
/// </summary>
/// <param name="trace">Called whenever the weight has doubled; null for never.</param>
public sealed class ProgressiveTally(Action<ProgressiveRow>? trace)
{
    private double _next = 1, _weightBefore, _lossBefore;

    /// <summary>Examples with a label.</summary>
    public long Examples { get; private set; }

    /// <summary>Σ importance.</summary>
    public double Weight { get; private set; }

    /// <summary>Σ importance · loss.</summary>
    public double LossSum { get; private set; }

    /// <summary>Σ importance over predictions on the wrong side; NaN unless the task has sides.</summary>
    public double ErrorSum { get; private set; }

    /// <summary>Average loss; NaN before the first example.</summary>
    public double Loss => LossSum / Weight;

    /// <summary>Share of wrong predictions, by weight.</summary>
    public double Error => ErrorSum / Weight;

    /// <summary>Counts one prediction of a labelled example.</summary>
    public void Add(double loss, bool wrong, float importance, float label, float prediction)
    {
        Examples++;
        Weight += importance;
        LossSum += importance * loss;
        if (wrong) ErrorSum += importance;
        if (Weight >= _next) Trace(label, prediction);
    }

    private void Trace(float label, float prediction)
    {
        while (_next <= Weight) _next *= 2;
        if (trace is null) return;
        double since = Weight > _weightBefore ? (LossSum - _lossBefore) / (Weight - _weightBefore) : double.NaN;
        trace(new ProgressiveRow(Loss, since, Error, Examples, Weight, label, prediction));
        (_weightBefore, _lossBefore) = (Weight, LossSum);
    }
}

/// <summary>How learning stood when the weight had doubled.</summary>
/// <param name="Loss">Average progressive loss so far.</param>
/// <param name="LossSinceLast">Average progressive loss since the row before.</param>
/// <param name="Error">Share of wrong predictions so far.</param>
/// <param name="Examples">Labelled examples so far.</param>
/// <param name="Weight">Their weight.</param>
/// <param name="Label">Label of the last example.</param>
/// <param name="Prediction">Its prediction, made before learning from it.</param>
public readonly record struct ProgressiveRow(double Loss, double LossSinceLast, double Error, long Examples, double Weight, float Label, float Prediction);
