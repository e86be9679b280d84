using Forage.Evaluation;
using Forage.Features;
using Forage.Linear;
using Forage.OffPolicy;
using Forage.Tests.OffPolicy.Learning;

namespace Forage.Tests.Evaluation;

public class MarketRewardModelTests
{
    private sealed class Fixed(Func<int, double> of) : IRewardModel
    {
        public void Predict(scoped in DecisionContext context, scoped ReadOnlySpan<int> actions, scoped Span<double> rewards, PolicyScratch scratch)
        {
            for (int k = 0; k < (actions.IsEmpty ? context.ActionCount : actions.Length); k++) rewards[k] = of(actions.IsEmpty ? k : actions[k]);
        }
    }

    [Fact]
    public void The_weight_goes_to_who_foresees_and_the_loss_keeps_to_the_bound()
    {
        // Rewards between -1 and 3; the truth is 0 for action 0 and 2 for action 1, that is 0.25 and 0.75 of the range.
        var range = new RewardRange(-1, 3);
        var model = new MarketRewardModel([new("blind", new Fixed(_ => 1)), new("right", new Fixed(a => 2 * a)), new("wrong", new Fixed(a => 2 - 2 * a)), new("out of range", new Fixed(_ => 9))], range, 3);
        var rng = new Rng(4);
        var log = ContextWorld.Random(4);
        var context = LogEvaluationTests.Log(log, 1, 2).Context(0);
        double binary = 0;
        for (int i = 0; i < 400; i++)
        {
            int a = rng.NextInt(2);
            double p = a == 0 ? 0.25 : 0.75;
            model.Observe(context, [new LoggedAction(a, Math.Log(0.5), i % 2 == 0 ? (rng.NextDouble() < p ? 3 : -1) : 2 * a)]); // at an end of the range, or inside with the same mean
            binary += -p * Math.Log(p) - (1 - p) * Math.Log(1 - p);
        }
        Assert.True(model.LogLoss <= model.Guarantee + 1e-9);
        Assert.InRange(model.LogLoss, 0.7 * binary, 1.3 * binary + Math.Log(4));
        Assert.True(model.Weights.Single(w => w.Name == "right").Weight > 0.999);
        Assert.Equal(1, model.Weights.Sum(w => w.Weight), 1e-12);
        double[] rewards = new double[2];
        model.Predict(context, [0, 1], rewards, new PolicyScratch());
        Assert.Equal(0, rewards[0], 0.02);
        Assert.Equal(2, rewards[1], 0.02);
        Assert.Contains("expected at least one", Assert.Throws<ForageException>(() => new MarketRewardModel([], range, 1)).Message);
    }

    [Fact]
    public void A_market_of_models_keeps_doubly_robust_estimation_honest()
    {
        var world = ContextWorld.Random(4);
        double truth = 0;
        for (int x = 0; x < ContextWorld.Contexts; x++)
            for (int a = 0; a < ContextWorld.Actions; a++) truth += world.Mean[x, a] / ContextWorld.Contexts / ContextWorld.Actions;
        int covered = 0;
        double sum = 0;
        const int runs = 40;
        for (ulong run = 0; run < runs; run++)
        {
            var log = LogEvaluationTests.Log(world, 800, 100 + run);
            var trainer = new CandidateTrainer(log, null, RewardRange.Unit, new LinearOptions { Bits = 10 }, 1);
            var found = new LogEvaluation(log, RewardScale.Unit, new PolicyWeigherOptions(), trainer, 0.95, 20) { CombineModels = true }.Evaluate("uniform", new UniformPolicy());
            var robust = found.Estimators.Single(e => e.Name == "doubly robust").Estimate;
            sum += robust.Value - truth;
            if (robust.Lower <= truth && truth <= robust.Upper) covered++;
            Assert.Equal(4, found.Models.Count);
            Assert.Equal(1, found.Models.Sum(m => m.Weight), 1e-9);
        }
        Assert.InRange(covered, 33, runs); // 95 % of 40, less three standard errors
        Assert.InRange(sum / runs, -0.01, 0.01);
    }

    [Fact]
    public void Means_of_actions_are_drawn_to_the_mean_of_all()
    {
        var means = new ActionMeans(2, prior: 2);
        means.Add([new(0, 0, 1), new(0, 0, 1), new(1, 0, 0), new(5, 0, 0)]);
        double[] rewards = new double[3];
        var context = LogEvaluationTests.Log(ContextWorld.Random(4), 1, 2).Context(0);
        means.Predict(context, [0, 1, 5], rewards, new PolicyScratch());
        Assert.Equal([(2 + 2 * 0.5) / 4, (0 + 2 * 0.5) / 3, 0.5], rewards);
    }
}
