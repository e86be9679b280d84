using Forage.Features;
using Forage.OffPolicy;
using Forage.OffPolicy.Internals;

namespace Forage.Tests.OffPolicy;

public class BettingTests
{
    [Fact]
    public void Wealth_at_the_true_mean_is_a_martingale_and_above_it_a_supermartingale()
    {
        var world = PairWorld.Heavy;
        var rng = new Rng(1);
        RunStatistics atTruth = new(), above = new();
        for (int run = 0; run < 20_000; run++)
        {
            var bound = new MixtureBound([world.Truth, 1]);
            for (int i = 0; i < 8; i++)
            {
                var (w, r) = world.Draw(ref rng);
                bound.Add(w * r);
            }
            atTruth.Add(Math.Exp(bound.LogWealth(0)));
            above.Add(Math.Exp(bound.LogWealth(1)));
        }
        Assert.True(Math.Abs(atTruth.Mean - 1) < 4 * atTruth.StandardError, $"{atTruth.Mean} ± {atTruth.StandardError}");
        Assert.True(above.Mean < 1 - 3 * above.StandardError, $"{above.Mean} ± {above.StandardError}");
    }

    [Fact]
    public void The_table_equals_products_computed_one_by_one()
    {
        var rng = new Rng(2);
        double[] grid = BettingGrid.Values(16);
        var bound = new MixtureBound(grid);
        var exact = new double[grid.Length, MixtureBound.Levels];
        for (int i = 0; i < 3000; i++)
        {
            double x = rng.NextDouble() < .3 ? 0 : rng.NextDouble() < .01 ? 1e250 * rng.NextDouble() : 20 * rng.NextDouble();
            bound.Add(x);
            for (int k = 0; k < grid.Length; k++)
                for (int j = 0; j < MixtureBound.Levels; j++) exact[k, j] += Math.Log(1 + MixtureBound.Beta(j) * (x / grid[k] - 1));
        }
        for (int k = 0; k < grid.Length; k++)
        {
            double[] logs = [.. Enumerable.Range(0, MixtureBound.Levels).Select(j => exact[k, j])];
            double largest = logs.Max(), expected = largest + Math.Log(logs.Average(l => Math.Exp(l - largest)));
            Assert.Equal(expected, bound.LogWealth(k), 1e-8 * Math.Abs(expected) + 1e-8);
        }
    }

    [Fact]
    public void Interpolated_bounds_are_no_higher_than_exact_ones_and_close()
    {
        var rng = new Rng(3);
        var bound = new MixtureBound(BettingGrid.Values(128));
        List<double> xs = [];
        for (int i = 0; i < 2000; i++)
        {
            var (w, r) = PairWorld.Mild.Draw(ref rng);
            xs.Add(w * r);
            bound.Add(w * r);
        }
        double threshold = Math.Log(40), low = 0, high = 1;
        for (int i = 0; i < 60; i++)
        {
            double v = (low + high) / 2;
            double[] logs = [.. Enumerable.Range(0, MixtureBound.Levels).Select(j => xs.Sum(x => Math.Log(1 + MixtureBound.Beta(j) * (x / v - 1))))];
            if (logs.Max() + Math.Log(logs.Average(l => Math.Exp(l - logs.Max()))) >= threshold) low = v;
            else high = v;
        }
        double found = bound.Lower(threshold);
        Assert.InRange(found, low - 0.002, low + 1e-9);
    }

    [Fact]
    public void The_inequality_behind_sums_holds()
    {
        for (double lambda = .001; lambda < 1; lambda += .0173)
            for (double xi = -1; xi < 50; xi += .0371)
                Assert.True(Math.Log(1 + lambda * xi) >= lambda * xi + (Math.Log(1 - lambda) + lambda) * xi * xi - 1e-12);
    }

    [Fact]
    public void Widths_shrink_at_the_root_of_n_and_are_not_far_from_Gaussian_ones()
    {
        var world = PairWorld.Mild;
        var rng = new Rng(4);
        MixtureSequence a = new();
        SumsSequence b = new();
        PredictableSequence c = new();
        IpsEstimator gaussian = new();
        double[] early = new double[3];
        for (int i = 1; i <= 64_000; i++)
        {
            var (w, r) = world.Draw(ref rng);
            var seen = new Observation(w, r);
            a.Add(seen);
            b.Add(seen);
            c.Add(seen);
            gaussian.Add(seen);
            if (i == 4000) early = [Width(a.Result()), Width(b.Result()), Width(c.Result())];
        }
        double[] late = [Width(a.Result()), Width(b.Result()), Width(c.Result())];
        double plain = Width(gaussian.Result());
        // Four times fewer at most logarithmically: 16 times the data should at least thin the interval by 2.5.
        for (int k = 0; k < 3; k++) Assert.True(late[k] < early[k] / 2.5, $"sequence {k}: {early[k]} then {late[k]}");
        Assert.True(late[0] < 2.5 * plain, $"mixture {late[0]}, Gaussian {plain}");
        Assert.True(late[1] < 3.0 * plain, $"sums {late[1]}, Gaussian {plain}");
        Assert.True(late[2] < 2.5 * plain, $"predictable {late[2]}, Gaussian {plain}");
    }

