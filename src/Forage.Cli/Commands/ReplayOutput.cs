using System.Text.Json.Serialization;
using Forage.Cli.Frame;
using Forage.Evaluation;
using Forage.Simulation;

namespace Forage.Cli.Commands;

/// <summary>What <c>simulate bandit</c> tells.</summary>
internal sealed record ReplayOutput(string File, string Sha256, long Rounds, int Actions, int Seeds, IReadOnlyList<ReplayRow> Explorers, IReadOnlyList<ReplayRow> Settings, string? Report, string Command, ulong Seed, string Version)
{
    public static ReplayOutput Of(string path, ReportData data, int actions, IReadOnlyList<BanditStanding> all, IReadOnlyList<BanditStanding> best, int seeds, string? report, Session session)
    {
        double? reference = best[0].Contestant.Supervised ? best[0].Loss : null;
        return new ReplayOutput(path, data.Sha256, best[0].Plays[0].Rounds, actions, seeds,
            [.. best.Select(Row)], [.. all.Select(Row)], report, session.CommandText, session.Seed, ForageVersion.Text);

        ReplayRow Row(BanditStanding s) => new(s.Contestant.Name, s.Loss, s.StandardError, s.Loss / reference, double.IsNaN(s.Rate) ? null : s.Rate);
    }
}

/// <summary>One explorer at one learning rate.</summary>
internal sealed record ReplayRow(string Name, double Loss, double StandardError, double? OfSupervised, double? Rate);

/// <summary>Source-generated JSON of <c>simulate bandit</c>.</summary>
[JsonSerializable(typeof(ReplayOutput))]
internal sealed partial class ReplayJson : JsonSerializerContext
{
    public static ReplayJson Readable => field ??= new ReplayJson(JsonStyle.NewOptions());
}
