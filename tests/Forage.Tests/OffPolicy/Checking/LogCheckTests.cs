using Forage.Features;
using Forage.OffPolicy;
using Forage.OffPolicy.Checking;

namespace Forage.Tests.OffPolicy.Checking;

public class LogCheckTests
{
    private static readonly TabularWorld s_world = new(3, 5, 90);

    [Fact]
    public void A_sound_log_is_found_sound_and_measured()
    {
        var rng = new Rng(1);
        var check = new LogCheck();
        var start = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
        double rewards = 0;
        for (int i = 0; i < 5000; i++)
        {
            var (decision, _) = s_world.Draw(ref rng);
            rewards += decision.Reward;
            check.Add(decision with { EventId = $"e{i}", Time = start.AddSeconds(i), RewardTime = start.AddSeconds(i + 60), PolicyVersion = "v1" });
        }
        var report = check.Report();
        Assert.True(report.Worst < Severity.Warning, string.Join("\n", report.Findings));
        Assert.Equal((5000, 5000, 5000, 1), (report.Decisions, report.Labelled, report.Positions, report.SlateLength));
        Assert.Equal(rewards / 5000, report.Rewards.Mean, 1e-12);
        Assert.Equal(5000, report.Propensities.Histogram.Sum());
        Assert.Equal(s_world.Logging.Rows.Min(r => r.Min()), report.Propensities.Smallest, 1e-12);
        Assert.True(report.PropensityTest!.Passed);
        Assert.Equal(5000, report.Distributions!.Calibration.Sum(r => r.Observed));
        Assert.Equal(5000, report.Distributions.Calibration.Sum(r => r.Expected), 1e-6);
        Assert.Equal(5, report.Actions.Count);
        Assert.Equal(5000, report.Actions.Sum(a => a.Shown));
        Assert.Equal((60.0, 0L), (report.Delays!.Longest.TotalSeconds, report.Delays.Negative));
        Assert.InRange(report.Delays.Median.TotalSeconds, 54, 60);
        Assert.Equal(256, report.Drift.BlockSize);
        Assert.Contains(report.Findings, f => f is { Code: "propensity-test", Severity: Severity.Fine });
        double truth = Enumerable.Range(0, 3).Average(x => s_world.Means[x].Average()) - s_world.Truth(s_world.Logging);
        var uniform = report.Separations.Single(s => s.Policy == "uniform policy");
        Assert.True(Math.Abs(uniform.Difference - truth) < 4 * uniform.StandardError);
        Assert.Equal(2, report.Separations.Count);
    }

    [Fact]
    public void Sound_logs_are_accused_in_at_most_15_percent_of_runs_by_three_tests_of_5_percent()
    {
        var rng = new Rng(2);
        int accused = 0;
        for (int run = 0; run < 200; run++)
        {
            var check = new LogCheck(new() { Rewards = RewardRange.Unit, SmallestPropensity = s_world.Logging.Rows.Min(r => r.Min()) });
            for (int i = 0; i < 400; i++)
            {
                var decision = s_world.Draw(ref rng).Decision;
                check.Add(run % 2 == 0 ? decision : decision with { Distribution = null });
            }
            accused += check.Report().Findings.Any(f => f.Severity > Severity.Fine && (f.Code is "propensity-test" or "calibration" || f.Code.StartsWith("drift", StringComparison.Ordinal))) ? 1 : 0;
        }
        Assert.True(accused <= 30, $"{accused} of 200");
    }

    [Fact]
    public void Slates_are_checked_by_position()
    {
        var rng = new Rng(3);
        var check = new LogCheck();
        for (int i = 0; i < 2000; i++) check.Add(s_world.Draw(ref rng, 3).Decision);
        var report = check.Report();
        Assert.True(report.Worst < Severity.Warning, string.Join("\n", report.Findings));
        Assert.Equal((6000, 3), (report.Positions, report.SlateLength));
        Assert.Equal(6000, report.PropensityTest!.Count);
        double uniform = Enumerable.Range(0, 3).Average(x => 3 * s_world.Means[x].Average()), greedy = s_world.GreedyTruth(s_world.Logging, 3), logging = s_world.Truth(s_world.Logging, 3);
        Assert.True(Math.Abs(report.Separations[0].Difference - (uniform - logging)) < 4 * report.Separations[0].StandardError);
        Assert.True(Math.Abs(report.Separations[1].Difference - (greedy - logging)) < 4 * report.Separations[1].StandardError);
    }

