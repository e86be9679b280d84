using System.Globalization;
using Forage.Bandits;
using Forage.Data;
using Forage.Evaluation;
using Forage.Linear;
using Forage.Simulation;
using MathNet.Numerics.Distributions;

namespace Forage.Cli.Reproductions.Taming;

/// <summary>
/// Explorers on 18 multiclass sets as in Bietti, Agarwal, Langford, "A Contextual Bandit Bake-off" (2021): one play of each shuffled set, the best learning rate of each, significant
/// wins by an approximate z-test on progressive losses at 5 %. A normalised loss is 0 for full information and 1 for chance.
/// </summary>
internal static class BakeOff
{
    private const double Level = 0.05;
    private static readonly double[] s_rates = [0.1, 0.3, 1];

    private static readonly string[] s_sets =
    [
        "car", "connect_4", "dna", "fars", "krkopt", "letter", "magic", "mushroom", "nursery", "optdigits", "page_blocks", "pendigits", "satimage", "shuttle", "spambase", "splice", "texture", "waveform_40",
    ];

    private static readonly string[] s_explorers =
    [
        "epsilon:epsilon=0.1,estimator=mtr", "epsilon:epsilon=0.02,estimator=mtr", "epsilon:epsilon=0.02,estimator=dm", "epsilon:epsilon=0.1,decay=0.3333,estimator=dm", "first:rounds=500,estimator=dm",
        "bag:n=4,estimator=mtr", "bag:n=4,estimator=dm", "cover:n=4,nounif,epsilon=1,psi=0.1,estimator=dr", "cover:n=4,nounif,epsilon=1,psi=0.1,estimator=dm", "cover:n=4,epsilon=0.1,psi=0.1,estimator=dm", "cover:n=1,epsilon=0.1,estimator=dm",
        "squarecb:gamma=100,estimator=dm", "squarecb:gamma=1000,estimator=dm", "regcb:mellowness=0.001,estimator=dm", "softmax:lambda=30,estimator=dm",
    ];

    public static void Run(ReproduceContext context, ReproduceResult result)
    {
        var losses = new List<(string Set, int Rounds, double Chance, double Supervised, double[] Losses)>();
        if (context.Quick) return;
        foreach (string name in s_sets)
        {
            if (context.DataFile($"bandit/pmlb/{name}.tsv") is not { } path)
            {
                result.Skipped.Add(new SkippedTarget($"bake-off: {name}", $"--data has no bandit/pmlb/{name}.tsv.gz"));
                continue;
            }
            var set = SupervisedReader.Read(ByteSource.File(path), SupervisedFormat.Csv, target: "target", cancellation: context.Session.Cancellation).Set;
            result.Data.Add(ReportData.OfFile(path));
            var start = new BanditRecipe { Actions = set.LabelCount, Learner = new LinearOptions { Bits = BanditReplay.BitsFor(set) } };
            List<BanditContestant> contestants = [new("supervised", start, Supervised: true), .. s_explorers.Select(t => new BanditContestant(t, BanditText.Parse(t, start)))];
            using var meter = context.Session.Progress($"bake-off, {name}", "rounds");
            var best = BanditTournament.Best(BanditTournament.Run(set, contestants, s_rates, 1, new BanditReplayOptions { Seed = context.Session.Seed, Shuffle = true }, Environment.ProcessorCount,
                (n, share) => meter.Report(n, share), context.Session.Cancellation));
            losses.Add((name, set.Count, 1 - 1.0 / set.LabelCount, best[0].Loss, [.. best.Skip(1).Select(b => b.Loss)]));
        }
        if (losses.Count > 0) Report(losses, result);
    }

    private static void Report(List<(string Set, int Rounds, double Chance, double Supervised, double[] Losses)> sets, ReproduceResult result)
    {
        int n = s_explorers.Length;
        double[] normalised = new double[n];
        int[] margin = new int[n];
        foreach (var s in sets)
        {
            for (int a = 0; a < n; a++)
            {
                normalised[a] += (s.Losses[a] - s.Supervised) / (s.Chance - s.Supervised) / sets.Count;
                for (int b = 0; b < n; b++)
                    if (a != b) margin[a] += Significant(s.Losses[b], s.Losses[a], s.Rounds) - Significant(s.Losses[a], s.Losses[b], s.Rounds);
            }
        }
        int[] order = [.. Enumerable.Range(0, n).OrderBy(a => normalised[a])];
        foreach (int a in order)
            result.Rows.Add(new MeasuredRow($"bake-off, {s_explorers[a]}", "mean normalised loss", normalised[a], "", Note: string.Create(CultureInfo.InvariantCulture, $"significant wins minus losses {margin[a]:+0;-0;0} over {sets.Count} sets")));
        result.Blocks.Add(new ReportHeading("Bake-off"));
        result.Blocks.Add(new ReportTable([new("explorer"), new("mean normalised loss", true), new("wins minus losses", true)],
            [.. order.Select(a => new ReportRow([s_explorers[a], normalised[a].ToString("0.000", CultureInfo.InvariantCulture), margin[a].ToString("+0;-0;0", CultureInfo.InvariantCulture)], a == order[0]))],
            $"{sets.Count} sets; a normalised loss is 0 for full information, 1 for chance; a win is a significantly smaller loss on a set than another explorer's (z-test at 5 %)."));
        result.Blocks.Add(new ReportTable([new("set"), new("rounds", true), new("supervised", true), .. order.Take(6).Select(a => new ReportColumn(s_explorers[a], true))],
            [.. sets.Select(s => new ReportRow([s.Set, s.Rounds.ToString("N0", CultureInfo.InvariantCulture), Three(s.Supervised), .. order.Take(6).Select(a => Three(s.Losses[a]))]))], "Progressive loss, the six best explorers."));
    }

    /// <summary>1 if loss <paramref name="better"/> is significantly below loss <paramref name="worse"/>.</summary>
    internal static int Significant(double worse, double better, int rounds)
    {
        if (!(better < worse)) return 0;
        double error = Math.Sqrt((worse * (1 - worse) + better * (1 - better)) / rounds);
        return 1 - Normal.CDF(0, 1, (worse - better) / error) < Level ? 1 : 0;
    }

    private static string Three(double loss) => loss.ToString("0.000", CultureInfo.InvariantCulture);
}
