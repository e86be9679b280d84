using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Tests.OffPolicy;

public class EstimatedPropensitiesTests
{
    [Fact]
    public void Frequencies_serve_where_choices_did_not_depend_on_the_context()
    {
        var world = new TabularWorld(3, 4, 5);
        foreach (var row in world.Logging.Rows) world.Logging.Rows[0].CopyTo(row, 0);
        double truth = world.Truth(world.Target);
        RunStatistics estimated = new();
        var rng = new Rng(1);
        for (int run = 0; run < 200; run++)
        {
            List<(LoggedDecision, int)> log = [];
            PropensityEstimator whole = new(), half = new();
            for (int i = 0; i < 1500; i++)
            {
                var (decision, x) = world.Draw(ref rng);
                decision = decision with { Distribution = null, Slate = [decision.Slate[0] with { LogPropensity = double.NaN }] };
                log.Add((decision, x));
                (i % 2 == 0 ? whole : half).Add(decision);
            }
            whole.Merge(half);
            var weigher = new PolicyWeigher(world.Target, new() { Logging = whole.Result() });
            var ips = new IpsEstimator();
            foreach (var (decision, x) in log) ips.Add(weigher.Weigh(decision, x));
            estimated.Add(ips.Result().Value);
        }
        // Estimated propensities are biased by O(1/n) only.
        Assert.True(Math.Abs(estimated.Mean - truth) < 3 * estimated.StandardError + 0.004, $"{estimated.Mean} ± {estimated.StandardError}, truth {truth}");
    }

    [Fact]
    public void Groups_are_counted_apart_and_the_caveat_says_so()
    {
        static int ByNumber(scoped in DecisionContext context) => (int)context.Number;
        var estimator = new PropensityEstimator(ByNumber, groups: 2, smoothing: 0);
        for (int i = 0; i < 100; i++) estimator.Add(Decision(i < 25 ? 0 : 1, 2), i % 2);
        for (int i = 0; i < 100; i++) estimator.Add(Decision(0, 2), 1);
        var policy = estimator.Result();
        var scratch = new PolicyScratch();
        Assert.Equal(.26, policy.Distribution(new DecisionContext(Decision(0, 2), 0), scratch).ProbabilityOf(0), 1e-12);
        Assert.Equal(112.0 / 150, policy.Distribution(new DecisionContext(Decision(0, 2), 1), scratch).ProbabilityOf(0), 1e-12);
        Assert.Contains("not logged but estimated", policy.Caveat);
        Assert.Contains("200 decisions (2 groups)", policy.Caveat);
        Assert.Contains("group 5", Assert.Throws<ForageException>(() => { policy.Distribution(new DecisionContext(Decision(0, 2), 5), scratch); }).Message);
    }

    [Fact]
    public void Excluded_actions_get_nothing_and_the_rest_is_renormalised()
    {
        var estimator = new PropensityEstimator(smoothing: 0);
        foreach (int a in new[] { 0, 0, 1, 2 }) estimator.Add(Decision(a, 3));
        var p = estimator.Result().Distribution(new DecisionContext(Decision(1, 3) with { Excluded = [0] }), new PolicyScratch());
        Assert.Equal([0, .5, .5], p.Probabilities.ToArray());
    }

    [Fact]
    public void Posterior_draws_scatter_as_a_Dirichlet()
    {
        var estimator = new PropensityEstimator(smoothing: .5);
        for (int i = 0; i < 100; i++) estimator.Add(Decision(i < 30 ? 0 : i < 90 ? 1 : 2, 3));
        var policy = estimator.Result();
        var rng = new Rng(2);
        RunStatistics first = new();
        double squares = 0;
        const int draws = 4000;
        for (int i = 0; i < draws; i++)
        {
            double p = policy.Sample(ref rng).Distribution(new DecisionContext(Decision(0, 3)), new PolicyScratch()).ProbabilityOf(0);
            first.Add(p);
            squares += p * p;
        }
        double a = 30.5, total = 101.5, mean = a / total, variance = mean * (1 - mean) / (total + 1);
        Assert.True(Math.Abs(first.Mean - mean) < 4 * first.StandardError);
        Assert.Equal(variance, squares / draws - first.Mean * first.Mean, 0.1 * variance);
    }

    [Fact]
    public void Nothing_counted_is_refused() => Assert.Throws<ForageException>(() => new PropensityEstimator().Result());

    private static LoggedDecision Decision(int action, int actions) =>
        new() { Rows = new FeatureBlock(0, 0), ActionCount = actions, Slate = [new LoggedAction(action, double.NaN, 1)] };
}
