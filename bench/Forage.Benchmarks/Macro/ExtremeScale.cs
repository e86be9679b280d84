using System.Diagnostics;
using System.Globalization;
using Forage.Extreme;
using Forage.Extreme.Embedding;
using Forage.Features;

namespace Forage.Benchmarks.Macro;

/// <summary>
/// The scale experiment of Lopez, Dhillon, Jordan 2021 (section 6.4) at the size of Amazon-670K: seconds to train 1,000 samples (encode, score, softmax loss, gradients,
/// Adam) by the number p of labels looked at in each. Labels are drawn uniformly, which is the hardest case for memory. Then a whole epoch.
/// </summary>
internal static class ExtremeScale
{
    private const int Features = 135_909, FeaturesPerRow = 75;

    public static int Run(string[] args)
    {
        int[] sizes = [.. (Arguments.Option(args, "--p") ?? "10,100,1000,10000,20000,50000").Split(',').Select(int.Parse)];
        int labels = Arguments.Int(args, "--labels", 670_091), dimension = Arguments.Int(args, "--dimension", 128), threads = Arguments.Int(args, "--threads", Environment.ProcessorCount);
        int runs = Arguments.Int(args, "--runs", 3), epochRows = Arguments.Int(args, "--epoch-rows", 490_449), batchOption = Arguments.Int(args, "--batch", 0);
        var optimizer = Enum.Parse<EmbeddingOptimizer>(Arguments.Option(args, "--optimizer") ?? "Adam", ignoreCase: true);
        Sizes(sizes, labels, dimension, threads, runs, batchOption, optimizer);
        if (epochRows > 0) Epoch(epochRows, labels, dimension, threads, optimizer);
        return 0;
    }

    private static void Sizes(int[] sizes, int labels, int dimension, int threads, int runs, int batchOption, EmbeddingOptimizer optimizer)
    {
        var rng = new Rng(1);
        var (rows, right) = Draw(20_000, labels, ref rng);
        using var model = new EmbeddingSoftmax(new EmbeddingOptions { Dimension = dimension }, FeatureColumns.Direct(Features), labels);
        var prepared = model.Prepare(rows);
        var loss = new MultilabelSoftmaxLoss(right);
        using var trainer = new EmbeddingTrainer(model, new EmbeddingTrainerOptions { Optimizer = optimizer }, threads);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{labels:N0} labels, {Features:N0} features, d = {dimension}, {optimizer}, {threads} threads"));
        Console.WriteLine($"{"p",8} {"batch",6} {"s/1,000",10} {"CPU s",8} {"peak MB",8}");
        foreach (int p in sizes)
        {
            int batch = batchOption > 0 ? batchOption : p <= 1000 ? 100 : 1000;
            var step = new Sampled(trainer, prepared, right, loss, p, batch);
            double best = double.PositiveInfinity, cpu = double.PositiveInfinity;
            // The first round touches pages for the first time and is not counted, as in a long training.
            for (int run = 0; run <= runs; run++)
            {
                double seconds = 0;
                step.Processor = default;
                int samples = Math.Max(1000, p <= 100 ? 4000 : 1000);
                for (int at = 0; at < samples; at += batch) seconds += step.Timed(Math.Min(batch, samples - at), ref rng);
                if (run == 0) continue;
                best = Math.Min(best, seconds / samples * 1000);
                cpu = Math.Min(cpu, step.Processor.TotalSeconds / samples * 1000);
            }
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{p,8:N0} {batch,6} {best,10:0.0000} {cpu,8:0.000} {Arguments.PeakMegabytes(),8:0}"));
        }
    }

    /// <summary>One pass with 20 labels a row over a set of the full size, drawing labels included.</summary>
    private static void Epoch(int count, int labels, int dimension, int threads, EmbeddingOptimizer optimizer)
    {
        const int Batch = 200, Looked = 20;
        var rng = new Rng(2);
        var (rows, right) = Draw(count, labels, ref rng);
        using var model = new EmbeddingSoftmax(new EmbeddingOptions { Dimension = dimension }, FeatureColumns.Direct(Features), labels);
        var prepared = model.Prepare(rows);
        using var trainer = new EmbeddingTrainer(model, new EmbeddingTrainerOptions { Optimizer = optimizer }, threads);
        var step = new Sampled(trainer, prepared, right, new MultilabelSoftmaxLoss(right), Looked, Batch);
        long begun = Stopwatch.GetTimestamp();
        for (int at = 0; at < count; at += Batch) step.Timed(Math.Min(Batch, count - at), ref rng);
        double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"an epoch of {count:N0} rows at p = {Looked}: {seconds:0.0} s, peak {Arguments.PeakMegabytes():0} MB"));
    }

    private static (FeatureBlock Rows, LabelSets Right) Draw(int count, int labels, ref Rng rng)
    {
        var rows = new FeatureBlock(count * FeaturesPerRow, count);
        var writer = new RowWriter(rows);
        var right = new LabelSets();
        right.Declare(labels);
        Span<int> some = stackalloc int[9];
        for (int r = 0; r < count; r++)
        {
            writer.BeginRow();
            writer.BeginGroup(FeatureGroup.Default);
            // Word counts are skewed: a feature's rank is log-uniform in half of the draws.
            for (int i = 0; i < FeaturesPerRow; i++)
            {
                int feature = (i & 1) == 0 ? rng.NextInt(Features) : (int)Math.Exp(rng.NextDouble() * Math.Log(Features)) % Features;
                writer.Add((uint)feature, 1 + rng.NextInt(3));
            }
            writer.EndGroup();
            writer.EndRow();
            int n = 1 + rng.NextInt(9); // 5 on average, as in Amazon-670K
            for (int i = 0; i < n; i++) some[i] = rng.NextInt(labels);
            right.Add(some[..n]);
        }
        return (rows, right);
    }

    /// <summary>Batches of consecutive rows with the right labels and uniform others.</summary>
    private sealed class Sampled(EmbeddingTrainer trainer, InputRows rows, LabelSets right, IScoreLoss loss, int p, int batch)
    {
        private readonly LabelSampler _sampler = new(trainer.Model.LabelCount);
        private readonly int[] _examples = new int[batch], _starts = new int[batch + 1], _labels = new int[batch * (p + 10)];
        private int _row;

        /// <summary>Time of all processors in steps.</summary>
        public TimeSpan Processor { get; set; }

        public double Timed(int count, ref Rng rng)
        {
            for (int i = 0; i < count; i++)
            {
                _examples[i] = _row++ % rows.Count;
                var keep = right[_examples[i]];
                _starts[i + 1] = _starts[i] + _sampler.Draw(keep, Math.Max(0, p - keep.Length), ref rng, _labels.AsSpan(_starts[i]));
            }
            var before = Environment.CpuUsage.TotalTime;
            long begun = Stopwatch.GetTimestamp();
            trainer.Step(rows, _examples.AsSpan(0, count), _starts.AsSpan(0, count + 1), _labels, loss);
            double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
            Processor += Environment.CpuUsage.TotalTime - before;
            return seconds;
        }
    }
}
