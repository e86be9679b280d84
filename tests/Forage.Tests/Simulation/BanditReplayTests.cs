using System.Text;
using Forage.Bandits;
using Forage.Data;
using Forage.Features;
using Forage.Linear;
using Forage.Simulation;

namespace Forage.Tests.Simulation;

public class BanditReplayTests
{
    private static readonly BanditRecipe s_start = new() { Learner = new LinearOptions { Bits = 8 } };

    [Fact]
    public void The_loss_of_choosing_at_random_is_one_minus_one_over_K()
    {
        var set = Classes(6000, 4);
        using var uniform = ContextualBandit.Create(s_start with { Actions = 4, Kind = BanditKind.EpsilonGreedy, Epsilon = 1 });
        var result = BanditReplay.Run(set, uniform, new BanditReplayOptions { Seed = 3 });
        Assert.Equal(6000, result.Rounds);
        Assert.InRange(result.Loss, 0.75 - 0.025, 0.75 + 0.025); // 4.5 standard errors
        Assert.Equal(result.Loss, result.CurveLosses[^1]);
        Assert.Equal(6000, result.CurveRounds[^1]);
        Assert.Equal(result.CurveRounds.Order(), result.CurveRounds);
    }

    [Fact]
    public void Bandits_learn_and_full_information_learns_more()
    {
        var set = Classes(4000, 4);
        var all = BanditTournament.Best(BanditTournament.Run(set,
            [new("supervised", s_start, true), new("cover", BanditText.Parse("cover:n=4", s_start)), new("squarecb", BanditText.Parse("squarecb:estimator=dm", s_start))], [0.1, 0.5], 2, new BanditReplayOptions { Shuffle = true }));
        Assert.Equal(["supervised", "cover", "squarecb"], all.Select(s => s.Contestant.Name));
        Assert.InRange(all[0].Loss, 0, 0.15);
        Assert.All(all.Skip(1), s => Assert.InRange(s.Loss, all[0].Loss, 0.35));
        Assert.All(all.Skip(1), s => Assert.True(s.StandardError > 0));
    }

    [Fact]
    public void A_tournament_does_not_depend_on_its_threads_nor_on_streaming()
    {
        var set = Classes(1500, 3);
        List<BanditContestant> who = [new("supervised", s_start, true), new("cover", BanditText.Parse("cover", s_start)), new("bag", BanditText.Parse("bag", s_start)), new("linucb", BanditText.Parse("linucb", s_start))];
        var options = new BanditReplayOptions { Seed = 9, Noise = 0.1 };
        double[] one = Losses(BanditTournament.Run(set, who, [0.3, 1], 2, options, 1)), two = Losses(BanditTournament.Run(set, who, [0.3, 1], 2, options, 2));
        Assert.Equal(7 * 2, one.Length); // a rate means nothing to LinUCB
        Assert.Equal(one, two);
        var batch = new SupervisedSet();
        double[] streamed = Losses(BanditTournament.Stream(3, each =>
        {
            for (int i = 0; i < set.Count; i++)
            {
                var row = set.Rows[i];
                batch.Add(set.Labels(i), row.Indices[row.Group(0).Start..row.Group(0).End], row.Values[row.Group(0).Start..row.Group(0).End]);
                if (batch.Count < 400 && i < set.Count - 1) continue;
                each(batch);
                batch.Clear();
            }
        }, who, [0.3, 1], 2, options, 2));
        Assert.Equal(one, streamed);

        static double[] Losses(IReadOnlyList<BanditStanding> standings) => [.. standings.SelectMany(s => s.Plays.Select(p => p.Loss))];
    }

    [Fact]
    public void Batches_hold_what_the_whole_set_holds()
    {
        var text = new StringBuilder();
        for (int i = 0; i < 30_000; i++) text.Append(i % 3 - 1 == 0 ? "-1" : "+1").Append(" 3:0.5 ").Append(10 + i % 7).Append(":1\n");
        byte[] bytes = Encoding.ASCII.GetBytes(text.ToString());
        var (set, _) = SupervisedReader.Read(ByteSource.FromStream(new MemoryStream(bytes), "memory"), SupervisedFormat.Svmlight);
        Assert.Equal(2, set.LabelCount); // -1 and +1
        int at = 0, batches = 0;
        SupervisedReader.ReadBatches(ByteSource.FromStream(new MemoryStream(bytes), "memory"), SupervisedFormat.Svmlight, batch =>
        {
            batches++;
            for (int i = 0; i < batch.Count; i++, at++)
            {
                Assert.Equal(set.Labels(at).ToArray(), batch.Labels(i).ToArray());
                Assert.Equal(set.Rows[at].Count, batch.Rows[i].Count);
            }
        });
        Assert.Equal(set.Count, at);
        Assert.True(batches > 1 || bytes.Length < 1 << 19);
    }

    [Fact]
    public void Bits_are_the_fewest_without_collisions()
    {
        var set = Classes(50, 3);
        int bits = BanditReplay.BitsFor(set);
        Assert.InRange(bits, 3, 5);
        Assert.True((FeatureHasher.Constant & ((1u << bits) - 1)) > 5);
        set.Add([0], [uint.MaxValue], [1]);
        Assert.Equal(18, BanditReplay.BitsFor(set));
    }

    [Theory]
    [InlineData("walk", "explorer 'walk' is not known")]
    [InlineData("cover:n=0", "number of policies is 0")]
    [InlineData("cover:n=1.5", "not a whole number")]
    [InlineData("cover:psi", "'psi' in 'cover:psi' has no value")]
    [InlineData("cover:n=4,gamma=3", "'gamma' in 'cover:n=4,gamma=3' is not of cover; expected one of n, psi, epsilon, nounif, smoothing, estimator, cap, rate")]
    [InlineData("cover:nounif,smoothing=0", "")]
    [InlineData("epsilon:epsilon=x", "has no number")]
    [InlineData("epsilon:size=1", "option 'size'")]
    [InlineData("epsilon:estimator=best", "estimator 'best'")]
    public void Texts_of_explorers_are_checked(string text, string message)
    {
        if (message.Length == 0) Assert.True(BanditText.Parse(text, s_start).NoUniform); // a bare flag is true
        else Assert.Contains(message, Assert.Throws<ForageException>(() => BanditText.Parse(text, s_start)).Message);
    }

    /// <summary>Class = the largest of K noisy linear functions of six features.</summary>
    private static SupervisedSet Classes(int count, int classes)
    {
        var rng = new Rng(4);
        float[][] w = [.. Enumerable.Range(0, classes).Select(_ => Enumerable.Range(0, 6).Select(_ => (float)rng.NextGaussian()).ToArray())];
        var set = new SupervisedSet();
        set.Declare(classes);
        uint[] indices = [0, 1, 2, 3, 4, 5];
        for (int i = 0; i < count; i++)
        {
            float[] x = [.. Enumerable.Range(0, 6).Select(_ => (float)rng.NextGaussian())];
            int best = Enumerable.Range(0, classes).MaxBy(k => w[k].Zip(x).Sum(p => p.First * p.Second));
            set.Add([best], indices, x);
        }
        return set;
    }
}
