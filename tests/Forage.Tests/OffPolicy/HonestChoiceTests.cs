using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Tests.OffPolicy;

public class HonestChoiceTests
{
    private static readonly double[] s_logging = [.25, .25, .25, .25];

    [Fact]
    public void With_many_worthless_candidates_a_wrong_choice_is_made_in_at_most_5_percent_of_runs()
    {
        // Every action has the same mean reward, so no policy is better than the log; picking the best-looking of 20 by its own 95 % interval errs most of the time.
        var rng = new Rng(1);
        const int runs = 200, candidates = 20;
        int shared = 0, confirmed = 0, naive = 0;
        for (int run = 0; run < runs; run++)
        {
            var targets = Targets(candidates, ref rng);
            string[] names = [.. Enumerable.Range(0, candidates).Select(i => $"p{i}")];
            var chooser = new HonestChooser(names, new() { Bets = BettingKind.Sums });
            var confirming = new ConfirmingChooser(names, new() { Bets = BettingKind.Sums });
            var ips = new IpsEstimator[candidates];
            for (int k = 0; k < candidates; k++) ips[k] = new IpsEstimator();
            for (int i = 0; i < 120; i++)
            {
                int a = rng.NextInt(4);
                double r = rng.NextDouble() < .4 ? 1 : 0;
                for (int k = 0; k < candidates; k++)
                {
                    double w = targets[k][a] / .25;
                    chooser.Add(k, new Observation(w, r));
                    confirming.Add(ConfirmingChooser.IsForConfirming(i), k, new Observation(w, r));
                    ips[k].Add(new Observation(1, w * r - r));
                }
            }
            shared += chooser.Result().Index >= 0 ? 1 : 0;
            confirmed += confirming.Result().Index >= 0 ? 1 : 0;
            naive += ips.Any(e => e.Result().Lower > 0) ? 1 : 0;
        }
        Assert.True(shared <= .05 * runs, $"{shared} of {runs}");
        Assert.True(confirmed <= .05 * runs, $"{confirmed} of {runs}");
        Assert.True(naive > .15 * runs, $"the naive way errs in {naive} of {runs}, so this test tells nothing");
    }

    [Theory]
    [InlineData(BettingKind.Mixture)]
    [InlineData(BettingKind.Predictable)]
    [InlineData(BettingKind.Sums)]
    public void The_best_of_several_is_chosen_when_there_is_enough_to_go_by(BettingKind bets)
    {
        double[] means = [.2, .4, .5, .6];
        double[][] targets = [[.25, .25, .25, .25], [.1, .1, .1, .7], [.7, .1, .1, .1], [.1, .3, .3, .3]];
        string[] names = ["uniform", "good", "bad", "fair"];
        var chooser = new HonestChooser(names, new() { Bets = bets });
        var confirming = new ConfirmingChooser(names, new() { Bets = bets });
        var rng = new Rng(2);
        for (int i = 0; i < 6000; i++)
        {
            int a = rng.NextInt(4);
            double r = rng.NextDouble() < means[a] ? 1 : 0;
            for (int k = 0; k < 4; k++)
            {
                chooser.Add(k, new Observation(targets[k][a] / s_logging[a], r));
                confirming.Add(ConfirmingChooser.IsForConfirming(i), k, new Observation(targets[k][a] / s_logging[a], r));
            }
        }
        foreach (var choice in new[] { chooser.Result(), confirming.Result() })
        {
            Assert.Equal("good", choice.Chosen);
            var good = choice.Candidates[1];
            Assert.InRange(.7 * .6 + .1 * (.2 + .4 + .5) - .425, good.Difference.Lower, good.Difference.Upper);
            Assert.StartsWith("'good' is better than the logging policy: by 0.", choice.Sentence);
            Assert.Contains("with 95 % confidence", choice.Sentence);
            Assert.False(choice.Candidates[2].Better);
        }
        Assert.Equal(6000, chooser.Result().Candidates[0].Difference.Count);
        Assert.Equal(0, chooser.Result().Candidates[0].Difference.Value, 1e-12);
    }

