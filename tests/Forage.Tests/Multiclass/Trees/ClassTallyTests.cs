using System.Runtime.CompilerServices;
using Forage.Features;
using Forage.Multiclass.Trees.Internals;

namespace Forage.Tests.Multiclass.Trees;

public class ClassTallyTests
{
    [Fact]
    public void Counts_equal_those_of_a_dictionary()
    {
        var rng = new Rng(5);
        var tally = new ClassTally(0, 0);
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
        var bounded = new ClassTally(16, 0);
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

    /// <summary>Whatever the bound: it takes no more memory than counting all, and no example is lost.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_bound_takes_no_more_memory_and_loses_nothing(bool keeps)
    {
        Assert.Equal((24, SharedCount.Size), (Unsafe.SizeOf<ClassCount>(), Unsafe.SizeOf<SharedCount>()));
        for (int most = 2; most <= 130; most++)
        {
            var rng = new Rng((ulong)most);
            ClassTally bounded = new(most, 3, keeps), all = new(0, 3);
            for (int i = 0; i < 1500; i++)
            {
                int label = (int)(300 * Math.Pow(rng.NextDouble(), 3));
                float score = (float)rng.NextGaussian();
                bounded.Learn(ref bounded.See(label), score);
                all.Learn(ref all.See(label), score);
                Assert.True(bounded.Bytes <= all.Bytes, $"{bounded.Bytes} bytes of {most} counts, {all.Bytes} of {all.Count}");
            }
            Assert.InRange(bounded.Counts.Count(), 2, most);
            Assert.Equal((1500, 1500), (bounded.Counts.Sum(c => c.Seen), bounded.Counts.Sum(c => c.Trained)));
            Assert.Equal(all.Entries.Sum(c => c.Right), bounded.Counts.Sum(c => c.Right));
            Assert.Equal(all.Score, bounded.Counts.Sum(c => c.Score), 1e-9);
            Assert.Equal(all.Score, bounded.Score);
        }
    }

    /// <summary>Classes that share a count are of one mind, and a class passes to another count only where it came often.</summary>
    [Fact]
    public void A_class_without_a_count_of_its_own_has_the_same_one_always()
    {
        var tally = new ClassTally(16, 5);
        var means = new Dictionary<int, double>();
        for (int i = 0; i < 200 * 20; i++)
        {
            int label = i % 200;
            ref var count = ref tally.See(label);
            // Scores rise by class: means that did not add up would not stay in order.
            if (means.TryGetValue(label, out double mean) && i > 200 * 10) Assert.InRange(count.Mean - mean, -5, 5);
            tally.Learn(ref count, label);
            means[label] = count.Mean;
        }
        Assert.Equal(4, means.Where(m => tally.SeenOf(m.Key) < 10).Select(m => tally.See(m.Key).Mean).Distinct().Count());
    }

    /// <summary>Classes of the past hold all counts; those of now come to have them.</summary>
    [Fact]
    public void Counts_pass_to_classes_that_come_often()
    {
        var rng = new Rng(8);
        var tally = new ClassTally(16, 5);
        for (int i = 0; i < 400; i++) tally.See(1000 + i % 200);
        for (int i = 0; i < 2000; i++) tally.See(rng.NextInt(6));
        var first = tally.Entries.OrderByDescending(e => e.Seen).Take(6).ToList();
        Assert.Equal([0, 1, 2, 3, 4, 5], first.Select(e => e.Key - 1).Order());
        Assert.All(first, e => Assert.InRange(e.Seen, 200, 2000 / 6 + 100));
        Assert.InRange(tally.Best, 0, 5);
        Assert.Equal(tally.SeenOf(tally.Best), tally.BestSeen);
    }

    /// <summary>Once settled no count passes on: not to a class met often, nor to one never met.</summary>
    [Fact]
    public void Settled_counts_stay_where_they_are()
    {
        ClassTally full = new(16, 5), over = new(16, 5);
        for (int i = 0; i < 64; i++)
        {
            full.Learn(ref full.See(i % 16), 1);
            over.Learn(ref over.See(i % 32), i % 32);
        }
        int[] kept = [.. over.Entries.Select(e => e.Key)];
        double mean = over.See(40, settled: true).Mean;
        for (int i = 0; i < 500; i++)
        {
            Assert.Equal(0, full.See(40, settled: true).Mean);
            Assert.Equal(mean, over.See(40, settled: true).Mean);
        }
        Assert.Equal(16, full.Count);
        Assert.Equal(kept, over.Entries.Select(e => e.Key));
    }
}
