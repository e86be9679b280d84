using Forage.Bandits.Taming;

namespace Forage.Cli.Reproductions.TamingCurves;

/// <summary>Constants to measure with.</summary>
/// <param name="Id">Stable name.</param>
/// <param name="Name">Its name in tables.</param>
/// <param name="Options">The constants.</param>
/// <param name="Rounds">Rounds of a full run.</param>
/// <param name="QuickRounds">Rounds of a quick run.</param>
/// <param name="Promised">True if slopes are promised for it.</param>
internal sealed record TamingSetting(string Id, string Name, TamingOptions Options, int Rounds, int QuickRounds, bool Promised)
{
    private static readonly TamingOptions s_used = new() { MuScale = 0.1 };

    /// <summary>All of them. The paper's constants are there to show why others are used: at ψ = 100 nothing is exploited yet.</summary>
    public static readonly TamingSetting[] All =
    [
        new("doubling-1", "doubling, ψ = 1", s_used with { Schedule = EpochSchedule.Doubling, Psi = 1 }, 1 << 22, 1 << 19, true),
        new("doubling-0.3", "doubling, ψ = 0.3", s_used with { Schedule = EpochSchedule.Doubling, Psi = 0.3 }, 1 << 22, 1 << 19, true),
        new("squares-1", "m², warm, ψ = 1", s_used with { Schedule = EpochSchedule.Squares, Psi = 1 }, 1 << 22, 1 << 19, true),
        new("squares-0.3", "m², warm, ψ = 0.3", s_used with { Schedule = EpochSchedule.Squares, Psi = 0.3 }, 1 << 22, 1 << 19, true),
        new("every-round", "every round, ψ = 1", s_used with { Schedule = EpochSchedule.EveryRound, Psi = 1 }, 1 << 15, 1 << 12, false),
        new("paper", "the paper's constants, m²", new() { Schedule = EpochSchedule.Squares }, 1 << 22, 1 << 19, false),
    ];
}
