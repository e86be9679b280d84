using Forage.Features;
using Forage.OffPolicy;
using Forage.OffPolicy.Internals;

namespace Forage.Tests.OffPolicy;

/// <summary>What cannot be is a <see cref="ForageException"/> that names the value; what is merely extreme is survived.</summary>
public class AdversarialTests
{
    private static readonly TabularPolicy s_half = new([[.5, .5]]);

    [Fact]
    public void A_missing_propensity() => Refused(Decision(new LoggedAction(0, double.NaN, 1)), "Decision 0 has no propensity at position 0");

    [Fact]
    public void A_propensity_of_zero() => Refused(Decision(new LoggedAction(0, double.NegativeInfinity, 1)), "propensity 0 at position 0");

    [Fact]
    public void A_propensity_above_one() => Refused(Decision(new LoggedAction(0, Math.Log(1.5), 1)), "propensity 1.5 at position 0");

    [Fact]
    public void A_reward_that_is_no_number() => Refused(Decision(new LoggedAction(0, 0, double.NaN)), "reward of NaN");

    [Fact]
    public void An_infinite_reward() => Refused(Decision(new LoggedAction(0, 0, double.PositiveInfinity)), "reward of");

    [Fact]
    public void An_action_out_of_range() => Refused(Decision(new LoggedAction(7, 0, 1)), "action 7 at position 0: expected an action in 0..1");

    [Fact]
    public void A_decision_without_an_action() => Refused(Decision(), "Decision 0 says nothing of what was chosen");

    [Fact]
    public void A_weight_that_overflows() => Refused(Decision(new LoggedAction(0, -750, 1)), "importance weight of e^749");

    [Fact]
    public void An_action_shown_twice() => Refused(Decision(new LoggedAction(0, -1, 1), new LoggedAction(0, -1, 1)), "Action 0 stands in positions 0 and 1");

    [Fact]
    public void A_missing_distribution_for_inclusion_weights()
    {
        var weigher = new PolicyWeigher(s_half, new() { Slates = SlateWeighting.Inclusion });
        var decision = Decision(new LoggedAction(0, -1, 1), new LoggedAction(1, -1, 1));
        Assert.Contains("no logged distribution", Assert.Throws<ForageException>(() => { weigher.Weigh(decision, 0); }).Message);
    }

