using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Forage.Extreme;
using Forage.Extreme.Embedding;
using Forage.Features;
using Forage.Persistence;
using Forage.Simulation;

namespace Forage.Benchmarks.Macro;

/// <summary>
/// Deciding among 670,091 actions with a saved model, one thread: encode, search, softmax over what is found, a slate of 5 drawn without replacement with its
/// propensities. The model is trained on the synthetic set with the statistics of Amazon-670K (<see cref="SyntheticExtreme"/>); decisions are on test rows.
/// </summary>
internal static class ExtremeServing
{
    private const int Top = 5;

    public static int Run(string[] args)
    {
        int count = Arguments.Int(args, "--rows", 490_449), epochs = Arguments.Int(args, "--epochs", 3), queries = Arguments.Int(args, "--queries", 2_000);
        var options = new LabelIndexOptions();
        options = options with
        {
            LeafSize = Arguments.Int(args, "--leaf", options.LeafSize),
            Beam = Arguments.Int(args, "--beam", options.Beam),
            Shortlist = Arguments.Int(args, "--shortlist", options.Shortlist),
            Moves = Arguments.Int(args, "--moves", options.Moves),
            Spread = Arguments.Float(args, "--spread", options.Spread),
        };
        int labels = ExtremeShape.Amazon670K.Labels;
        string path = Path.Combine("artifacts/bench", string.Create(CultureInfo.InvariantCulture, $"serving-synthetic-{count}-{epochs}.model"));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var set = new SyntheticExtreme(ExtremeShape.Amazon670K);
        if (!File.Exists(path)) Train(args, path, set.TrainSet(count), epochs);
        var test = set.TestSet(queries);
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
        Serve(model, index, test.Rows, test.Labelled, queries);
        model.Dispose();
        return 0;
    }

    private static void Serve(EmbeddingSoftmax model, LabelVectorIndex index, FeatureBlock rows, LabelSets right, int queries)
    {
        float[] hidden = new float[model.Width], all = new float[model.LabelCount];
        var search = new LabelSearch();
        double[] wall = new double[queries], processor = new double[queries], logs = new double[Top];
        int[] slate = new int[Top], best = new int[Top];
        var rng = new Rng(7);
        for (int i = 0; i < 200; i++) Decide(i % queries, ref rng);
        for (int i = 0; i < queries; i++)
        {
            double before = ThreadSeconds();
            long begun = Stopwatch.GetTimestamp();
            Decide(i, ref rng);
            wall[i] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            processor[i] = (ThreadSeconds() - before) * 1000;
        }
        int found = 0, examined = 0, hits = 0, checkedQueries = Math.Min(queries, 200);
        double mass = 0;
        for (int i = 0; i < checkedQueries; i++)
        {
            model.Encode(rows[i], hidden);
            model.Score(hidden, [], all);
            index.Find(hidden, search);
            search.Top(best);
            int[] exact = Best(all);
            found += exact.Intersect(best).Count();
            hits += best.Intersect(right[i].ToArray()).Count();
            examined += search.Read;
            float top = all.Max();
            mass += search.Scores.ToArray().Sum(s => Math.Exp(s - top)) / all.Sum(s => Math.Exp(s - top));
        }
        Array.Sort(wall);
        Array.Sort(processor);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"beam {index.Options.Beam} of {index.LeafCount} leaves, {examined / checkedQueries} labels read a decision, at most {index.Options.Shortlist} scored exactly"));
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

    private static int[] Best(float[] scores)
    {
        int[] best = new int[Top];
        int n = 0;
        for (int y = 0; y < scores.Length; y++)
        {
            if (n == Top && !(scores[y] > scores[best[^1]])) continue;
            int at = n < Top ? n++ : n - 1;
            for (; at > 0 && scores[y] > scores[best[at - 1]]; at--) best[at] = best[at - 1];
            best[at] = y;
        }
        return best;
    }

    private static void Train(string[] args, string path, SupervisedSet set, int epochs)
    {
        const int Batch = 256, Near = 40, Looked = 40, Most = 200;
        int count = set.Count;
        Console.Error.WriteLine($"training {path} ...");
        using var model = new EmbeddingSoftmax(new EmbeddingOptions { Dimension = 128, InitialScale = Arguments.Float(args, "--initial-scale", 0.3f) }, FeatureColumns.Direct(ExtremeShape.Amazon670K.Features), set.LabelCount);
        var prepared = model.Prepare(set.Rows);
        var rng = new Rng(3);
        var sampler = new LabelSampler(set.LabelCount);
        int[] order = [.. Enumerable.Range(0, count)], starts = new int[Batch + 1], looked = new int[Batch * (Most + Near + Looked)], keep = new int[Most + Near];
        var loss = new MultilabelSoftmaxLoss(set.Labelled);
        var options = new EmbeddingTrainerOptions
        {
            Optimizer = Enum.Parse<EmbeddingOptimizer>(Arguments.Option(args, "--optimizer") ?? "Adam", ignoreCase: true),
            LabelRate = Arguments.Float(args, "--label-rate", 0.01f),
            EncoderRate = Arguments.Float(args, "--encoder-rate", 0.003f),
            Epsilon = Arguments.Float(args, "--epsilon", 1e-8f),
        };
        long begun = Stopwatch.GetTimestamp();
        using (var trainer = new EmbeddingTrainer(model, options, Environment.ProcessorCount))
        {
            for (int epoch = 0; epoch < epochs; epoch++)
            {
                double sum = 0;
                rng.Shuffle<int>(order);
                if (epoch == epochs - 1) trainer.RateFactor = 0.3f;
                for (int at = 0; at < count; at += Batch)
                {
                    int n = Math.Min(Batch, count - at);
                    for (int i = 0; i < n; i++)
                    {
                        // Some of the negatives are right for other rows of the batch, so popular ones come more often.
                        var y = set.Labelled[order[at + i]];
                        int kept = Math.Min(y.Length, Most);
                        y[..kept].CopyTo(keep);
                        for (int k = 0; k < Near; k++)
                        {
                            var other = set.Labelled[order[at + rng.NextInt(n)]];
                            if (other.Length > 0) keep[kept++] = other[rng.NextInt(other.Length)];
                        }
                        starts[i + 1] = starts[i] + sampler.Draw(keep.AsSpan(0, kept), Looked, ref rng, looked.AsSpan(starts[i]));
                    }
                    sum += n * trainer.Step(prepared, order.AsSpan(at, n), starts.AsSpan(0, n + 1), looked, loss);
                }
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"pass {epoch + 1}: loss {sum / count:0.000}, {Stopwatch.GetElapsedTime(begun).TotalSeconds:0} s"));
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
