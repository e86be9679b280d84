using Forage.Features;
using Forage.Multiclass.Trees.Internals;

namespace Forage.Tests.Multiclass.Trees;

public class ClassTallyTests
{
    [Fact]
    public void Counts_equal_those_of_a_dictionary()
    {
        var rng = new Rng(5);
        var tally = new ClassTally(0);
        var seen = new Dictionary<int, int>();
        var scores = new Dictionary<int, double>();
        double total = 0;
        for (int i = 0; i < 5000; i++)
        {
            int label = (int)Math.Exp(rng.NextDouble() * 7);
            ref var count = ref tally.See(label);
            float score = (float)rng.NextGaussian();
            tally.Learn(ref count, score);
            seen[label] = seen.GetValueOrDefault(label) + 1;
            scores[label] = scores.GetValueOrDefault(label) + score;
            total += score;
            Assert.Equal(seen[label], tally.BestSeen >= seen[label] ? count.Seen : -1);
        }
        Assert.Equal((seen.Count, 5000L, 5000L), (tally.Count, tally.Seen, tally.Trained));
        foreach (var entry in tally.Entries)
        {
            Assert.Equal(seen[entry.Key - 1], entry.Seen);
            Assert.Equal(scores[entry.Key - 1] / entry.Trained, entry.Mean, 1e-9);
        }
        Assert.Equal(total / 5000, tally.Mean, 1e-9);
        Assert.Equal(seen.Values.Max(), tally.BestSeen);
        Assert.Equal(seen[tally.Best], tally.BestSeen);
    }

    [Fact]
    public void A_bound_keeps_the_classes_met_most_often()
    {
        var rng = new Rng(6);
        var bounded = new ClassTally(16);
        for (int i = 0; i < 20_000; i++)
        {
            // Four frequent classes among thousands.
            int label = rng.NextInt(2) == 0 ? rng.NextInt(4) : 100 + rng.NextInt(5000);
            bounded.See(label);
            Assert.InRange(bounded.Count, 1, 16);
        }
        Assert.Equal(20_000, bounded.Seen);
        var kept = bounded.Entries.OrderByDescending(e => e.Seen).Take(4).Select(e => e.Key - 1).Order();
        Assert.Equal([0, 1, 2, 3], kept);
        Assert.InRange(bounded.Bytes, 1, 2000);
    }
}