    [Fact]
    public void Estimators_refuse_what_cannot_be()
    {
        Every(new Observation(double.NaN, 1, .5, .5), "weight of NaN");
        Every(new Observation(-1, 1, .5, .5), "weight of -1");
        Every(new Observation(double.PositiveInfinity, 1, .5, .5), "weight of");
        Every(new Observation(1, double.NaN, .5, .5), "reward of NaN");
        Assert.Contains("reward of 2", Assert.Throws<ForageException>(() => new MixtureSequence().Add(new Observation(1, 2.0))).Message);
        Assert.Contains("weight of 9", Assert.Throws<ForageException>(() => new ClopperPearsonEstimator(8).Add(new Observation(9, 1.0))).Message);
        Assert.Contains("direct-method", Assert.Throws<ForageException>(() => new DirectMethodEstimator().Add(new Observation(1, 1.0))).Message);
        Assert.Contains("doubly robust", Assert.Throws<ForageException>(() => new DoublyRobustEstimator().Add(new Observation(1, 1.0))).Message);
        Assert.Contains("2 positions", Assert.Throws<ForageException>(() => new MixtureSequence().Add(new Observation([1, 1], [0, 1]))).Message);
        Assert.Contains("3 positions", Assert.Throws<ForageException>(() =>
        {
            var snips = new SnipsEstimator();
            snips.Add(new Observation([1, 1], [0, 1]));
            snips.Add(new Observation([1, 1, 1], [0, 1, 1]));
        }).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(95)]
    [InlineData(double.NaN)]
    public void A_confidence_outside_0_to_1_is_refused(double confidence)
    {
        foreach (var ask in new Action[]
        {
            () => new IpsEstimator().Result(confidence), () => new MixtureSequence().Result(confidence), () => new ClopperPearsonEstimator(2).Result(confidence),
            () => new EmpiricalLikelihoodEstimator().Result(confidence), () => new PropensityTest().Result(confidence), () => new MixtureDifference().Result(confidence),
        })
            Assert.Contains("confidence is", Assert.Throws<ForageException>(ask).Message);
    }

    [Fact]
    public void Options_are_checked()
    {
        Assert.Contains("MaxWeight is 0", Assert.Throws<ForageException>(() => new IpsEstimator(0)).Message);
        Assert.Contains("MaxWeight is NaN", Assert.Throws<ForageException>(() => new PolicyWeigher(s_half, new() { MaxWeight = double.NaN })).Message);
        Assert.Contains("[1, 0]", Assert.Throws<ForageException>(() => new MixtureSequence(new RewardScale { Range = new(1, 0) })).Message);
        Assert.Contains("SlateLength is 0", Assert.Throws<ForageException>(() => new MixtureSequence(new RewardScale { SlateLength = 0 })).Message);
        Assert.Contains("0.5", Assert.Throws<ForageException>(() => new ClopperPearsonEstimator(.5)).Message);
    }

    [Fact]
    public void Nothing_seen_is_no_knowledge()
    {
        Assert.Equal((double.NegativeInfinity, double.PositiveInfinity), Ends(new IpsEstimator().Result()));
        Assert.Equal((double.NegativeInfinity, double.PositiveInfinity), Ends(new SnipsEstimator().Result()));
        Assert.Equal((0, 1), Ends(new MixtureSequence().Result()));
        Assert.Equal((0, 1), Ends(new PredictableSequence().Result()));
        Assert.Equal((0, 1), Ends(new SumsSequence().Result()));
        Assert.Equal((-1, 1), Ends(new MixtureDifference().Result()));
        Assert.Equal((0, 1), Ends(new ClopperPearsonEstimator(4).Result()));
        Assert.Equal((0, 1), Ends(new EmpiricalLikelihoodEstimator().Result()));
        var snips = new SnipsEstimator();
        for (int i = 0; i < 10; i++) snips.Add(new Observation(0, 1.0));
        Assert.True(double.IsNaN(snips.Result().Value));
    }

    [Theory]
    [InlineData(1e300)]
    [InlineData(1e12)]
    [InlineData(1e-300)]
    public void Extreme_weights_are_survived(double weight)
    {
        MixtureSequence a = new();
        PredictableSequence b = new();
        SumsSequence c = new();
        MixtureDifference d = new();
        PredictableDifference e = new();
        PropensityTest test = new();
        for (int i = 0; i < 200; i++)
        {
            var seen = new Observation(i % 20 == 0 ? weight : 1, i % 2);
            a.Add(seen);
            b.Add(seen);
            c.Add(seen);
            d.Add(seen);
            e.Add(seen);
            test.Add(seen.MeanWeight);
        }
        foreach (var estimate in new[] { a.Result(), b.Result(), c.Result(), d.Result(), e.Result() })
            Assert.True(estimate.Lower <= estimate.Value && estimate.Value <= estimate.Upper, $"{estimate}");
        Assert.False(double.IsNaN(test.Result().LogWealthAbove) || double.IsNaN(test.Result().LogWealthBelow));
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(0.5, 40)]
    [InlineData(120.3, 879.7)]
    public void The_beta_quantile_agrees_with_the_library_where_that_is_exact(double a, double b)
    {
        foreach (double p in new[] { .001, .025, .5, .975, .999 })
            Assert.Equal(MathNet.Numerics.Distributions.Beta.InvCDF(a, b, p), BetaQuantile.Inverse(p, a, b), 1e-6);
    }

    [Fact]
    public void The_beta_quantile_holds_for_huge_shapes()
    {
        // Beta(a, b) is nearly normal here.
        double a = 3e6, b = 7e6, mean = .3, deviation = Math.Sqrt(.3 * .7 / (a + b + 1));
        Assert.Equal(mean + 1.959964 * deviation, BetaQuantile.Inverse(.975, a, b), 2e-3 * deviation);
    }

    private static (double, double) Ends(Estimate e) => (e.Lower, e.Upper);

    private static LoggedDecision Decision(params LoggedAction[] slate) => new() { Rows = new FeatureBlock(0, 0), ActionCount = 2, Slate = slate };

    private static void Refused(LoggedDecision decision, string part) =>
        Assert.Contains(part, Assert.Throws<ForageException>(() => { new PolicyWeigher(s_half).Weigh(decision, 0); }).Message);

    private static void Every(Observation seen, string part)
    {
        string[] messages = [Message(new IpsEstimator(), seen), Message(new SnipsEstimator(), seen), Message(new DoublyRobustEstimator(), seen), Message(new MixtureSequence(), seen),
            Message(new PredictableSequence(), seen), Message(new SumsSequence(), seen), Message(new ClopperPearsonEstimator(9), seen), Message(new EmpiricalLikelihoodEstimator(), seen)];
        Assert.All(messages, m => Assert.Contains(part, m));
    }

    private static string Message<T>(T estimator, Observation seen) where T : IEstimator<T>
    {
        try
        {
            estimator.Add(seen);
        }
        catch (ForageException e)
        {
            return e.Message;
        }
        return typeof(T).Name + " accepted it";
    }
}
