using System.Globalization;
using Forage.OffPolicy;
using Forage.OffPolicy.Selective;
using Forage.Tests.Architecture;
using Forage.Tests.OffPolicy;
using Forage.Tests.OffPolicy.Selective;

namespace Forage.Tests.Docs;

/// <summary>The numbers of docs/selective.md are these, exact to the digits shown, and its code is this code.</summary>
public class SelectivePageTests
{
    private static readonly string Page = string.Join('\n', SourceTree.Lines("docs/selective.md"));

    [Fact]
    public void WhereTheRenormalisedWeightBreaksTheBound()
    {
        foreach (int[] selected in (int[][])[[0, 1, 2], [0, 1], [0]])
        {
            var world = new TinyWorld
            {
                Logging = [[.4, .3, .2, .1]],
                Target = [[.2, .1, .4, .3]],
                Means = [[.9, .5, 0, 0]],
                Squares = [[.9, .5, 0, 0]], // 0/1 rewards
                Relevant = [[0, 1]],
                Selected = [selected],
            };
            double truth = world.Value(world.Target), kappa = world.Overlap().Kappa;
            var (truncated, renormalised) = (Options(SelectionWeight.Truncated), Options(SelectionWeight.Renormalized));
            double inside = world.Exact(truncated).Means[0], elsewhere = world.Exact(renormalised).Means[0];
            Assert.True(Math.Abs(inside - truth) <= kappa + 1e-12 && Math.Abs(elsewhere - truth) > kappa + 0.05);
            Shows($"| {{{string.Join(", ", selected)}}} | {Text(kappa, 1)} | {Text(inside, 3)} | {Text(inside - truth, 3)} | {Text(elsewhere, 3)} | {Text(elsewhere - truth, 3)} | {Text(Error(new()), 4)} | {Text(Error(truncated), 4)} | {Text(Error(renormalised), 4)} |");

            PolicyWeigherOptions Options(SelectionWeight weight) => new() { Selector = world.Phi, Selection = weight };
            double Error(PolicyWeigherOptions options) => world.MeanSquaredError(options, 100);
        }
        var (bias, error) = TheoremTests.RenormalisedViolations;
        Shows($"{100 * bias:0} % of 1,500 random worlds");
        Shows($"mean squared error (Eq. 9 without its last term) in {100 * error:0} %");
    }

    [Fact]
    public void WhereThePrunedPrefixBiasesASlatesValue()
    {
        var world = new TinyWorld
        {
            Logging = [[.25, .25, .25, .25]],
            Target = [[.85, .05, .05, .05]],
            Means = [[1, .5, 0, 0]],
            Squares = [[1, .5, 0, 0]],
            Relevant = [[0, 1]],
            Selected = [[0, 1, 2]],
        };
        double truth = world.Value(world.Target, 3);
        Row("full prefix", new(), biased: false);
        Row("inclusion", new() { Slates = SlateWeighting.Inclusion }, biased: false);
        Row("pruned prefix", new() { Slates = SlateWeighting.Pruned }, biased: true);
        Row("Eq. 10: pruned, renormalised to {0, 1, 2}", new() { Slates = SlateWeighting.Pruned, Selector = world.Phi, Selection = SelectionWeight.Renormalized }, biased: true);

        void Row(string name, PolicyWeigherOptions options, bool biased)
        {
            double[] means = world.Exact(options, 3).Means;
            Assert.Equal(biased, Math.Abs(means.Sum() - truth) > 0.1);
            if (!biased) Assert.Equal(truth, means.Sum(), 1e-9);
            Shows($"| {name} | {Text(means[0], 4)} | {Text(means[1], 4)} | {Text(means[2], 4)} | {Text(means.Sum(), 4)} |");
        }
    }

    [Fact]
    public void TheCodeOfThePageRuns()
    {
        string[] source = SourceTree.Lines("tests/Forage.Tests/Docs/SelectivePageTests.cs");
        int begin = Array.FindIndex(source, l => l.Trim() == "// begin of the example"), end = Array.FindIndex(source, l => l.Trim() == "// end of the example");
        string usings = string.Join(' ', source.Where(l => l.StartsWith("using Forage.", StringComparison.Ordinal) && !l.Contains(".Tests", StringComparison.Ordinal)));
        Shows("```csharp\n" + usings + "\n\n" + string.Join('\n', source[(begin + 1)..end].Select(l => l.Length > 8 ? l[8..] : l.Trim())) + "\n```");
        var world = new TabularWorld(3, 6, 5);
        var rng = new Forage.Features.Rng(2);
        var log = Enumerable.Range(0, 3000).Select(_ => world.Draw(ref rng, 2)).ToArray();
        var (value, outside, reason) = Example(world.Target, log);
        Assert.InRange(value, 0.5 * world.Truth(world.Target, 2), 1.02 * world.Truth(world.Target, 2));
        Assert.InRange(outside, 0.001, 1);
        Assert.Null(reason);
    }

    private static (double, double, string?) Example(IPolicy policy, (LoggedDecision, int)[] log)
    {
        // begin of the example
        var phi = new TopActions(new LoggingPolicy(), 4);       // Φ_p of a log that holds its distributions
        var inside = new PolicyWeigher(policy, new() { Slates = SlateWeighting.Inclusion, Selector = phi });
        var restricted = new PolicyWeigher(policy, new() { Slates = SlateWeighting.Pruned, Selector = phi, Selection = SelectionWeight.Renormalized });
        var (ips, snips, weights) = (new IpsEstimator(), new SnipsEstimator(), new SlateWeightStatistics());
        var overlap = new SelectionOverlap(policy, phi, slateLength: 2);
        foreach (var (decision, number) in log)                  // its number in the log: FixedActions go by it
        {
            ips.Add(inside.Weigh(decision, number));             // what π earns inside Φ: V(π) less at most Δ · overlap.Outside
            var seen = restricted.Weigh(decision, number);       // what learning within Φ optimises, Eqs. 10-11
            snips.Add(seen);
            weights.Add(seen);
            overlap.Add(new DecisionContext(decision, number));
        }
        string? veto = new WeightVeto().Reason(weights);         // why snips.Result() is not to be believed; null if it is
        // end of the example
        return (ips.Result().Value, overlap.Outside, veto);
    }

    private static void Shows(string text) => Assert.True(Page.Contains(text, StringComparison.Ordinal), "docs/selective.md should show: " + text);

    private static string Text(double value, int digits) => (Math.Abs(value) < 1e-12 ? 0 : value).ToString("F" + digits, CultureInfo.InvariantCulture);
}
