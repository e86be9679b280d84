using Forage.Bandits;
using Forage.Budgets;
using Forage.Features;
using Forage.Linear;
using Forage.OffPolicy;
using Forage.Persistence;

namespace Forage.Tests.Budgets;

public class BudgetedPolicyTests
{
    private const int Kinds = 3, Actions = 3;

    // Action a > 0 shows the ad of advertiser a - 1, who pays 1 for a click. Kinds of users like one or the other.
    private static readonly double[,] s_clicks = { { 0, 0.5, 0.05 }, { 0, 0.1, 0.4 }, { 0, 0.3, 0.2 } };
    private static readonly double[] s_most = [0, 0, 1, 0, 0, 1];

    [Fact]
    public void BudgetsArePacedOverTheDayAndNeverOverdrawn()
    {
        const int decisions = 20_000;
        double[] limits = [800, 600];
        var (paced, pace) = Day(1, decisions, limits, 0);
        var (unpaced, rushed) = Day(0, decisions, limits, 0);
        Assert.InRange(pace, 0.6, 1.6); // a third into the day, on plan
        Assert.InRange(rushed, 2.5, 3.1); // without prices nearly everything is gone by then
        Assert.InRange(paced.Ledger.Spent(0) / 800, 0.8, 1);
        Assert.InRange(paced.Ledger.Spent(1) / 600, 0.8, 1);
        Assert.Equal(decisions, paced.Ledger.Rounds);
        Assert.True(paced.Price(0) > 0 && unpaced.Price(0) == 0);
    }

    [Fact]
    public void LateOutcomesInAnyOrderOverdrawNothing()
    {
        var rng = new Rng(3);
        for (int run = 0; run < 20; run++)
        {
            double[] limits = [20 * rng.NextDouble(), 20 * rng.NextDouble()];
            var (policy, _) = Day(1, 600, limits, 1 + rng.NextInt(60), (ulong)run);
            for (int i = 0; i < 2; i++) Assert.True(policy.Ledger.Spent(i) <= limits[i]);
            Assert.Equal((0, 600), (policy.Pending, policy.Ledger.Rounds));
            Assert.Equal(0, policy.Reserved(0));
        }
    }

    [Fact]
    public void WhatIsPendingIsSetAside()
    {
        using var policy = Make(1, 100, [1.5, 0]);
        var world = new Users();
        var rng = new Rng(1);
        var taken = new List<Draw>();
        for (int t = 0; t < 50; t++) taken.Add(policy.Decide(world.Context(0), s_most, ref rng));
        Assert.Equal(1, taken.Count(d => d.Action == 1)); // the second would have promised 2 of 1.5
        Assert.DoesNotContain(taken, d => d.Action == 2);
        Assert.Equal((1, 50), (policy.Reserved(0), policy.Pending));
        policy.Cancel(taken.First(d => d.Action == 1), [1, 0]);
        Assert.Equal(0, policy.Reserved(0));
        for (int t = 0; t < 49; t++) taken.Add(policy.Decide(world.Context(0), s_most, ref rng));
        Assert.Equal(2, taken.Count(d => d.Action == 1));
        Assert.Contains("reserved", Assert.Throws<ForageException>(() => policy.Learn(world.Context(0), new Draw(1, 0.5), [1, 0], 1, [2, 0])).Message);
        Assert.Contains("pending", Assert.Throws<ForageException>(() => policy.NextDay(new ResourceBudgets(10, [1, 1]))).Message);
        Assert.Equal(0, policy.Decide(world.Context(0), s_most, ref rng).Action);
        Assert.Equal(new Draw(0, 1) { IsUncounted = true }, policy.Decide(world.Context(0), s_most, ref rng)); // the 101st
        Assert.Equal(100, policy.Decided);
    }

    [Fact]
    public void SavedInTheMiddleOfADayItGoesOnAsIfNothingHadHappened()
    {
        var world = new Users();
        using var policy = Make(1, 2000, [90, 60.3]);
        var rng = new Rng(5);
        Play(policy, world, ref rng, 700);
        policy.Decide(world.Context(1), s_most, ref rng); // stays pending
        var bytes = Bytes(policy);
        var reader = new ModelReader(new MemoryStream(bytes), "saved");
        using var loaded = BudgetedPolicy.Load(reader);
        reader.Finish();
        Assert.Equal(bytes, Bytes(loaded));
        Rng one = rng, two = rng;
        Play(policy, world, ref one, 1000);
        Play(loaded, world, ref two, 1000);
        Assert.Equal(Bytes(policy), Bytes(loaded));
        Assert.Equal((1, policy.Price(1)), (loaded.Pending, loaded.Price(1)));
    }

    [Fact]
    public void DecisionsAllocateNothing()
    {
        using var policy = Make(1, 100_000, [5000, 5000]);
        var world = new Users();
        var rng = new Rng(7);
        double[] used = [0, 0];
        Play(policy, world, ref rng, 1000);
        Allocation.AssertNone(() =>
        {
            for (int t = 0; t < 200; t++)
            {
                var draw = policy.Decide(world.Context(t % Kinds), s_most, ref rng);
                policy.Learn(world.Context(t % Kinds), draw, s_most.AsSpan(2 * draw.Action, 2), 0, used);
            }
        });
    }

