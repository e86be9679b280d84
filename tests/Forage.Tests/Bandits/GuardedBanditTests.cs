using Forage.Bandits;
using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Tests.Bandits;

public class GuardedBanditTests
{
    /// <summary>Always one action.</summary>
    private sealed class Always(int action) : IPolicy
    {
        public ActionDistribution Distribution(scoped in DecisionContext context, PolicyScratch scratch)
        {
            var p = scratch.Doubles(context.ActionCount);
            p.Clear();
            p[action] = 1;
            return new ActionDistribution(default, p);
        }
    }

    [Fact]
    public void A_better_candidate_is_promoted_and_then_acts_alone()
    {
        var world = new BanditWorld(3, 5, 6000);
        using var guarded = new GuardedBandit(Candidate(3), new UniformPolicy(), new GuardOptions { Trial = 0.3 });
        double[] pmf = new double[3];
        var rng = new Rng(2);
        for (int t = 0; t < 6000; t++)
        {
            var context = world.Context(t);
            guarded.Distribution(context, pmf);
            Assert.Equal(1, pmf.Sum(), 1e-12);
            if (!guarded.Promoted) Assert.All(pmf, p => Assert.True(p >= 0.7 / 3)); // the baseline's share
            var draw = guarded.Decide(context, ref rng);
            Assert.Equal(pmf[draw.Action], draw.Probability);
            guarded.Learn(context, draw.Action, draw.Probability, rng.NextDouble() < world.Mean(t, draw.Action) ? 1 : 0);
        }
        Assert.True(guarded.Promoted);
        Assert.InRange(guarded.PromotedAt, 100, 5000);
        Assert.True(guarded.Difference.Lower > 0);
    }

    [Fact]
    public void A_candidate_that_cannot_be_better_is_promoted_at_most_as_often_as_allowed()
    {
        // Rewards do not depend on anything: no candidate is better. At α = 0.05, 40 runs promote more than 6 with probability below 0.1 % even if the bound were tight.
        int promoted = 0;
        var world = new BanditWorld(2, 3, 800);
        for (ulong seed = 0; seed < 40; seed++)
        {
            using var guarded = new GuardedBandit(Candidate(2), new Always(0), new GuardOptions { Trial = 0.4 });
            var rng = new Rng(seed);
            for (int t = 0; t < 800; t++)
            {
                var context = world.Context(t);
                var draw = guarded.Decide(context, ref rng);
                guarded.Learn(context, draw.Action, draw.Probability, rng.NextDouble() < 0.5 ? 1 : 0);
            }
            if (guarded.Promoted) promoted++;
        }
        Assert.InRange(promoted, 0, 6);
    }

    [Fact]
    public void Bad_options_and_reports_are_refused()
    {
        var world = new BanditWorld(3, 5, 1);
        using var guarded = new GuardedBandit(Candidate(3), new UniformPolicy());
        Assert.Contains("Action 3", Assert.Throws<ForageException>(() => guarded.Learn(world.Context(0), 3, 0.5, 1)).Message);
        Assert.Contains("probability 0", Assert.Throws<ForageException>(() => guarded.Learn(world.Context(0), 0, 0, 1)).Message);
        Assert.Contains("reward of NaN", Assert.Throws<ForageException>(() => guarded.Learn(world.Context(0), 0, 0.5, double.NaN)).Message);
        Assert.Contains("share of trials is 1", Assert.Throws<ForageException>(() => new GuardedBandit(Candidate(3), new UniformPolicy(), new GuardOptions { Trial = 1 })).Message);
    }

    private static ContextualBandit Candidate(int actions) => ContextualBandit.Create(new BanditRecipe { Kind = BanditKind.EpsilonGreedy, Epsilon = 0.05, Estimator = CostEstimator.Dm, Actions = actions, Learner = BanditWorld.Learner });
}
