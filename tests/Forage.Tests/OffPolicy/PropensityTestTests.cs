using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Tests.OffPolicy;

public class PropensityTestTests
{
    private static readonly double[] s_logging = [.6, .25, .1, .05];

    [Fact]
    public void True_propensities_are_rejected_in_at_most_5_percent_of_runs_even_when_looked_at_always()
    {
        var rng = new Rng(1);
        int rejected = 0, rejectedPerDecision = 0;
        const int runs = 1000;
        for (int run = 0; run < runs; run++)
        {
            PropensityTest test = new(1 / (4 * .05)), perDecision = new();
            bool any = false, anyPerDecision = false;
            for (int i = 0; i < 300; i++)
            {
                double w = .25 / s_logging[Draw(ref rng)];
                test.Add(w);
                perDecision.Add(w, bound: .25 / .05);
                if (i % 10 != 9) continue;
                any |= !test.Result().Passed;
                anyPerDecision |= !perDecision.Result().Passed;
            }
            rejected += any ? 1 : 0;
            rejectedPerDecision += anyPerDecision ? 1 : 0;
        }
        Assert.True(rejected <= .05 * runs, $"{rejected} of {runs}");
        Assert.True(rejectedPerDecision <= .05 * runs, $"{rejectedPerDecision} of {runs}");
    }

    [Theory]
    [InlineData(0.8, true)]
    [InlineData(1.25, false)]
    public void Propensities_off_by_a_quarter_are_found_out(double factor, bool tooHigh)
    {
        var rng = new Rng(2);
        PropensityTest declared = new(20), assumed = new();
        for (int i = 0; i < 8000; i++)
        {
            double w = .25 / (factor * s_logging[Draw(ref rng)]);
            declared.Add(w);
            assumed.Add(w);
        }
        foreach (var test in new[] { declared, assumed })
        {
            var result = test.Result();
            Assert.Equal(tooHigh, result.TooHigh);
            Assert.Equal(!tooHigh, result.TooLow);
            Assert.Contains(tooHigh ? "too small" : "too large", result.Sentence);
        }
        if (!tooHigh) Assert.Contains("takes for granted", assumed.Result().Sentence);
        Assert.DoesNotContain("takes for granted", declared.Result().Sentence);
    }

    [Fact]
    public void A_mean_made_up_by_rare_huge_weights_is_not_rejected_while_they_have_not_come_if_the_bound_says_they_can()
    {
        // w = 0.5 with probability 0.999 and 500.5 else: mean 1, yet 500 draws usually show only halves.
        PropensityTest honest = new(600), bold = new();
        for (int i = 0; i < 500; i++)
        {
            honest.Add(.5);
            bold.Add(.5);
        }
        Assert.True(honest.Result().Passed);
        Assert.False(bold.Result().Passed);
        Assert.True(bold.Result().BoundAssumed);
    }

    [Fact]
    public void Weights_that_cannot_be_are_refused()
    {
        Assert.Contains("NaN", Assert.Throws<ForageException>(() => new PropensityTest().Add(double.NaN)).Message);
        Assert.Contains("-1", Assert.Throws<ForageException>(() => new PropensityTest().Add(-1)).Message);
        Assert.Contains("30", Assert.Throws<ForageException>(() => new PropensityTest(20).Add(30)).Message);
        Assert.Contains("0.5", Assert.Throws<ForageException>(() => new PropensityTest(0.5)).Message);
    }

    private static int Draw(ref Rng rng)
    {
        double u = rng.NextDouble();
        int a = 0;
        while (a < 3 && (u -= s_logging[a]) >= 0) a++;
        return a;
    }
}
