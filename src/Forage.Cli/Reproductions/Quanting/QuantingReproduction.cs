namespace Forage.Cli.Reproductions.Quanting;

/// <summary>
/// "Predicting Conditional Quantiles via Reduction to Classification" (Langford, Oliveira, Zadrozny 2006): its comparison of Quanting with linear and kernel quantile regression on two of its sets and two more, Figure 2, speed and calibration; R's
/// quantreg and kernlab beside ours where Rscript is on PATH.
/// </summary>
internal sealed class QuantingReproduction : IReproduction
{
    public string Name => "quanting";

    public string Summary => "quantiles by classification: losses and coverage on four sets beside linear and kernel regression, Figure 2";

    public ReproduceResult Run(ReproduceContext context)
    {
        var result = context.Begin(Name);
        var cells = new List<QuantingCell>();
        foreach (var set in QuantingSet.All)
        {
            if (set.Load(context, result) is not { } data)
            {
                QuantingTargets.Skip(set, result);
                continue;
            }
            var own = QuantingTable.Measure(context, data, result);
            cells.AddRange(own);
            QuantingR.Run(context, data, result);
            if (set.Figure) QuantingFigure.Measure(context, data, own, result);
            if (set.Speed)
            {
                QuantingSpeed.Measure(context, data, result);
                QuantingCalibration.Measure(context, data, result);
            }
        }
        QuantingTargets.Add(cells, result);
        return result;
    }
}
