using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Tests.OffPolicy;

public class PlackettLuceTests
{
    [Fact]
    public void Conditionals_are_what_was_drawn_with_and_multiply_to_the_slates_probability()
    {
        double[] p = [.4, .3, .2, .1 - 1e-9, 1e-9];
        var rng = new Rng(3);
        int[] slate = new int[4];
        double[] drawn = new double[4], again = new double[4];
        for (int run = 0; run < 200; run++)
        {
            Assert.Equal(4, PlackettLuce.Draw(new ActionDistribution(default, p), ref rng, slate, drawn));
            Assert.Equal(4, slate.Distinct().Count());
            LoggedAction[] logged = [.. slate.Select((a, j) => new LoggedAction(a, drawn[j], 0))];
            PlackettLuce.LogConditionals(new ActionDistribution(default, p), logged, again);
            for (int j = 0; j < 4; j++) Assert.Equal(drawn[j], again[j], 1e-9);
            double exact = Enumeration.Slates(p, 4).Single(s => s.Slate.SequenceEqual(slate)).Probability;
            Assert.Equal(Math.Log(exact), drawn.Sum(), 1e-7);
        }
    }

    [Fact]
    public void No_digits_are_lost_when_what_is_left_is_tiny()
    {
        double[] p = [1 - 3e-14, 1e-14, 2e-14];
        var logs = new double[2];
        PlackettLuce.LogConditionals(new ActionDistribution(default, p), [new(0, 0, 0), new(1, 0, 0)], logs);
        Assert.Equal(Math.Log(1.0 / 3), logs[1], 1e-12);
    }

    [Fact]
    public void A_small_support_ends_the_slate_and_other_actions_have_probability_zero()
    {
        var rng = new Rng(1);
        int[] slate = new int[3];
        double[] logs = new double[3];
        Assert.Equal(2, PlackettLuce.Draw(new ActionDistribution([7, 2], [.5, .5]), ref rng, slate, logs));
        Assert.Equal(0, logs[1]);
        PlackettLuce.LogConditionals(new ActionDistribution([7, 2], [.5, .5]), [new(7, 0, 0), new(5, 0, 0), new(2, 0, 0)], logs);
        Assert.Equal(double.NegativeInfinity, logs[1]);
        var error = Assert.Throws<ForageException>(() => PlackettLuce.LogConditionals(new ActionDistribution([7, 2], [.5, .5]), [new(7, 0, 0), new(7, 0, 0)], new double[2]));
        Assert.Contains("Action 7", error.Message);
    }

    [Fact]
    public void Greedy_takes_the_best_with_ties_to_the_lower_action()
    {
        var greedy = new GreedyPolicy(new TabularPolicy([[.1, .3, .3, .05, .25, 0]]));
        var scratch = new PolicyScratch();
        var context = new DecisionContext(new FeatureBlock(0, 0), 0, false, 6, number: 0);
        Assert.Equal([1, 2, 4], greedy.Rank(context, 3, scratch).ToArray());
        Assert.Equal([1, 2, 4, 0, 3], greedy.Rank(context, 6, scratch).ToArray());
        Assert.Equal(1, greedy.Distribution(context, scratch).ProbabilityOf(1));
        Assert.True(greedy.Rank(context, 0, scratch).IsEmpty);
    }
}
