using Forage.Cli.Frame;
using Forage.Data;
using Forage.Evaluation;
using Forage.Simulation;

namespace Forage.Cli.Reproductions.Taming;

/// <summary>A set played by every family, and what came of it.</summary>
/// <param name="Name">For rows and targets.</param>
/// <param name="What">What it is.</param>
/// <param name="Set">The examples.</param>
/// <param name="Rates">Learning rates searched.</param>
internal sealed record TamingSet(string Name, string What, SupervisedSet Set, double[] Rates)
{
    private static readonly double[] s_two = [0.125, 0.25, 0.5, 1], s_many = [0.25, 0.5], s_quick = [0.5];

    /// <summary>The best setting of each family that plays on this set.</summary>
    public Dictionary<string, BanditStanding> Best { get; } = [];

    /// <summary>Seconds of one play of each family's best setting, alone on the machine's thread.</summary>
    public Dictionary<string, double> Seconds { get; } = [];

    /// <summary>Reads the sets there are; what is missing is skipped with its targets.</summary>
    public static List<TamingSet> Load(ReproduceContext context, ReproduceResult result)
    {
        var sets = new List<TamingSet>();
        if (context.Quick)
        {
            string? path = ReproduceContext.Checkout is { } root ? Path.Combine(root, "data/delicious/test.txt.gz") : null;
            if (path is not null && File.Exists(path)) sets.Add(Read(path, SupervisedFormat.Xmc, "delicious", "3,185 web pages, one of 983 tags", s_quick, context, result));
            result.Skipped.Add(new SkippedTarget("cover-to-supervised", "RCV1 is not bundled; the quick version plays bundled pages"));
            return sets;
        }
        if (context.DataFile("bandit/rcv1-28k/rcv1_28k_ccat.svm") is { } ccat) sets.Add(Read(ccat, SupervisedFormat.Svmlight, "ccat", "RCV1, 27,613 documents, in category CCAT or not", s_two, context, result));
        else result.Skipped.Add(new SkippedTarget("cover-to-supervised", "--data has no bandit/rcv1-28k/rcv1_28k_ccat.svm.gz"));
        if (context.DataFile("bandit/rcv1-28k/rcv1_28k_multilabel.svm") is { } topics) sets.Add(Read(topics, SupervisedFormat.Multilabel, "topics", "RCV1, one of 101 topics a document", s_many, context, result));
        return sets;
    }

    /// <summary>Plays every family at every setting and rate; keeps the best of each, in hindsight, as the paper does.</summary>
    public void Play(ReproduceContext context)
    {
        int bits = BanditReplay.BitsFor(Set);
        var families = TamingFamily.All.Where(f => !context.Quick || f.Name is TamingFamily.Supervised or TamingFamily.Epsilon or TamingFamily.Bagging or TamingFamily.Cover).ToList();
        var contestants = families.SelectMany(f => f.Contestants(Set.LabelCount, bits)).ToList();
        IReadOnlyList<BanditStanding> all;
        using (var meter = context.Session.Progress($"{Name}, {contestants.Count} settings", "rounds"))
        {
            all = BanditTournament.Run(Set, contestants, Rates, 1, new BanditReplayOptions { Seed = context.Session.Seed }, Environment.ProcessorCount,
                (n, share) => meter.Report(n, share), context.Session.Cancellation);
        }
        foreach (var family in families)
        {
            var names = family.Contestants(Set.LabelCount, bits).Select(c => c.Name).ToHashSet();
            if (all.Where(s => names.Contains(s.Contestant.Name)).MinBy(s => s.Loss) is { } best) Best[family.Name] = best;
        }
        var clock = context.Session.Terminal.Clock;
        foreach (var (name, best) in Best)
        {
            if (name == TamingFamily.LinUcb) continue; // a minute a play; its time is told by the tournament
            double seconds = double.MaxValue;
            for (int run = 0; run < (context.Quick || Set.LabelCount > 2 ? 1 : 3); run++)
            {
                long begun = clock.GetTimestamp();
                BanditTournament.Run(Set, [best.Contestant], double.IsNaN(best.Rate) ? [] : [best.Rate], 1, new BanditReplayOptions { Seed = context.Session.Seed }, 1, null, context.Session.Cancellation);
                seconds = Math.Min(seconds, clock.GetElapsedTime(begun).TotalSeconds);
            }
            Seconds[name] = seconds;
        }
    }

    private static TamingSet Read(string path, SupervisedFormat format, string name, string what, double[] rates, ReproduceContext context, ReproduceResult result)
    {
        result.Data.Add(ReportData.OfFile(path));
        return new TamingSet(name, what, SupervisedReader.Read(ByteSource.File(path), format, cancellation: context.Session.Cancellation).Set, rates);
    }
}
