using Forage.Bandits;
using Forage.Features;
using Forage.Simulation.Finite;

namespace Forage.Tests.Simulation.Finite;

public class FiniteWorldTests
{
    [Fact]
    public void Contexts_and_rewards_come_with_their_probabilities()
    {
        var world = new FiniteWorld([.5, 0, .3, .2], [.1, .9, .5, .5, 0, 1, .25, .75]);
        var rng = new Rng(1);
        const int draws = 200_000;
        double[] seen = new double[4], earned = new double[4];
        for (int i = 0; i < draws; i++)
        {
            int x = world.DrawContext(ref rng);
            seen[x]++;
            earned[x] += world.DrawReward(x, 1, ref rng);
        }
        Assert.Equal(0, seen[1]);
        for (int x = 0; x < 4; x++) Assert.Equal(world.Probabilities[x], seen[x] / draws, 0.005);
        foreach (int x in new[] { 0, 2, 3 }) Assert.Equal(world.Mean(x, 1), earned[x] / seen[x], 0.012);
    }

    [Fact]
    public void Values_and_best_policies_are_what_enumeration_says()
    {
        var rng = new Rng(2);
        var world = FiniteWorld.Random(3, 4, ref rng);
        var all = PolicyTable.All(4, 3);
        var values = world.Values(all);
        Assert.Equal(64, values.Length);
        for (int i = 0; i < all.Count; i++)
        {
            double value = 0;
            for (int x = 0; x < 3; x++) value += world.Probabilities[x] * world.Mean(x, all[i, x]);
            Assert.Equal(value, values[i], 1e-12);
        }
        Assert.Equal(world.BestActions(), world.BestActions(all));
    }

    [Fact]
    public void Regret_of_a_uniform_player_is_the_gap_times_the_rounds_and_draws_follow_the_distribution()
    {
        var world = new FiniteWorld([.25, .75], [.2, .6, .1, .5, .3, .7]);
        var player = new UniformPlayer(3);
        var play = new FinitePlay(world, player, world.BestActions(), new Rng(3));
        var point = play.Until(100_000);
        double gap = .25 * (.6 - .3) + .75 * (.7 - .5);
        Assert.Equal(100_000 * gap, point.Regret, 100_000 * 0.002);
        Assert.Equal(100_000 * (.25 * .3 + .75 * .5), point.Reward, 100_000 * 0.006);
        Assert.All(player.Played, n => Assert.Equal(100_000 / 3.0, n, 600.0));
    }

    [Fact]
    public void Wrong_worlds_are_refused_with_the_value()
    {
        Assert.Contains("1.5", Assert.Throws<ForageException>(() => new FiniteWorld([1], [1.5])).Message);
        Assert.Contains("0.9", Assert.Throws<ForageException>(() => new FiniteWorld([.4, .5], [1, 1])).Message);
        Assert.Contains("3 mean", Assert.Throws<ForageException>(() => new FiniteWorld([.5, .5], [1, 1, 1])).Message);
        Assert.Contains("NaN", Assert.Throws<ForageException>(() => new FiniteWorld([1], [double.NaN])).Message);
    }

    private sealed class UniformPlayer(int actions) : IFiniteBandit
    {
        public int[] Played { get; } = new int[actions];

        public int Actions => actions;

        public void Distribution(int context, Span<double> pmf) => pmf.Fill(1.0 / actions);

        public void Observe(int context, int action, double probability, double reward)
        {
            Assert.Equal(1.0 / actions, probability);
            Played[action]++;
        }
    }
}
