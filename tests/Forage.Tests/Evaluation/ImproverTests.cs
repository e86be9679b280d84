using Forage.Evaluation;
using Forage.Features;
using Forage.OffPolicy;
using Forage.OffPolicy.Learning;
using Forage.Tests.OffPolicy.Learning;

namespace Forage.Tests.Evaluation;

public class ImproverTests
{
    private static readonly CandidateRecipe[] Few =
    [
        new() { Name = "direct", Method = LearningMethod.DirectMethod, Passes = 2 },
        new() { Name = "multi-task", Method = LearningMethod.MultiTask, Passes = 2 },
        new() { Name = "inverse propensity", Method = LearningMethod.InversePropensity, Passes = 2 },
    ];

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    public void FindsTheBetterPolicyAndKnowsIt(bool actionFeatures, int length)
    {
        var world = ContextWorld.Random(5, actionFeatures);
        var log = Log(world, 4000, 1, length);
        var result = new Improver(new ImproveOptions { Threads = 1 }).Run(log, null);
        Assert.True(result.IsBetter, ImproveReport.Lead(result));
        Assert.Equal(length > 1 ? SlateWeighting.Inclusion : SlateWeighting.Prefix, result.Weighting);
        for (int x = 0; x < ContextWorld.Contexts; x++) Assert.Equal(world.Best(x), world.Chosen(result.PolicyOverLog, x));
        double truth = 0;
        if (length == 1)
        {
            for (int x = 0; x < ContextWorld.Contexts; x++) truth += world.Mean[x, world.Best(x)] / ContextWorld.Contexts;
            Assert.InRange(truth, result.ChosenConfirmed.Value.Lower, result.ChosenConfirmed.Value.Upper);
        }
        Assert.NotNull(result.Policy);
        Assert.Equal(4000, result.Parts.Train + result.Parts.Choose + result.Parts.Confirm);
    }

    [Fact]
    public void PromotesNothingWhereNothingIsBetter()
    {
        // Every action earns the same: whatever is chosen, to call it better is an error, allowed in 5 % of the runs.
        const int runs = 120;
        int promoted = 0;
        for (ulong seed = 1; seed <= runs; seed++)
        {
            var world = ContextWorld.Random(seed);
            for (int x = 0; x < ContextWorld.Contexts; x++)
                for (int a = 0; a < ContextWorld.Actions; a++) world.Mean[x, a] = 0.4;
            if (new Improver(new ImproveOptions { Threads = 1, Candidates = Few, Seed = seed }).Run(Log(world, 500, seed), null).IsBetter) promoted++;
        }
        Assert.True(promoted <= 12, $"{promoted} of {runs} runs promoted a policy that is not better"); // mean at most 6, 12 is 2.5 standard deviations more
    }

    [Fact]
    public void TheReportedIntervalHoldsTheTrueDifferenceOfWhateverWasChosen()
    {
        const int runs = 40;
        int held = 0, better = 0;
        for (ulong seed = 1; seed <= runs; seed++)
        {
            var world = ContextWorld.Random(seed);
            var result = new Improver(new ImproveOptions { Threads = 1, Candidates = Few, Seed = seed }).Run(Log(world, 900, seed), null);
            double gain = 0;
            for (int x = 0; x < ContextWorld.Contexts; x++)
            {
                gain += world.Mean[x, world.Chosen(result.PolicyOverLog, x)] / ContextWorld.Contexts;
                for (int a = 0; a < ContextWorld.Actions; a++) gain -= world.Logging[x, a] * world.Mean[x, a] / ContextWorld.Contexts;
            }
            var difference = result.ChosenConfirmed.Difference;
            if (gain >= difference.Lower && gain <= difference.Upper) held++;
            if (result.IsBetter) better++;
        }
        Assert.True(held >= 0.95 * runs, $"{held} of {runs}");
        Assert.True(better > 0.6 * runs, $"{better} of {runs} worlds were improved");
    }

    [Fact]
    public void SameSeedSameResultWhateverTheThreads()
    {
        var log = Log(ContextWorld.Random(3), 800, 2);
        string Lead(int threads) => ImproveReport.Lead(new Improver(new ImproveOptions { Threads = threads, Seed = 9 }).Run(log, null));
        Assert.Equal(Lead(1), Lead(3));
    }

    [Fact]
    public void AnInterruptedRunChoosesAmongWhatIsReady()
    {
        using var stop = new CancellationTokenSource();
        var improver = new Improver(new ImproveOptions { Threads = 1, Candidates = Few })
        {
            Progress = (what, _, _) =>
            {
                if (what == "multi-task") stop.Cancel();
            },
        };
        var result = improver.Run(Log(ContextWorld.Random(5), 3000, 1), null, stop.Token);
        Assert.True(result.Interrupted);
        Assert.Contains(result.Rows, r => r.Name == "direct");
        Assert.DoesNotContain(result.Rows, r => r.Name == "inverse propensity");
    }

    [Fact]
    public void APolicyBroughtFromElsewhereIsAColumn()
    {
        var world = ContextWorld.Random(5);
        var log = Log(world, 3000, 1);
        var lines = Enumerable.Range(0, log.Count).Select(i => world.Best((int)log.Context(i).Shared.Indices[log.Context(i).Shared.Group(0).Start] - 1).ToString());
        var mine = ColumnPolicy.Read(new StringReader(string.Join('\n', lines)), "mine.txt");
        var result = new Improver(new ImproveOptions { Threads = 1, Candidates = [Few[0] with { Passes = 1, LearningRate = 1e-6f }] }) { Brought = [("mine", mine)] }.Run(log, null);
        Assert.Equal("mine", result.Chosen.Name);
        Assert.True(result.IsBetter);
        Assert.Null(result.Policy);
    }

