using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Forage.Extreme;
using Forage.Extreme.Embedding;
using Forage.Features;
using Forage.Persistence;

namespace Forage.Benchmarks.Macro;

/// <summary>
/// Deciding among 670,091 actions with a saved model, one thread: encode, search, softmax over the leaves found, a slate of 5 drawn without replacement with its
/// propensities. The model is trained a short while on data with topics: labels of a topic share its features, a row has labels of one topic.
/// </summary>
internal static class ExtremeServing
{
    private const int Features = 135_909, LabelsPerTopic = 223, TopicFeatures = 45, Top = 5;

    public static int Run(string[] args)
    {
        int labels = Arguments.Int(args, "--labels", 670_091), count = Arguments.Int(args, "--rows", 490_449), epochs = Arguments.Int(args, "--epochs", 2), queries = Arguments.Int(args, "--queries", 2_000);
        var options = new LabelIndexOptions { LeafSize = Arguments.Int(args, "--leaf", 160) };
        options = options with { Beam = Arguments.Int(args, "--beam", options.Beam), UpperBeam = Arguments.Int(args, "--upper-beam", options.UpperBeam), Spread = Arguments.Float(args, "--spread", options.Spread) };
        string path = Path.Combine("artifacts/bench", string.Create(CultureInfo.InvariantCulture, $"serving-{labels}-{count}-{epochs}.model"));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var rng = new Rng(1);
        var (rows, right) = Draw(count + queries, labels, ref rng);
        if (!File.Exists(path)) Train(args, path, rows, right, count, epochs, labels);
        EmbeddingSoftmax model;
        using (var stream = File.OpenRead(path)) model = EmbeddingSoftmax.Load(new ModelReader(stream, path));
        long begun = Stopwatch.GetTimestamp();
        using (var built = LabelVectorIndex.Build(model, options, Environment.ProcessorCount))
        using (var stream = File.Create(path + ".index"))
        using (var writer = new ModelWriter(stream))
        {
            built.Save(writer);
            writer.Finish();
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"index of {labels:N0} labels built in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s"));
        using var indexFile = File.OpenRead(path + ".index");
        using var index = LabelVectorIndex.Load(new ModelReader(indexFile, path + ".index"), model);
        Serve(model, index, rows, right, count, queries);
        model.Dispose();
        return 0;
    }

    private static void Serve(EmbeddingSoftmax model, LabelVectorIndex index, FeatureBlock rows, LabelSets right, int first, int queries)
    {
        float[] hidden = new float[model.Width], all = new float[model.LabelCount];
        var search = new LabelSearch();
        double[] wall = new double[queries], processor = new double[queries], logs = new double[Top];
        int[] slate = new int[Top], best = new int[Top];
        var rng = new Rng(7);
        for (int i = 0; i < 200; i++) Decide(first + i % queries, ref rng);
        for (int i = 0; i < queries; i++)
        {
            double before = ThreadSeconds();
            long begun = Stopwatch.GetTimestamp();
            Decide(first + i, ref rng);
            wall[i] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            processor[i] = (ThreadSeconds() - before) * 1000;
        }
        int found = 0, examined = 0, hits = 0, checkedQueries = Math.Min(queries, 500);
        double mass = 0;
        for (int i = 0; i < checkedQueries; i++)
        {
            model.Encode(rows[first + i], hidden);
            model.Score(hidden, [], all);
            index.Find(hidden, search);
            search.Top(best);
            int[] exact = [.. Enumerable.Range(0, all.Length).OrderByDescending(y => all[y]).ThenBy(y => y).Take(Top)];
            found += exact.Intersect(best).Count();
            hits += best.Intersect(right[first + i].ToArray()).Count();
            examined += search.Count;
            float top = all.Max();
            mass += search.Scores.ToArray().Sum(s => Math.Exp(s - top)) / all.Sum(s => Math.Exp(s - top));
        }
        Array.Sort(wall);
        Array.Sort(processor);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"beam {index.Options.Beam} of {index.LeafCount} leaves, {examined / checkedQueries} labels scored a decision"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a decision: median {wall[queries / 2]:0.000} ms, 99th percentile {wall[queries * 99 / 100]:0.000} ms (its thread's processor time: {processor[queries / 2]:0.000}, {processor[queries * 99 / 100]:0.000} ms)"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"recall@{Top} against scoring all: {(double)found / (Top * checkedQueries):0.0000}; share of the softmax's mass found: {mass / checkedQueries:0.0000}; precision@{Top} on new rows: {(double)hits / (Top * checkedQueries):0.000}"));

        void Decide(int row, ref Rng rng)
        {
            model.Encode(rows[row], hidden);
            index.Find(hidden, search);
            search.Top(best);
            search.Draw(ref rng, slate, logs);
        }
    }

    private static void Train(string[] args, string path, FeatureBlock rows, LabelSets right, int count, int epochs, int labels)
    {
        const int Batch = 200, Near = 8, Looked = 100;
        int topics = TopicsOf(labels);
        Console.Error.WriteLine($"training {path} ...");
        using var model = new EmbeddingSoftmax(new EmbeddingOptions { Dimension = 128, InitialScale = Arguments.Float(args, "--initial-scale", 0.3f) }, FeatureColumns.Direct(Features), labels);
        var prepared = model.Prepare(rows);
        var rng = new Rng(3);
        var sampler = new LabelSampler(labels);
        int[] order = [.. Enumerable.Range(0, count)], starts = new int[Batch + 1], looked = new int[Batch * (Near + Looked + Top)], keep = new int[Near + Top];
        var loss = new MultilabelSoftmaxLoss(right);
        var options = new EmbeddingTrainerOptions
        {
            Optimizer = Enum.Parse<EmbeddingOptimizer>(Arguments.Option(args, "--optimizer") ?? "Adam", ignoreCase: true),
            LabelRate = Arguments.Float(args, "--label-rate", 0.01f),
            EncoderRate = Arguments.Float(args, "--encoder-rate", 0.01f),
            Epsilon = Arguments.Float(args, "--epsilon", 1e-8f),
        };
        long begun = Stopwatch.GetTimestamp();
        using (var trainer = new EmbeddingTrainer(model, options, Environment.ProcessorCount))
        {
            for (int epoch = 0; epoch < epochs; epoch++)
            {
                double sum = 0;
                rng.Shuffle<int>(order);
                for (int at = 0; at < count; at += Batch)
                {
                    int n = Math.Min(Batch, count - at);
                    for (int i = 0; i < n; i++)
                    {
                        // A few of the negatives are from the row's topic, which a policy to start from would give.
                        var y = right[order[at + i]];
                        y.CopyTo(keep);
                        int topic = y[0] % topics;
                        for (int k = 0; k < Near; k++) keep[y.Length + k] = topic + topics * rng.NextInt((labels - topic - 1) / topics + 1);
                        starts[i + 1] = starts[i] + sampler.Draw(keep.AsSpan(0, y.Length + Near), Looked, ref rng, looked.AsSpan(starts[i]));
                    }
                    sum += n * trainer.Step(prepared, order.AsSpan(at, n), starts.AsSpan(0, n + 1), looked, loss);
                }
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"pass {epoch + 1}: loss {sum / count:0.000} (of ln {Near + Looked + Top} = {Math.Log(Near + Looked + Top):0.000}; ln {Top} = {Math.Log(Top):0.000} is perfect)"));
            }
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"trained {epochs} x {count:N0} rows in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s"));
        using var stream = File.Create(path + ".partial");
        using (var writer = new ModelWriter(stream))
        {
            model.Save(writer);
            writer.Finish();
        }
        stream.Close();
        File.Move(path + ".partial", path, overwrite: true);
    }

    /// <summary>Label y belongs to topic y mod T (223 labels a topic) and has 8 of the topic's 45 features; a row has 5 labels of one topic, their features, and 35 features that say nothing.</summary>
    private static (FeatureBlock Rows, LabelSets Right) Draw(int count, int labels, ref Rng rng)
    {
        var rows = new FeatureBlock(count * 75, count);
        var writer = new RowWriter(rows);
        var right = new LabelSets();
        right.Declare(labels);
        int topics = TopicsOf(labels);
        Span<int> some = stackalloc int[Top];
        for (int r = 0; r < count; r++)
        {
            int topic = rng.NextInt(topics), inTopic = (labels - topic - 1) / topics + 1;
            for (int k = 0; k < Top; k++)
            {
                // Popular labels come more often.
                do some[k] = topic + topics * (int)(inTopic * Math.Pow(rng.NextDouble(), 2));
                while (some[..k].Contains(some[k]));
            }
            some.Sort();
            right.Add(some);
            writer.BeginRow();
            writer.BeginGroup(FeatureGroup.Default);
            foreach (int label in some)
            {
                var own = new Rng((ulong)label + 1_000_000_007);
                for (int k = 0; k < 8; k++) writer.Add((uint)((topic * TopicFeatures + own.NextInt(TopicFeatures)) % Features), 1);
            }
            for (int k = 0; k < 35; k++) writer.Add((uint)rng.NextInt(Features), 1);
            writer.EndGroup();
            writer.EndRow();
        }
        return (rows, right);
    }

    private static int TopicsOf(int labels) => Math.Max(1, labels / LabelsPerTopic);

    private static double ThreadSeconds()
    {
        const int ThreadClock = 3;
        return OperatingSystem.IsLinux() && clock_gettime(ThreadClock, out var t) == 0 ? t.Seconds + t.Nanoseconds * 1e-9 : 0;
    }

    [DllImport("libc")]
    private static extern int clock_gettime(int clock, out Timespec time);

    private struct Timespec
    {
        public long Seconds, Nanoseconds;
    }
}
