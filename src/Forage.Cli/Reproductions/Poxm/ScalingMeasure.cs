using System.Diagnostics;
using Forage.Evaluation;
using Forage.Extreme;
using Forage.Extreme.Embedding;
using Forage.Features;
using Forage.OffPolicy;
using Forage.OffPolicy.Learning.Objectives;
using Forage.OffPolicy.Learning.Slates;
using Forage.Simulation;

namespace Forage.Cli.Reproductions.Poxm;

/// <summary>
/// What a step of POXM costs with growing p on a synthetic set of the size of Amazon-670K: seconds for 1,000 samples, forward and backward, embedding dimension 128. The
/// paper needed 3 s up to p = 100 and 25 s at 10,000 on eight K80s, and ran out of memory at 20,000.
/// </summary>
internal static class ScalingMeasure
{
    private static readonly int[] s_tops = [10, 100, 1_000, 10_000, 20_000, 50_000];
    private const int Samples = 1_000;
    private const int Batch = 100;
    private const int Dimension = 128;

    /// <summary>Runs all p and, unless quick, a whole epoch.</summary>
    public static void Run(ReproduceContext context, int threads, ReproduceResult result)
    {
        var shape = ExtremeShape.Amazon670K;
        var synthetic = new SyntheticExtreme(shape, context.Session.Seed);
        using var progress = context.Session.Progress("scaling", "");
        var set = synthetic.TrainSet(context.Quick ? 2 * Samples : 0);
        using var model = new EmbeddingSoftmax(new EmbeddingOptions { Dimension = Dimension, InitialScale = 0.1f, Seed = context.Session.Seed }, FeatureColumns.Direct(shape.Features), shape.Labels);
        var rows = model.Prepare(set.Rows);
        string part = FormattableString.Invariant($"synthetic {shape.Name}, {shape.Labels:N0} labels, d = {Dimension}");
        var seconds = new List<double>();
        foreach (int p in context.Quick ? s_tops.Take(3) : s_tops)
        {
            context.Session.Cancellation.ThrowIfCancellationRequested();
            progress.Report(p, double.NaN, $"p = {p}");
            double took = Time(context, model, rows, set, p, threads);
            seconds.Add(took);
            result.Rows.Add(new MeasuredRow(part, FormattableString.Invariant($"1,000 samples at p = {p:N0}"), took, "s"));
            if (p == 100) result.Targets.Add(new MeasuredTarget("scale-p100", took, "<=", 0.05, "s"));
            if (p == 10_000) result.Targets.Add(new MeasuredTarget("scale-p10000", took, "<=", 2.5, "s"));
        }
        if (!context.Quick) Epoch(context, model, rows, set, threads, part, result);
        double peak = Process.GetCurrentProcess().PeakWorkingSet64 / (double)(1L << 30);
        result.Rows.Add(new MeasuredRow(part, "most memory of this whole run", peak, "GiB"));
        if (!context.Quick) result.Targets.Add(new MeasuredTarget("scale-memory", peak, "<=", 8, "GiB"));
        result.Blocks.Add(new ReportHeading("What a step costs (the paper's scale experiment)"));
        result.Blocks.Add(new LineChart("Seconds for 1,000 samples, forward and backward", "p", "s", [new LineSeries("here", [.. s_tops.Take(seconds.Count).Select(p => (double)p)], seconds)])
        {
            LogarithmicX = true,
            Note = "On the paper's eight GPUs: 3 s up to p = 100, 25 s at 10,000, out of memory at 20,000.",
        });
    }

    // The second round counts: the first touches memory and grows buffers.
    private static double Time(ReproduceContext context, EmbeddingSoftmax model, InputRows rows, SupervisedSet set, int top, int threads)
    {
        int batch = Math.Max(1, Math.Min(Batch, 2_000_000 / top));
        using var trainer = new EmbeddingTrainer(model, new EmbeddingTrainerOptions { LearningRate = 0.001f, Optimizer = EmbeddingOptimizer.RowAdaGrad }, threads);
        var log = new ScalingLog(set, Samples, top, context.Session.Seed);
        double took = double.NaN;
        for (int round = 0; round < 2; round++)
        {
            long start = context.Session.Terminal.Clock.GetTimestamp();
            for (int from = 0; from < Samples; from += batch) log.Step(trainer, rows, from, Math.Min(batch, Samples - from));
            took = context.Session.Terminal.Clock.GetElapsedTime(start).TotalSeconds;
        }
        return took;
    }

