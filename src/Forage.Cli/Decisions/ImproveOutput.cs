using System.Text.Json.Serialization;
using Forage.Cli.Frame;
using Forage.Evaluation;
using Forage.OffPolicy;
using Forage.OffPolicy.Checking;

namespace Forage.Cli.Decisions;

/// <summary>An interval in JSON; values are rewards per decision (sums over a slate).</summary>
internal sealed record EstimateOutput(double Value, double Lower, double Upper)
{
    public static EstimateOutput Of(Estimate e) => new(e.Value, e.Lower, e.Upper);
}

/// <summary>A policy on a part of the log.</summary>
internal sealed record PolicyOutput(string Name, string Kind, EstimateOutput Value, double SelfNormalized, EstimateOutput? Difference, double MeanWeight, double LargestWeight, double EffectiveSampleSize, double Overlap, bool Chosen, double? TrueValue)
{
    public static PolicyOutput Of(string name, PolicyKind kind, PolicyAppraisal a, bool chosen, double? truth) => new(name, kind.ToString(), EstimateOutput.Of(a.Value), a.SelfNormalized,
        kind == PolicyKind.Logging ? null : EstimateOutput.Of(a.Difference), a.Weights.Mean, a.Weights.Largest, a.Weights.EffectiveSampleSize, a.Weights.Overlap, chosen, truth is { } t && !double.IsNaN(t) ? t : null);
}

/// <summary>A finding of the check.</summary>
internal sealed record FindingOutput(string Severity, string Code, string Sentence);

/// <summary>What <c>improve --json</c> prints.</summary>
internal sealed record ImproveOutput(string Log, string Sha256, long Decisions, int Actions, int SlateLength, string SlateWeights, double Confidence, int TrainedOn, int ChosenOn, int ConfirmedOn,
    IReadOnlyList<PolicyOutput> Candidates, IReadOnlyList<PolicyOutput> Confirmation, EstimateOutput? OverGreedy, string Chosen, bool IsBetter, string Summary, bool Interrupted,
    IReadOnlyList<FindingOutput> Findings, IReadOnlyList<string> Remarks, string? Model, string Report, string Command, ulong Seed, string Version)
{
    public static ImproveOutput Of(ImproveResult r, DecisionData data, LogCheckReport check, string? model, string report, Session session)
    {
        var confirmation = new List<PolicyOutput> { PolicyOutput.Of("logging policy", PolicyKind.Logging, r.LoggingConfirmed, false, r.Truth?.Logging) };
        if (r.GreedyConfirmed is { } g) confirmation.Add(PolicyOutput.Of("greedy logging policy", PolicyKind.GreedyLogging, g, r.Chosen.Kind == PolicyKind.GreedyLogging, r.Truth?.GreedyLogging));
        if (r.Chosen.Kind != PolicyKind.GreedyLogging) confirmation.Add(PolicyOutput.Of(r.Chosen.Name, r.Chosen.Kind, r.ChosenConfirmed, true, r.Truth?.Chosen));
        return new ImproveOutput(data.Path, data.Data.Sha256, data.Log.Count, data.Log.MaxActions, r.Scale.SlateLength, r.Weighting.ToString(), r.Options.Confidence, r.Parts.Train, r.Parts.Choose, r.Parts.Confirm,
            [.. r.Rows.Select(x => PolicyOutput.Of(x.Name, x.Kind, x.Appraisal, x == r.Chosen, x.Kind == PolicyKind.Logging ? r.Truth?.Logging : x.TrueValue))], confirmation,
            r.OverGreedy is { } o ? EstimateOutput.Of(o) : null, r.Chosen.Name, r.IsBetter, ImproveReport.Lead(r), r.Interrupted, [.. check.Findings.Select(f => new FindingOutput(f.Severity.ToString(), f.Code, f.Sentence))], r.Remarks, model, report, session.CommandText, session.Seed, ForageVersion.Text);
    }
}

/// <summary>Source-generated JSON of <c>improve</c>.</summary>
[JsonSerializable(typeof(ImproveOutput))]
internal sealed partial class ImproveJson : JsonSerializerContext
{
    public static ImproveJson Readable => field ??= new ImproveJson(JsonStyle.NewOptions());
}
