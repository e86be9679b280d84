using Forage.Evaluation;
using Forage.Search;
using Forage.Search.Models;

namespace Forage.Cli.Reproductions.Search;

/// <summary>Section 6.1: what memory and jumps are worth, in predictions and time, with roll-outs of what is learnt.</summary>
internal static class ShortcutMeasure
{
    public static void Run(ReproduceContext context, RowTeller log)
    {
        var (set, sentences) = Set(context);
        int runs = context.Quick ? 2 : 5;
        var train = set.ReadTrain(context);
        var test = set.ReadTest(context);
        int[] part = [.. Enumerable.Range(0, Math.Min(sentences, train.SentenceCount))];
        var rows = new List<ReportRow>();
        var predictions = new Dictionary<Shortcuts, double>();
        Tagger? first = null;
        bool same = true;
        foreach (var (name, shortcuts) in new[] { ("all", Shortcuts.All), ("memory", Shortcuts.Memory), ("none", Shortcuts.None) })
        {
            double[] seconds = new double[runs];
            SearchCounts counts = default;
            double quality = 0;
            for (int run = 0; run < runs; run++)
            {
                var learning = SearchOptions.DAgger with { RollOut = RollOut.MixedPerStep, Shortcuts = shortcuts, Seed = context.Session.Seed };
                using var trainer = new TaggerTrainer(set.CrfOptions with { Learning = learning }, train, part);
                long start = context.Session.Terminal.Clock.GetTimestamp();
                trainer.Pass(cancellation: context.Session.Cancellation);
                seconds[run] = context.Session.Terminal.Clock.GetElapsedTime(start).TotalSeconds;
                if (run > 0) continue;
                counts = trainer.Counts;
                var tagger = trainer.ToTagger();
                quality = 100 * LabelScores.Of(tagger, test).Quality;
                same &= (first ??= tagger).Model.HasWeightsOf(tagger.Model);
                if (first != tagger) tagger.Dispose();
            }
            predictions[shortcuts] = counts.Predictions;
            double mean = seconds.Average(), deviation = Math.Sqrt(seconds.Sum(s => (s - mean) * (s - mean)) / Math.Max(1, runs - 1));
            string part1 = $"{set.Name}, {part.Length} sentences, shortcuts: {name}";
            log.Row(part1, "training predictions", counts.Predictions, "", $"{counts.Remembered:N0} remembered, {counts.Jumps:N0} jumps, {counts.FastForwards:N0} fast-forwards");
            log.Row(part1, "training time", mean, "s", FormattableString.Invariant($"± {deviation:0.00} over {runs} runs"));
            log.Row(part1, set.IsSpans ? "F1 on test" : "accuracy on test", quality, "%");
            rows.Add(new ReportRow([name, FormattableString.Invariant($"{quality:0.00}"), counts.Predictions.ToString("N0", System.Globalization.CultureInfo.InvariantCulture), FormattableString.Invariant($"{mean:0.00} ± {deviation:0.00}")]));
        }
        first?.Dispose();
        log.Result.Blocks.Add(new ReportHeading("What the shortcuts are worth (section 6.1)"));
        log.Result.Blocks.Add(new ReportTable([new("shortcuts"), new("quality on test, %", true), new("training predictions", true), new("training time, s", true)], rows,
            "One pass, roll-in and roll-out by the interpolated policy. With updates after each sentence the three models are one, bit for bit; the paper's, updated step by step, differ a little."));
        log.Target("shortcuts: the same model, bit for bit", same ? 1 : 0, ">=", 1, "");
        log.Target("shortcuts: predictions saved by memory (paper: 91 %)", 100 * (1 - predictions[Shortcuts.Memory] / predictions[Shortcuts.None]), ">=", 80, "%");
    }

    private static (SearchSet Set, int Sentences) Set(ReproduceContext context)
    {
        var sets = SearchSet.Load(context, new ReproduceResult("")).ToList();
        return (sets[0], context.Quick ? 150 : 1500);
    }
}
