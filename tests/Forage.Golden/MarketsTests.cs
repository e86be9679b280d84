using System.Text;
using System.Text.Json;
using Forage.Features;

namespace Forage.Golden;

/// <summary>Markets as a user of the command line meets them.</summary>
public class MarketsTests
{
    [Fact]
    public void TheQuickReproductionMeetsWhatItMeasures()
    {
        var json = JsonDocument.Parse(CliRun.Of("reproduce markets --quick --json --quiet").Output).RootElement;
        var targets = json.GetProperty("targets").EnumerateArray().ToList();
        Assert.True(targets.Count >= 18);
        Assert.All(targets, t => Assert.True(t.GetProperty("met").GetBoolean(), t.ToString()));
        Assert.Contains(json.GetProperty("skipped").EnumerateArray(), s => s.GetProperty("why").GetString()!.Contains("--data"));
    }

    [Fact]
    public void RewardModelsTradeWhenAskedTo()
    {
        // Three contexts, three actions; the action of the context's number earns with probability 0.6, others with 0.2.
        using var folder = new WorkFolder();
        var rng = new Rng(2);
        var text = new StringBuilder();
        for (int i = 0; i < 2000; i++)
        {
            int x = rng.NextInt(3), a = rng.NextInt(3), r = rng.NextDouble() < (a == x ? 0.6 : 0.2) ? 1 : 0;
            text.Append($"{{\"context\":{{\"u\":{{\"kind\":\"k{x}\"}}}},\"actions\":3,\"chosen\":{a},\"p\":{1.0 / 3:R},\"reward\":{r}}}\n");
        }
        string log = folder.Write("log.jsonl", text.ToString());
        var policy = JsonDocument.Parse(CliRun.Of($"evaluate {log} --combine-models --json --quiet").Output).RootElement.GetProperty("policies")[0];
        double[] weights = [.. policy.GetProperty("rewardModels").EnumerateArray().Select(m => m.GetProperty("weight").GetDouble())];
        Assert.Equal(4, weights.Length);
        Assert.Equal(1, weights.Sum(), 6);
        Assert.True(weights[3] < 0.01, "means of the actions know nothing of the context");
        var robust = policy.GetProperty("estimators").EnumerateArray().Single(e => e.GetProperty("name").GetString() == "doubly robust");
        Assert.InRange(1.0 / 3, robust.GetProperty("lower").GetDouble() - 0.01, robust.GetProperty("upper").GetDouble() + 0.01); // of the uniform policy
        Assert.Contains("reward models, by weight at the end: regression", CliRun.Of($"evaluate {log} --combine-models --quiet").Output);
        Assert.DoesNotContain("reward models", CliRun.Of($"evaluate {log} --quiet").Output);
    }
}
