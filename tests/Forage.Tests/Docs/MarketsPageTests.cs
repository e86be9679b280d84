using Forage.Features;
using Forage.Markets;
using Forage.Markets.Learning;
using Forage.Tests.Architecture;

namespace Forage.Tests.Docs;

/// <summary>The code of docs/markets.md is this code.</summary>
public class MarketsPageTests
{
    [Fact]
    public void The_example_runs()
    {
        // begin of the example
        // Three predictors of three outcomes, combined online.
        var ensemble = new MarketEnsemble(predictors: 3, outcomes: 3);
        double[] said = [0.7, 0.2, 0.1, /**/ 0.5, 0.3, 0.2, /**/ 0.1, 0.1, 0.8], combined = new double[3];
        ensemble.Predict(said, combined);
        double loss = ensemble.Observe(outcome: 0);                        // ln(1/combined[0])
        bool holds = ensemble.LogLoss <= ensemble.Guarantee;               // min over i of L_i + ln(1/w_i), at every time

        // A million traders of fixed beliefs in one repeated event.
        var rng = new Rng(1);
        double[] beliefs = new double[1_000_000];
        for (int i = 0; i < beliefs.Length; i++) beliefs[i] = rng.NextDouble();
        var market = new FixedBeliefMarket(beliefs);
        market.Run(rounds: 20, (round, price) => round % 3 == 0, prices: default, threads: 2);
        double price = market.Price, posterior = new BetaPosterior(market.Successes, market.Rounds - market.Successes).Mean;
        // end of the example
        Assert.True(holds);
        Assert.Equal(-Math.Log(1.3 / 3), loss, 1e-5);
        Assert.Equal(posterior, price, 1e-3);
    }

    [Fact]
    public void The_page_shows_this_code()
    {
        string[] source = SourceTree.Lines("tests/Forage.Tests/Docs/MarketsPageTests.cs");
        int begin = Array.FindIndex(source, l => l.Trim() == "// begin of the example"), end = Array.FindIndex(source, l => l.Trim() == "// end of the example");
        string usings = string.Join(' ', source.Where(l => l.StartsWith("using Forage.", StringComparison.Ordinal) && !l.Contains(".Tests", StringComparison.Ordinal)));
        string code = string.Join('\n', source[(begin + 1)..end].Select(l => l.Trim()));
        Assert.Contains("```csharp\n" + usings + "\n\n" + code + "\n```", string.Join('\n', SourceTree.Lines("docs/markets.md")));
    }
}
