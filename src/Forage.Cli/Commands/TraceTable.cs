using System.Globalization;
using Forage.Cli.Frame;
using Forage.Training;

namespace Forage.Cli.Commands;

/// <summary>The table of progressive losses that <c>learn</c> prints on standard error as it goes, a row whenever the weight has doubled.</summary>
internal sealed class TraceTable(ProgressMeter meter, ModelRecipe recipe)
{
    private readonly bool _classify = recipe.Task != TaskKind.Regress, _named = recipe.Task is TaskKind.Multiclass or TaskKind.Multilabel;
    private bool _begun;

    public void Write(in ProgressiveRow row)
    {
        if (!_begun) meter.WriteLine($"{"loss",-10} {"since last",-10} {(_classify ? $"{"error",-8} " : "")}{"examples",12} {"weight",12} {"label",9} {"predicted",10}");
        _begun = true;
        string error = _classify ? $"{Format(row.Total.ErrorRate, "F4"),-8} " : "";
        meter.WriteLine($"{Format(row.Total.AverageLoss, "F6"),-10} {Format(row.SinceLast.AverageLoss, "F6"),-10} {error}{row.Total.Examples,12} {Format(row.Total.Weight, "0.#"),12} {Shown(row.Label, "G5"),9} {Shown(row.Prediction, "F4"),10}");
    }

    /// <summary>A class by its name, else a number.</summary>
    private string Shown(float v, string format) => _named && float.IsFinite(v) ? recipe.NameOfClass((int)v) : Format(v, format);

    private static string Format(double v, string format) => v.ToString(format, CultureInfo.InvariantCulture);
}