    [Fact]
    public void A_bound_on_the_weights_finds_the_upper_end_of_rare_rewards()
    {
        var world = PairWorld.Clicks;
        var rng = new Rng(10);
        BettingSequence[] open = [new MixtureSequence(), new PredictableSequence(), new SumsSequence()];
        BettingSequence[] bounded = [new MixtureSequence(maxWeight: 2.8), new PredictableSequence(maxWeight: 2.8), new SumsSequence(maxWeight: 2.8)];
        MixtureDifference openDifference = new(), boundedDifference = new(maxWeight: 2.8);
        for (int i = 0; i < 10_000; i++)
        {
            var (w, r) = world.Draw(ref rng);
            foreach (var sequence in open) sequence.Add(new Observation(w, r));
            foreach (var sequence in bounded) sequence.Add(new Observation(w, r));
            openDifference.Add(new Observation(w, r));
            boundedDifference.Add(new Observation(w, r));
        }
        for (int k = 0; k < 3; k++)
        {
            var (a, b) = (open[k].Result(), bounded[k].Result());
            Assert.InRange(world.Truth, b.Lower, b.Upper);
            Assert.True(b.Upper - b.Value < (a.Upper - a.Value) / 2, $"{k}: {a} and {b}");
            Assert.True(b.Lower > .8 * a.Lower, $"{k}: {a} and {b}");
        }
        Assert.True(Width(boundedDifference.Result()) < Width(openDifference.Result()) / 1.5, $"{openDifference.Result()} and {boundedDifference.Result()}");
        Assert.Contains("2.8", Assert.Throws<ForageException>(() => bounded[0].Add(new Observation(3, 1.0))).Message);
    }

    [Fact]
    public void A_paired_difference_shows_what_two_intervals_hide()
    {
        // The target differs from the logging policy in a tenth of its choices.
        var world = new PairWorld([.45, .45, .1], [.5, .45, .05], [.6, .5, .1]);
        var rng = new Rng(5);
        MixtureDifference paired = new();
        MixtureSequence target = new(), logging = new();
        for (int i = 0; i < 20_000; i++)
        {
            var (w, r) = world.Draw(ref rng);
            paired.Add(new Observation(w, r));
            target.Add(new Observation(w, r));
            logging.Add(new Observation(1, r));
        }
        var difference = paired.Result();
        Assert.True(difference.Lower > 0, $"{difference}");
        Assert.InRange(world.Truth - world.LoggingTruth, difference.Lower, difference.Upper);
        Assert.True(target.Result().Lower < logging.Result().Upper, "the two values' own intervals still overlap");
    }

    [Fact]
    public void Two_targets_are_compared_in_pairs()
    {
        var rng = new Rng(6);
        double[] logging = [.5, .3, .2], first = [.2, .3, .5], second = [.6, .3, .1], means = [.2, .5, .8];
        double truth = first.Zip(means).Sum(p => p.First * p.Second) - second.Zip(means).Sum(p => p.First * p.Second);
        MixtureDifference a = new(), back = new();
        PredictableDifference b = new();
        SumsDifference c = new();
        for (int i = 0; i < 10_000; i++)
        {
            double u = rng.NextDouble();
            int action = u < .5 ? 0 : u < .8 ? 1 : 2;
            double r = rng.NextDouble() < means[action] ? 1 : 0;
            Observation one = new(first[action] / logging[action], r), two = new(second[action] / logging[action], r);
            a.Add(one, two);
            b.Add(one, two);
            c.Add(one, two);
            back.Add(two, one);
        }
        foreach (var e in new[] { a.Result(), b.Result(), c.Result() })
        {
            Assert.InRange(truth, e.Lower, e.Upper);
            Assert.True(e.Lower > 0 && e.Upper - e.Lower < .2, $"{e}");
        }
        Assert.Equal(a.Result().Lower, -back.Result().Upper, 1e-12);
    }

    [Fact]
    public void Reward_ranges_are_mapped_and_back()
    {
        var rng = new Rng(7);
        MixtureSequence unit = new(), wide = new(new RewardScale { Range = new(-3, 5) });
        MixtureDifference unitDifference = new(), wideDifference = new(new RewardScale { Range = new(-3, 5) });
        for (int i = 0; i < 1000; i++)
        {
            var (w, r) = PairWorld.Mild.Draw(ref rng);
            unit.Add(new Observation(w, r));
            wide.Add(new Observation(w, 8 * r - 3));
            unitDifference.Add(new Observation(w, r));
            wideDifference.Add(new Observation(w, 8 * r - 3));
        }
        Assert.Equal(8 * unit.Result().Lower - 3, wide.Result().Lower, 1e-9);
        Assert.Equal(8 * unit.Result().Upper - 3, wide.Result().Upper, 1e-9);
        Assert.Equal(8 * unitDifference.Result().Lower, wideDifference.Result().Lower, 1e-9);
    }

    [Fact]
    public void Intervals_handed_out_never_widen()
    {
        var rng = new Rng(8);
        MixtureSequence a = new();
        double lower = 0, upper = 1;
        for (int i = 0; i < 3000; i++)
        {
            var (w, r) = PairWorld.Heavy.Draw(ref rng);
            a.Add(new Observation(w, r));
            if (i % 50 != 0) continue;
            var e = a.Result();
            Assert.True(e.Lower >= lower && e.Upper <= upper);
            (lower, upper) = (e.Lower, e.Upper);
        }
        Assert.True(lower > .2 && upper < 1);
    }

    [Fact]
    public void Impossible_data_are_called_a_contradiction()
    {
        MixtureSequence a = new();
        for (int i = 0; i < 2000; i++) a.Add(new Observation(3, i % 2)); // mean weight 3
        var e = a.Result();
        Assert.True(a.Contradicted);
        Assert.Equal((0, 1), (e.Lower, e.Upper));
    }

    private static double Width(Estimate e) => e.Upper - e.Lower;
}
