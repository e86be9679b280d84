using System.Globalization;
using System.Text;
using Forage.Data;
using Forage.Evaluation;
using Forage.Features;
using Forage.Search;
using Forage.Search.Models;
using Forage.Search.Text;

namespace Forage.Cli.Reproductions.Search;

/// <summary>Section 4.3: time a sentence against its length and the number of labels, with and without shortcuts, on sentences made for it.</summary>
internal static class GrowthMeasure
{
    public static void Run(ReproduceContext context, RowTeller log)
    {
        int[] lengths = context.Quick ? [16, 32, 64, 128] : [16, 32, 64, 128, 256], labels = context.Quick ? [4, 8, 16, 32] : [4, 8, 16, 32, 64];
        var fast = lengths.Select(n => Time(context, n, 8, Shortcuts.All)).ToArray();
        var slow = lengths.Select(n => Time(context, n, 8, Shortcuts.None)).ToArray();
        var wide = labels.Select(k => Time(context, 64, k, Shortcuts.All)).ToArray();
        for (int i = 0; i < lengths.Length; i++)
        {
            log.Row($"a sentence of {lengths[i]} tokens, 8 labels", "training time with shortcuts", 1e3 * fast[i].Seconds, "ms");
            log.Row($"a sentence of {lengths[i]} tokens, 8 labels", "training time without", 1e3 * slow[i].Seconds, "ms");
        }
        for (int i = 0; i < labels.Length; i++)
        {
            log.Row($"a sentence of 64 tokens, {labels[i]} labels", "training time with shortcuts", 1e3 * wide[i].Seconds, "ms");
            log.Row($"a sentence of 64 tokens, {labels[i]} labels", "calls of the policy with shortcuts", wide[i].Calls, "");
        }
        log.Target("growth: exponent of length with shortcuts", Slope(lengths, Seconds(fast)), "<=", 1.4, "");
        log.Target("growth: exponent of length without (quadratic)", Slope(lengths, Seconds(slow)), ">=", 1.6, "");
        // Time is calls times what a call costs, which hides a factor of labels (the paper's footnote 3): all labels are scored.
        log.Target("growth: exponent of labels with shortcuts, in calls of the policy", Slope(labels, [.. wide.Select(w => w.Calls)]), "<=", 1.2, "");
        log.Target("growth: exponent of labels with shortcuts", Slope(labels, Seconds(wide)), "<=", 1.4, "");
        log.Result.Blocks.Add(new ReportHeading("Time against length and labels (section 4.3)"));
        log.Result.Blocks.Add(Chart("Training time of a sentence against its length, 8 labels", "tokens", [("with shortcuts", lengths, Seconds(fast)), ("without", lengths, Seconds(slow))]));
        log.Result.Blocks.Add(Chart("Training time of a sentence of 64 tokens against the number of labels", "labels", [("with shortcuts", labels, Seconds(wide))]));
        log.Result.Blocks.Add(Chart("Calls of the policy for a sentence of 64 tokens against the number of labels", "labels", [("with shortcuts", labels, [.. wide.Select(w => w.Calls)])], "calls"));
    }

    private static LineChart Chart(string title, string x, IReadOnlyList<(string Name, int[] X, double[] Y)> series, string y = "seconds")
        => new(title, x, y, [.. series.Select(s => new LineSeries(s.Name, [.. s.X.Select(v => (double)v)], s.Y))]) { LogarithmicX = true, LogarithmicY = true, Note = "Both axes in decades: a straight line of slope 1 is linear, of slope 2 quadratic. Roll-outs by what is learnt." };

    // By the upper half of the sizes, where what is constant no longer counts.
    private static double Slope(int[] x, double[] y)
    {
        int from = x.Length / 2 - 1;
        return Math.Log(y[^1] / y[from]) / Math.Log((double)x[^1] / x[from]);
    }

    private static double[] Seconds((double Seconds, double Calls)[] measured) => [.. measured.Select(m => m.Seconds)];

    /// <summary>Seconds and calls of the policy a sentence, the fastest of five passes.</summary>
    private static (double Seconds, double Calls) Time(ReproduceContext context, int length, int labels, Shortcuts shortcuts)
    {
        int sentences = Math.Max(2, 2048 / length);
        var rng = new Rng(context.Session.Seed).Fork((ulong)length).Fork((ulong)labels);
        var text = new StringBuilder();
        for (int s = 0; s < sentences; s++)
        {
            for (int t = 0; t < length; t++)
            {
                int word = rng.NextInt(400);
                text.Append(CultureInfo.InvariantCulture, $"w{word} L{(rng.NextDouble() < 0.9 ? word : rng.NextInt(400)) % labels}\n");
            }
            text.Append('\n');
        }
        var options = new TaggerOptions { Templates = "word[-1..1]", Learning = SearchOptions.DAgger with { RollIn = RollIn.Learnt, RollOut = RollOut.Learnt, Shortcuts = shortcuts } };
        var table = new SentenceTable([0, 1]);
        new SentenceReader().Read(ByteSource.FromBytes(Encoding.UTF8.GetBytes(text.ToString()), "made sentences"), table, context.Session.Cancellation);
        using var trainer = new TaggerTrainer(options, table);
        double best = double.PositiveInfinity;
        for (int pass = 0; pass < 5; pass++)
        {
            long start = context.Session.Terminal.Clock.GetTimestamp();
            trainer.Pass(cancellation: context.Session.Cancellation);
            best = Math.Min(best, context.Session.Terminal.Clock.GetElapsedTime(start).TotalSeconds / sentences);
        }
        return (best, trainer.Counts.Predictions / (5.0 * sentences));
    }
}