    [Theory]
    [InlineData(double.NaN, 1, "propensity-missing", "No decision has a propensity")]
    [InlineData(double.NaN, 3, "propensity-missing", "have no propensity")]
    [InlineData(0, 4, "propensity-zero", "have propensity 0, yet they were chosen")]
    [InlineData(1, 1, "propensity-one", "are 1 although there was a choice")]
    [InlineData(1, 3, "propensity-one", "say nothing of what they did not choose")]
    [InlineData(1.7, 5, "propensity-above-one", "above 1")]
    public void Impossible_and_missing_propensities_are_explained(double propensity, int every, string code, string part)
    {
        var rng = new Rng(4);
        var check = new LogCheck();
        for (int i = 0; i < 300; i++)
        {
            var decision = s_world.Draw(ref rng).Decision;
            var chosen = decision.Slate[0];
            check.Add(decision with { Distribution = null, Slate = [i % every == 0 ? chosen with { LogPropensity = Math.Log(propensity) } : chosen] });
        }
        var finding = check.Report().Findings.Single(f => f.Code == code);
        Assert.Contains(part, finding.Sentence);
        Assert.True(finding.Severity >= Severity.Warning);
        if (every == 1) Assert.Contains("on request only", finding.Sentence);
    }

    [Theory]
    [InlineData(0.7, "too small")]
    [InlineData(1.4, "too large")]
    public void Wrong_propensities_are_found_by_betting(double factor, string part)
    {
        var rng = new Rng(5);
        var world = new TabularWorld(1, 4, 2);
        double[] flat = [.4, .3, .2, .1];
        flat.CopyTo(world.Logging.Rows[0], 0);
        var check = new LogCheck(new() { SmallestPropensity = .1 });
        for (int i = 0; i < 4000; i++)
        {
            var decision = world.Draw(ref rng).Decision;
            check.Add(decision with { Distribution = null, Slate = [decision.Slate[0] with { LogPropensity = decision.Slate[0].LogPropensity + Math.Log(factor) }] });
        }
        var finding = check.Report().Findings.Single(f => f.Code == "propensity-test");
        Assert.Equal(Severity.Error, finding.Severity);
        Assert.Contains(part, finding.Sentence);
    }

    [Fact]
    public void Distributions_that_are_none_or_not_those_drawn_from_are_found()
    {
        var rng = new Rng(6);
        LogCheck sums = new(), entries = new(), lengths = new(), excluded = new(), miscalibrated = new();
        double[] other = [.6, .1, .1, .1, .1];
        for (int i = 0; i < 3000; i++)
        {
            var decision = s_world.Draw(ref rng).Decision;
            sums.Add(decision with { Distribution = [.5, .5, .5, 0, 0] });
            lengths.Add(decision with { Distribution = [.5, .5] });
            excluded.Add(decision with { Excluded = [(decision.Slate[0].Action + 1) % 5] });
            entries.Add(decision with { Slate = [decision.Slate[0] with { LogPropensity = Math.Log(decision.Slate[0].Propensity / 2) }] });
            int drawn = rng.NextInt(5); // really uniform
            miscalibrated.Add(decision with { Distribution = other, Slate = [new LoggedAction(drawn, Math.Log(other[drawn]), 1)] });
        }
        Has(sums, "distribution-sum", Severity.Error);
        Has(lengths, "distribution-length", Severity.Error);
        Has(excluded, "distribution-excluded", Severity.Error);
        Has(entries, "distribution-entry", Severity.Error);
        Has(miscalibrated, "calibration", Severity.Error);
    }

    [Fact]
    public void Changes_of_reward_and_of_what_is_shown_are_found_and_dated()
    {
        var rng = new Rng(7);
        var check = new LogCheck(new() { Rewards = RewardRange.Unit });
        for (int i = 0; i < 8000; i++)
        {
            bool late = i >= 4096;
            int a = rng.NextDouble() < (late ? .9 : .5) ? 0 : 1;
            double p = a == 0 ? (late ? .9 : .5) : (late ? .1 : .5);
            check.Add(Simple(a, 2, p, rng.NextDouble() < (late ? .5 : .2) ? 1 : 0) with { PolicyVersion = late ? "b" : "a" });
        }
        var report = check.Report();
        var change = report.Drift.Changes.Single(c => c.What == "reward");
        Assert.InRange(change.FromMean, .17, .23);
        Assert.InRange(change.ToMean, .47, .53);
        Assert.True(change.FromEnd <= 4096 && change.ToStart >= 4096);
        Assert.Contains("0.2", Has(check, "drift-reward", Severity.Warning).Sentence);
        Assert.Contains("2 policy versions", Has(check, "drift-propensity", Severity.Note).Sentence);
        Has(check, "drift-actions", Severity.Note);
        Assert.True(report.Drift.Reward.Count <= 32);
    }

