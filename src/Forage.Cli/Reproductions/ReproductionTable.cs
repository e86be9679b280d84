using Forage.Cli.Reproductions.Elimination;
using Forage.Cli.Reproductions.Foundation;
using Forage.Cli.Reproductions.Knapsacks;
using Forage.Cli.Reproductions.LomTree;
using Forage.Cli.Reproductions.Markets;
using Forage.Cli.Reproductions.Poxm;
using Forage.Cli.Reproductions.Quanting;
using Forage.Cli.Reproductions.Search;
using Forage.Cli.Reproductions.Taming;
using Forage.Cli.Reproductions.TamingCurves;

namespace Forage.Cli.Reproductions;

/// <summary>The reproductions there are.</summary>
internal static class ReproductionTable
{
    /// <summary>All of them, in the order of the help.</summary>
    public static readonly IReproduction[] All =
    [
        new FoundationReproduction(), new PoxmReproduction(), new TamingReproduction(), new TamingCurvesReproduction(), new EliminationReproduction(), new MarketsReproduction(), new KnapsacksReproduction(),
        new LomTreeReproduction(), new QuantingReproduction(), new SearchReproduction(),
    ];

    /// <summary>The one of a name, or null.</summary>
    public static IReproduction? Find(string name) => Array.Find(All, r => r.Name == name);
}
