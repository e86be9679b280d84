using Forage.Bandits;
using Forage.Features;
using Forage.OffPolicy;
using Forage.Persistence;

namespace Forage.Tests.Bandits;

/// <summary>What every bandit promises.</summary>
public class ContextualBanditTests
{
    public static TheoryData<string> Names() => [.. Recipes.All.Keys];

    public static TheoryData<string, bool> Forms()
    {
        var data = new TheoryData<string, bool>();
        foreach (string name in Recipes.All.Keys)
        {
            data.Add(name, false);
            data.Add(name, true);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void What_is_logged_is_what_is_sampled_with(string name, bool rows)
    {
        var world = new BanditWorld(4, 5, 300);
        using var bandit = Recipes.Make(name, world, rows);
        var rng = new Rng(3);
        double[] pmf = new double[4];
        for (int t = 0; t < 300; t++)
        {
            var round = world.Context(t, rows);
            var draw = bandit.Decide(round, ref rng);
            bandit.Learn(round, draw.Action, draw.Probability, rng.NextDouble() < world.Mean(t, draw.Action) ? 1 : 0);
        }
        for (int t = 0; t < 3; t++)
        {
            var context = world.Context(t, rows);
            bandit.Distribution(context, pmf);
            Assert.Equal(1, pmf.Sum(), 1e-12);
            Assert.All(pmf, p => Assert.InRange(p, 0, 1));
            const int draws = 4000;
            int[] counts = new int[4];
            for (int i = 0; i < draws; i++)
            {
                var draw = bandit.Decide(context, ref rng);
                Assert.Equal(pmf[draw.Action], draw.Probability); // the very number
                counts[draw.Action]++;
            }
            double chi = 0;
            for (int a = 0; a < 4; a++)
            {
                if (pmf[a] == 0) Assert.Equal(0, counts[a]);
                else chi += Math.Pow(counts[a] - draws * pmf[a], 2) / (draws * pmf[a]);
            }
            Assert.True(chi < 25, $"chi-square {chi} with at most 3 degrees of freedom"); // P < 2e-5 a case
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Excluded_actions_are_never_drawn_and_the_rest_sums_to_one(string name)
    {
        var world = new BanditWorld(5, 4, 200);
        using var bandit = Recipes.Make(name, world);
        var rng = new Rng(3);
        double[] pmf = new double[5];
        for (int t = 0; t < 200; t++)
        {
            var round = world.Context(t, false, t % 2 == 0 ? [1, 3] : [0]);
            bandit.Distribution(round, pmf);
            Assert.Equal(1, pmf.Sum(), 1e-12);
            if (t % 2 == 0) Assert.Equal(0, pmf[1] + pmf[3]);
            else Assert.Equal(0, pmf[0]);
            var draw = bandit.Decide(round, ref rng);
            bandit.Learn(round, draw.Action, draw.Probability, 1);
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Saved_and_loaded_it_goes_on_as_if_it_had_not_stopped(string name, bool rows)
    {
        var world = new BanditWorld(3, 4, 240);
        using var straight = Recipes.Make(name, world, rows);
        using var half = Recipes.Make(name, world, rows);
        Play(straight, world, rows, 0, 240);
        Play(half, world, rows, 0, 120);
        byte[] saved = Save(half);
        using var resumed = ContextualBandit.Load(new ModelReader(new MemoryStream(saved), "saved"));
        Assert.Equal(saved, Save(resumed));
        Play(resumed, world, rows, 120, 240);
        Assert.Equal(Save(straight), Save(resumed));
        Assert.Equal(240, resumed.Rounds);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_round_allocates_nothing(string name, bool rows)
    {
        var world = new BanditWorld(4, 5, 300);
        using var bandit = Recipes.Make(name, world, rows);
        Play(bandit, world, rows, 0, 200);
        Allocation.AssertNone(() => Play(bandit, world, rows, 200, 300));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Bad_reports_are_refused_and_nothing_is_lost(string name)
    {
        var world = new BanditWorld(3, 4, 60);
        using var bandit = Recipes.Make(name, world);
        Play(bandit, world, false, 0, 50);
        byte[] before = Save(bandit);
        Refused(bandit, world, "Action 3 was reported; expected an action in 0..2", 3, 0.5, 1);
        Refused(bandit, world, "Action -1", -1, 0.5, 1);
        Refused(bandit, world, "probability 0 was reported", 0, 0, 1);
        Refused(bandit, world, "probability NaN", 0, double.NaN, 1);
        Refused(bandit, world, "probability 1.5", 0, 1.5, 1);
        Refused(bandit, world, "reward of NaN", 0, 0.5, double.NaN);
        Refused(bandit, world, "reward of 2", 0, 0.5, 2);
        Assert.Contains("2 actions; expected the 3", Assert.Throws<ForageException>(() => bandit.Learn(new DecisionContext(world.Shared, 0, false, 2), 0, 0.5, 1)).Message);
        Assert.Contains("is excluded", Assert.Throws<ForageException>(() => bandit.Learn(world.Context(0, false, [1]), 1, 0.5, 1)).Message);
        Assert.Contains("no action that can be chosen", Assert.Throws<ForageException>(() =>
        {
            var rng = new Rng(1);
            bandit.Decide(world.Context(0, false, [0, 1, 2]), ref rng);
        }).Message);
        Assert.Equal(before, Save(bandit));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Actions_with_features_may_come_and_go(string name)
    {
        var world = new BanditWorld(6, 4, 90);
        using var bandit = Recipes.Make(name, world, rows: true);
        var rng = new Rng(1);
        double[] pmf = new double[6];
        for (int t = 0; t < 90; t++)
        {
            int n = 2 + t % 5;
            var context = new DecisionContext(world.WithActions, t * 7, true, n);
            bandit.Distribution(context, pmf.AsSpan(0, n));
            Assert.Equal(1, pmf.Take(n).Sum(), 1e-12);
            var draw = bandit.Decide(context, ref rng);
            bandit.Learn(context, draw.Action, draw.Probability, draw.Action % 2);
        }
        Assert.Equal(90, bandit.Rounds);
    }

    [Fact]
    public void A_fixed_set_asks_for_its_actions_and_features_for_rows()
    {
        var world = new BanditWorld(3, 4, 2);
        using var bandit = ContextualBandit.Create(new BanditRecipe { Actions = 0 });
        double[] pmf = new double[3];
        Assert.Contains("have no rows", Assert.Throws<ForageException>(() => bandit.Distribution(world.Context(0), pmf)).Message);
        Assert.Contains("The number of policies is 65", Assert.Throws<ForageException>(() => ContextualBandit.Create(new BanditRecipe { Kind = BanditKind.Bagging, Actions = 2, Policies = 65 })).Message);
        Assert.Contains("epsilon is -1", Assert.Throws<ForageException>(() => ContextualBandit.Create(new BanditRecipe { Epsilon = -1, Actions = 2 })).Message);
    }

    internal static void Play(IContextualBandit bandit, BanditWorld world, bool rows, int first, int end)
    {
        for (int t = first; t < end; t++)
        {
            var rng = new Rng((ulong)t);
            var context = world.Context(t, rows);
            var draw = bandit.Decide(context, ref rng);
            bandit.Learn(context, draw.Action, draw.Probability, rng.NextDouble() < world.Mean(t, draw.Action) ? 1 : 0);
        }
    }

    private static void Refused(ContextualBandit bandit, BanditWorld world, string message, int action, double probability, double reward) =>
        Assert.Contains(message, Assert.Throws<ForageException>(() => bandit.Learn(world.Context(0), action, probability, reward)).Message);

    private static byte[] Save(ContextualBandit bandit)
    {
        var stream = new MemoryStream();
        using var writer = new ModelWriter(stream);
        bandit.Save(writer);
        writer.Finish();
        return stream.ToArray();
    }
}