    [Fact]
    public void Too_little_to_go_by_is_said_in_plain_words_with_how_much_is_missing()
    {
        var chooser = new HonestChooser(["new"]);
        var rng = new Rng(3);
        double[] target = [.1, .2, .3, .4], means = [.3, .35, .4, .45];
        for (int i = 0; i < 400; i++)
        {
            int a = rng.NextInt(4);
            chooser.Add(0, new Observation(target[a] / .25, rng.NextDouble() < means[a] ? 1 : 0));
        }
        var choice = chooser.Result();
        Assert.Null(choice.Chosen);
        Assert.StartsWith("No candidate is better with 95 % confidence. The closest is 'new'", choice.Sentence);
        Assert.Contains("more decisions", choice.Sentence);
        Assert.True(choice.Candidates[0].MoreDecisions > 100);
    }

    [Fact]
    public void The_number_of_decisions_foretold_is_about_what_it_takes()
    {
        double[] target = [.1, .2, .3, .4], means = [.3, .35, .4, .45];
        double truth = target.Zip(means).Sum(p => p.First * p.Second) - means.Average();
        List<int> taken = [];
        long foretold = 0;
        for (ulong seed = 0; seed < 15; seed++)
        {
            var rng = new Rng(seed);
            var difference = new MixtureDifference();
            for (int i = 1; ; i++)
            {
                int a = rng.NextInt(4);
                difference.Add(new Observation(target[a] / .25, rng.NextDouble() < means[a] ? 1 : 0));
                if (i % 200 != 0 || !(difference.Result().Lower > 0)) continue;
                taken.Add(i);
                foretold = SampleSize.Sequence(truth, difference.Variance, .05);
                break;
            }
        }
        taken.Sort();
        Assert.InRange(taken[7], foretold / 2.5, foretold * 2.0);
        Assert.Equal(truth, SampleSize.Detectable(SampleSize.Sequence(truth, .2, .05), .2, .05), 1e-4);
        Assert.True(SampleSize.FixedTime(truth, .2, .05) < SampleSize.Sequence(truth, .2, .05));
        Assert.Equal(long.MaxValue, SampleSize.Sequence(0, .2, .05));
    }

    [Fact]
    public void Repeated_promotions_spend_no_more_than_the_error_allowed()
    {
        Assert.Equal(.05, new ChoiceOptions().Error, 1e-15);
        Assert.Equal(.025, new ChoiceOptions { Promotion = 1 }.Error, 1e-15);
        double spent = Enumerable.Range(1, 100_000).Sum(k => new ChoiceOptions { Promotion = k }.Error);
        Assert.InRange(spent, .0499, .05);
        Assert.Contains("Promotion is -1", Assert.Throws<ForageException>(() => new HonestChooser(["a"], new() { Promotion = -1 })).Message);
        Assert.Contains("0 candidates", Assert.Throws<ForageException>(() => new HonestChooser([])).Message);
    }

    [Fact]
    public void The_split_is_fixed_by_the_seed_and_has_the_share_asked_for()
    {
        bool[] first = [.. Enumerable.Range(0, 30_000).Select(i => ConfirmingChooser.IsForConfirming(i, .25, 7))];
        Assert.Equal(first, Enumerable.Range(0, 30_000).Select(i => ConfirmingChooser.IsForConfirming(i, .25, 7)));
        Assert.InRange(first.Count(x => x) / 30_000.0, .24, .26);
    }

    private static double[][] Targets(int count, ref Rng rng)
    {
        var targets = new double[count][];
        for (int k = 0; k < count; k++)
        {
            targets[k] = new double[4];
            for (int a = 0; a < 4; a++) targets[k][a] = rng.NextExponential();
            double sum = targets[k].Sum();
            for (int a = 0; a < 4; a++) targets[k][a] /= sum;
        }
        return targets;
    }
}