    [Fact]
    public void Duplicates_are_found_within_the_memory_given()
    {
        var check = new LogCheck(new() { EventMemory = 100 });
        for (int i = 0; i < 1000; i++)
        {
            check.Add(Simple(i % 2, 2, .5, i % 3 == 0 ? 1 : 0) with { EventId = $"{i}" });
            if (i % 10 == 9) check.Add(Simple(i % 2, 2, .5, 0) with { EventId = $"{Math.Max(0, i - 90)}" });
        }
        Assert.Equal(100, check.Report().Duplicates);
        Has(check, "duplicates", Severity.Warning);
        var far = new LogCheck(new() { EventMemory = 10 });
        for (int i = 0; i < 1000; i++) far.Add(Simple(i % 2, 2, .5, 1) with { EventId = $"{i % 500}" });
        Assert.Equal(0, far.Report().Duplicates);
    }

    [Fact]
    public void Times_that_contradict_are_found()
    {
        var check = new LogCheck();
        var start = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (int i = 0; i < 100; i++)
            check.Add(Simple(i % 2, 2, .5, i % 2) with { Time = start.AddMinutes(i % 10 == 5 ? i - 20 : i), RewardTime = start.AddMinutes(i % 10 == 1 ? i - 1 : i + 2) });
        var delays = check.Report().Delays!;
        Assert.Equal((100, 10, 10), (delays.Count, delays.Negative, delays.OutOfOrder));
        Has(check, "reward-early", Severity.Warning);
        Has(check, "out-of-order", Severity.Note);
    }

    [Fact]
    public void Nothing_in_a_log_stops_a_check()
    {
        var check = new LogCheck();
        Assert.Equal("empty", check.Report().Findings.Single().Code);
        check.Add(Simple(0, 2, .5, double.NaN));
        check.Add(Simple(7, 2, .5, 1));
        check.Add(Simple(-1, 2, .5, 1));
        check.Add(Simple(0, 2, 1e-320, 1));
        check.Add(Simple(0, 2, .5, 1) with { Excluded = [0, 1] });
        check.Add(Simple(0, 2, .5, 1) with { Distribution = [double.NaN, 1] });
        check.Add(Simple(0, 2, .5, 1) with { Distribution = [0, 1] });
        check.Add(Simple(0, 2, .5, 1) with { Slate = [new(0, -1, 1), new(0, -1, 1)] });
        check.Add(Simple(0, 2, .5, 1) with { Slate = [new(0, -1, 1), new(1, 0, 1), new(1, 0, 1)] });
        check.Add(Simple(0, 2, .5, 1) with { Slate = [], SkipLearn = true });
        var report = check.Report();
        Assert.Equal(Severity.Error, report.Worst);
        foreach (string code in new[] { "reward-invalid", "bad-action", "distribution-sum", "distribution-entry", "unlabelled", "skip-learn", "propensity-small" })
            Assert.Contains(report.Findings, f => f.Code == code);
        Assert.True(report.Findings.Zip(report.Findings.Skip(1)).All(p => p.First.Severity >= p.Second.Severity), "worst first");
        Assert.All(report.Findings, f => Assert.Matches(@"^[A-Z0-9].*\.$", f.Sentence));
    }

    [Fact]
    public void Options_are_checked()
    {
        Assert.Contains("Confidence is 2".ToLowerInvariant(), Assert.Throws<ForageException>(() => new LogCheck(new() { Confidence = 2 })).Message.ToLowerInvariant());
        Assert.Contains("EventMemory is 0", Assert.Throws<ForageException>(() => new LogCheck(new() { EventMemory = 0 })).Message);
        Assert.Contains("SmallestPropensity is 1", Assert.Throws<ForageException>(() => new LogCheck(new() { SmallestPropensity = 1 })).Message);
    }

    private static LogFinding Has(LogCheck check, string code, Severity severity)
    {
        var finding = check.Report().Findings.FirstOrDefault(f => f.Code == code);
        Assert.True(finding is not null, $"no {code} in:\n{string.Join("\n", check.Report().Findings)}");
        Assert.Equal(severity, finding!.Severity);
        return finding;
    }

    private static LoggedDecision Simple(int action, int actions, double propensity, double reward) =>
        new() { Rows = new FeatureBlock(0, 0), ActionCount = actions, Slate = [new LoggedAction(action, Math.Log(propensity), reward)] };
}