    [Theory]
    [InlineData("1\n\n2", "line is empty")]
    [InlineData("1\n2:0.5 3:0.5", "lines of different kinds")]
    [InlineData("1:0.5 2:0.2", "sum to 0.7")]
    [InlineData("1:0.5 2", "of another kind")]
    [InlineData("3,x", "'x' is not an action")]
    [InlineData("3,3", "occurs twice")]
    [InlineData("3:2", "'2' is not a probability")]
    [InlineData("3=x", "'x' is not a score")]
    public void ABadColumnIsExplained(string text, string message) => Assert.Contains(message, Assert.Throws<ForageException>(() => ColumnPolicy.Read(new StringReader(text), "p.txt")).Message);

    [Fact]
    public void ACandidateThatFailsIsLeftOut()
    {
        var wild = Few[0] with { Name = "wild", Method = LearningMethod.DoublyRobust, WeightCap = 0 };
        var result = new Improver(new ImproveOptions { Threads = 2, Candidates = [wild, .. Few] }).Run(Log(ContextWorld.Random(5), 2000, 1), null);
        Assert.DoesNotContain(result.Rows, r => r.Name == "wild");
        Assert.Contains(result.Remarks, r => r.Contains("'wild' was left out") && r.Contains("cap is 0"));
        var e = Assert.Throws<ForageException>(() => new Improver(new ImproveOptions { Candidates = [wild] }).Run(Log(ContextWorld.Random(5, true), 2000, 1), null));
        Assert.Contains("cap is 0", e.Message);
    }

    [Fact]
    public void ATruthWithoutADecisionIsNamed()
    {
        var e = Assert.Throws<ForageException>(() => new Improver(new ImproveOptions { Candidates = Few }) { Truth = new Dictionary<string, int[]> { ["x"] = [1] } }.Run(Log(ContextWorld.Random(5), 500, 1), null));
        Assert.Contains("nothing on event", e.Message);
    }

    [Fact]
    public void AColumnOfScoresTakesTheHighest()
    {
        var world = ContextWorld.Random(1);
        var policy = ColumnPolicy.Read(new StringReader("3=-1 0=2.5 4=0\n2=1,1=7\n"), "p.txt");
        var context = world.Rows(0);
        Assert.Equal([0, 4, 3], ((IRankingPolicy)policy).Rank(new DecisionContext(context, 0, false, 5, default, default, 0), 3, new PolicyScratch()).ToArray());
        Assert.Equal([1], ((IRankingPolicy)policy).Rank(new DecisionContext(context, 0, false, 5, default, default, 1), 1, new PolicyScratch()).ToArray());
        Assert.Throws<ForageException>(() => policy.Distribution(new DecisionContext(context, 0, false, 5, default, default, 2), new PolicyScratch()).Count);
    }

    [Fact]
    public void TooShortALogAndEqualRewardsAreNamed()
    {
        var world = ContextWorld.Random(1);
        Assert.Contains("2 decisions", Assert.Throws<ForageException>(() => new Improver(new ImproveOptions()).Run(Log(world, 2, 1), null)).Message);
        var log = new DecisionLog();
        var rng = new Rng(1);
        for (int i = 0; i < 100; i++)
        {
            var d = world.Draw(ref rng);
            log.Add(d with { Slate = [d.Slate[0] with { Reward = 7 }] });
        }
        Assert.Contains("are 7", Assert.Throws<ForageException>(() => new Improver(new ImproveOptions()).Run(log, null)).Message);
    }

    [Fact]
    public void RewardsOutsideTheUnitIntervalAreScaledAndReportedInTheirUnits()
    {
        var world = ContextWorld.Random(5);
        var log = new DecisionLog();
        var rng = new Rng(1);
        for (int i = 0; i < 4000; i++)
        {
            var d = world.Draw(ref rng);
            log.Add(d with { Slate = [d.Slate[0] with { Reward = d.Reward * 40 - 10 }] });
        }
        var result = new Improver(new ImproveOptions { Threads = 1 }).Run(log, null);
        Assert.True(result.IsBetter);
        Assert.InRange(result.ChosenConfirmed.Value.Value, 15, 30); // 0.85 · 40 - 10 = 24
        Assert.Contains(result.Remarks, r => r.Contains("-10"));
    }

    [Fact]
    public void TheReportSaysWhatWasFound()
    {
        var log = Log(ContextWorld.Random(5), 3000, 1, 2);
        var result = new Improver(new ImproveOptions { Threads = 1, Candidates = Few }).Run(log, null);
        var report = ImproveReport.Build(result, log, new ReportProvenance { Command = "test", Seed = 1, Data = [] }, a => $"tag{a}", f => $"word{f}", [(ReportTone.Warning, "a finding")]);
        var text = new StringWriter();
        report.Write(text);
        string html = text.ToString();
        Assert.Contains("A better policy, confirmed", html);
        Assert.Contains(result.Chosen.Name, html);
        Assert.Contains("word", html);
        Assert.Contains("a finding", html);
    }

    private static DecisionLog Log(ContextWorld world, int count, ulong seed, int length = 1)
    {
        var log = new DecisionLog();
        var rng = new Rng(seed).Fork(99);
        for (int i = 0; i < count; i++) log.Add(world.Draw(ref rng, length));
        return log;
    }
}