    private static void Epoch(ReproduceContext context, EmbeddingSoftmax model, InputRows rows, SupervisedSet set, int threads, string part, ReproduceResult result)
    {
        const int top = 100;
        using var trainer = new EmbeddingTrainer(model, new EmbeddingTrainerOptions { LearningRate = 0.001f, Optimizer = EmbeddingOptimizer.RowAdaGrad }, threads);
        double took = 0;
        for (int from = 0; from < set.Count; from += 10_000)
        {
            context.Session.Cancellation.ThrowIfCancellationRequested();
            var log = new ScalingLog(set, Math.Min(10_000, set.Count - from), top, context.Session.Seed, from);
            long start = context.Session.Terminal.Clock.GetTimestamp();
            for (int at = 0; at < log.Count; at += Batch) log.Step(trainer, rows, at, Math.Min(Batch, log.Count - at));
            took += context.Session.Terminal.Clock.GetElapsedTime(start).TotalSeconds;
        }
        result.Rows.Add(new MeasuredRow(part, FormattableString.Invariant($"a whole epoch of {set.Count:N0} decisions at p = {top}"), took, "s"));
    }

    /// <summary>
    /// A log as POXM sees it: for each row p actions, its right labels among them, the others drawn at random, as if a first stage had found them; slates of 5 drawn
    /// uniformly from these, with their propensities.
    /// </summary>
    private sealed class ScalingLog : IScoreLoss
    {
        private readonly int[] _examples, _labels;
        private readonly double[] _logPropensities, _rewards;
        private readonly int[] _places;
        private readonly int _top, _first;
        private readonly SelectiveObjective _objective = new(0.7);

        public ScalingLog(SupervisedSet set, int count, int top, ulong seed, int first = 0)
        {
            const int l = PoxmRun.SlateLength;
            (Count, _top, _first) = (count, top, first);
            (_examples, _labels) = (new int[count], new int[count * top]);
            (_places, _rewards, _logPropensities) = (new int[count * l], new double[count * l], new double[l]);
            for (int j = 0; j < l; j++) _logPropensities[j] = -Math.Log(top - j);
            var sampler = new LabelSampler(set.LabelCount);
            var rng = new Rng(seed).Fork((ulong)top).Fork((ulong)first);
            for (int i = 0; i < count; i++)
            {
                _examples[i] = first + i;
                var right = set.Labels(first + i);
                right = right[..Math.Min(top, right.Length)];
                sampler.Draw(right, top - right.Length, ref rng, _labels.AsSpan(i * top, top));
                for (int j = 0; j < l; j++)
                {
                    int place;
                    do place = rng.NextInt(top);
                    while (_places.AsSpan(i * l, j).Contains(place));
                    (_places[i * l + j], _rewards[i * l + j]) = (place, place < right.Length ? 1 : 0);
                }
            }
        }

        public int Count { get; }

        public void Step(EmbeddingTrainer trainer, InputRows rows, int from, int count)
        {
            var starts = new int[count + 1];
            for (int i = 0; i <= count; i++) starts[i] = i * _top;
            trainer.Step(rows, _examples.AsSpan(from, count), starts, _labels.AsSpan(from * _top, count * _top), this);
        }

        public double Gradient(int example, ReadOnlySpan<int> labels, ReadOnlySpan<float> scores, Span<float> gradients)
        {
            const int l = PoxmRun.SlateLength;
            int i = example - _first;
            return _objective.Gradient(new ScoredDecision
            {
                Scores = scores,
                Places = _places.AsSpan(i * l, l),
                LogPropensities = _logPropensities,
                Rewards = _rewards.AsSpan(i * l, l),
            }, gradients);
        }
    }
}