    /// <summary>Decisions beyond the horizon take part in nothing: reported or not, the outcomes of those before it find their places.</summary>
    [Fact]
    public void WhatComesAfterTheHorizonIsPassedOver()
    {
        using var policy = Make(1, 2, [10, 10]);
        var world = new Users();
        var rng = new Rng(5);
        var draws = new List<Draw>();
        for (int t = 0; t < 4; t++) draws.Add(policy.Decide(world.Context(0), s_most, ref rng));
        Assert.Equal([false, false, true, true], draws.Select(d => d.IsUncounted));
        Assert.All(draws.Skip(2), d => Assert.Equal((0, 1.0), (d.Action, d.Probability)));
        foreach (int t in new[] { 2, 0, 3, 1 })
        {
            if (t == 3) policy.Cancel(draws[t], [0, 0]);
            else policy.Learn(world.Context(0), draws[t], s_most.AsSpan(2 * draws[t].Action, 2), 1, s_most.AsSpan(2 * draws[t].Action, 2));
        }
        Assert.Equal((0, 2, 0, 0), (policy.Pending, policy.Ledger.Rounds, policy.Reserved(0), policy.Reserved(1)));
        Assert.Equal(draws.Take(2).Count(d => d.Action == 1), policy.Ledger.Spent(0));
        Assert.Equal(draws.Take(2).Count(d => d.Action == 2), policy.Ledger.Spent(1));
        policy.NextDay(new ResourceBudgets(5, [1, 1]));
        Assert.False(policy.Decide(world.Context(0), s_most, ref rng).IsUncounted);
    }

    [Fact]
    public void BadUseIsNamed()
    {
        var world = new Users();
        var rng = new Rng(1);
        using var policy = Make(1, 10, [1, 1]);
        Assert.Contains("4 largest consumptions", Assert.Throws<ForageException>(() => policy.Decide(world.Context(0), [0, 0, 1, 1], ref rng)).Message);
        Assert.Contains("null action 0 is said to consume", Assert.Throws<ForageException>(() => policy.Decide(world.Context(0), [1, 0, 1, 0, 0, 1], ref rng)).Message);
        Assert.Contains("consumption of NaN", Assert.Throws<ForageException>(() => policy.Decide(world.Context(0), [0, 0, double.NaN, 0, 0, 1], ref rng)).Message);
        Assert.Contains("none of 0 decisions is pending", Assert.Throws<ForageException>(() => policy.Cancel(new Draw(0, 1), [0, 0])).Message);
        Assert.Contains("step of prices is -1", Assert.Throws<ForageException>(() => Make(-1, 10, [1, 1])).Message);
        Assert.True(double.IsNaN(policy.Pace(0)));
    }

    private static (BudgetedPolicy Policy, double Pace) Day(double step, int decisions, double[] limits, int delay, ulong seed = 1)
    {
        var policy = Make(step, decisions, limits);
        var world = new Users();
        var rng = new Rng(seed);
        var waiting = new List<(int Kind, Draw Draw)>();
        double pace = double.NaN;
        for (int t = 0; t < decisions; t++)
        {
            int kind = rng.NextInt(Kinds);
            waiting.Add((kind, policy.Decide(world.Context(kind), s_most, ref rng)));
            while (waiting.Count > (t == decisions - 1 ? 0 : delay))
            {
                int at = rng.NextInt(waiting.Count);
                Report(policy, world, waiting[at].Kind, waiting[at].Draw, ref rng);
                waiting.RemoveAt(at);
            }
            if (t == decisions / 3) pace = policy.Pace(0);
        }
        return (policy, pace);
    }

    private static void Play(BudgetedPolicy policy, Users world, ref Rng rng, int decisions)
    {
        for (int t = 0; t < decisions; t++)
        {
            int kind = rng.NextInt(Kinds);
            Report(policy, world, kind, policy.Decide(world.Context(kind), s_most, ref rng), ref rng);
        }
    }

    private static void Report(BudgetedPolicy policy, Users world, int kind, Draw draw, ref Rng rng)
    {
        var most = s_most.AsSpan(2 * draw.Action, 2);
        double click = rng.NextDouble() < s_clicks[kind, draw.Action] ? 1 : 0;
        policy.Learn(world.Context(kind), draw, most, click, [click * most[0], click * most[1]]);
    }

    private static BudgetedPolicy Make(double step, int decisions, double[] limits)
        => new(ContextualBandit.Create(new BanditRecipe { Kind = BanditKind.EpsilonGreedy, Epsilon = 0.05, Estimator = CostEstimator.Dm, Actions = Actions, Learner = new LinearOptions { Bits = 10 } }), new ResourceBudgets(decisions, limits), new() { PriceStep = step });

    private static byte[] Bytes(BudgetedPolicy policy)
    {
        using var stream = new MemoryStream();
        using (var writer = new ModelWriter(stream))
        {
            policy.Save(writer);
            writer.Finish();
        }
        return stream.ToArray();
    }

    /// <summary>One row a kind of user.</summary>
    private sealed class Users
    {
        private readonly FeatureBlock _rows = new();

        public Users()
        {
            var writer = new RowWriter(_rows);
            for (uint kind = 0; kind < Kinds; kind++)
            {
                writer.BeginRow(-1);
                writer.BeginGroup((byte)'u');
                writer.Add(17 + 31 * kind, 1);
                writer.EndGroup();
                writer.EndRow();
            }
        }

        public DecisionContext Context(int kind) => new(_rows, kind, false, Actions);
    }
}
