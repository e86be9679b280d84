using Forage.Bandits;
using Forage.Bandits.Taming;
using Forage.Features;
using Forage.Simulation.Finite;
using Forage.Tests.Architecture;

namespace Forage.Tests.Docs;

/// <summary>The code of docs/taming.md is this code.</summary>
public class TamingPageTests
{
    [Fact]
    public void The_example_runs()
    {
        // begin of the example
        var policies = PolicyTable.All(actions: 3, contexts: 4);              // or your own table, N × contexts
        var oracle = new FiniteClassOracle(policies);
        var bandit = new Ilovetoconbandits(oracle, new TamingOptions { Psi = 1, MuScale = 0.1 });
        var rng = new Rng(1);
        var world = FiniteWorld.Random(contexts: 4, actions: 3, ref rng);
        var play = new FinitePlay(world, bandit, world.BestActions(policies), new Rng(2));
        double regret = play.Until(20_000).Regret;                            // known exactly, for the world is known
        foreach (var (policy, weight) in bandit.Weights) { /* the distribution over policies in use */ }
        // end of the example
        Assert.InRange(regret, 1, 0.1 * 20_000);
        Assert.Equal(bandit.LastEpoch.Mass, bandit.Weights.Sum(w => w.Weight), 1e-9);
    }

    [Fact]
    public void The_page_shows_this_code()
    {
        string[] source = SourceTree.Lines("tests/Forage.Tests/Docs/TamingPageTests.cs");
        int begin = Array.FindIndex(source, l => l.Trim() == "// begin of the example"), end = Array.FindIndex(source, l => l.Trim() == "// end of the example");
        string usings = string.Join(' ', source.Where(l => l.StartsWith("using Forage.", StringComparison.Ordinal) && !l.Contains(".Tests", StringComparison.Ordinal)));
        string code = string.Join('\n', source[(begin + 1)..end].Select(l => l.Trim()));
        Assert.Contains("```csharp\n" + usings + "\n\n" + code + "\n```", string.Join('\n', SourceTree.Lines("docs/taming.md")));
    }
}
