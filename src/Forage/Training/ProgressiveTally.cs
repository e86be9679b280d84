using Forage.Evaluation;

namespace Forage.Training;

/// <summary>A <see cref="ProgressiveLoss"/> that tells how things stand whenever the weight has doubled: at 1, 2, 4, 8, ….</summary>
/// <param name="trace">Told; null for nobody.</param>
public sealed class ProgressiveTally(Action<ProgressiveRow>? trace)
{
    private double _next = 1;
    private ProgressiveLoss _total, _before;

    /// <summary>The sums so far.</summary>
    public ProgressiveLoss Total => _total;

    /// <summary>Counts one prediction of a labelled example.</summary>
    public void Add(in Judged judged)
    {
        _total.Add(judged.Loss, judged.Wrong, judged.Importance);
        if (_total.Weight >= _next) Trace(judged.Label, judged.Prediction);
    }

    private void Trace(float label, float prediction)
    {
        while (_next <= _total.Weight) _next *= 2;
        trace?.Invoke(new ProgressiveRow(_total, _total.Since(_before), label, prediction));
        _before = _total;
    }
}

/// <summary>How learning stood when the weight had doubled.</summary>
/// <param name="Total">Progressive loss so far.</param>
/// <param name="SinceLast">Progressive loss since the row before.</param>
/// <param name="Label">Label of the last example.</param>
/// <param name="Prediction">Its prediction, made before learning from it.</param>
public readonly record struct ProgressiveRow(ProgressiveLoss Total, ProgressiveLoss SinceLast, float Label, float Prediction);
