using Forage.Features;
using Forage.Multiclass.Trees;
using Forage.Persistence;
using Forage.Simulation;
using Forage.Training;

namespace Forage.Cli.Reproductions.LomTree;

/// <summary>What became of a setting on held-out examples.</summary>
/// <param name="Error">Smallest share of wrong predictions after any pass.</param>
/// <param name="Passes">That pass, from 1.</param>
internal readonly record struct TrialOutcome(double Error, int Passes);

/// <summary>Learns with a setting, pass by pass in a new order each.</summary>
internal static class TreeTrial
{
    private const int Patience = 4, Tenths = 3;

    /// <summary>
    /// The error on held-out parts of what is to be learnt from, averaged: a tenth of each split, or three tenths or all blocks of one set in turn (one of a set that takes minutes).
    /// LOMtrees on isolet's parts err by 4.5 to 7.5 %, so that one or two parts say little. At a constant rate learning stops when four passes brought nothing.
    /// </summary>
    public static TrialOutcome Validate(TreeSetting setting, IReadOnlyList<ClassSet> splits, ulong seed, CancellationToken cancel)
    {
        var folds = Folds(splits, seed);
        var learners = folds.ConvertAll(f => setting.Make(f.Set));
        try
        {
            var best = new TrialOutcome(double.PositiveInfinity, 0);
            for (int pass = 1; pass <= setting.Passes && (setting.Decay < 1 || pass - best.Passes <= Patience); pass++)
            {
                double error = 0;
                foreach (var ((set, learnt, held), learner) in folds.Zip(learners))
                {
                    Teach(learner, set.Train, learnt, seed + (ulong)pass, cancel);
                    error += Error(learner, set.Train, held) / folds.Count;
                }
                if (error < best.Error) best = new TrialOutcome(error, pass);
            }
            return best;
        }
        finally
        {
            foreach (var learner in learners) learner.Dispose();
        }
    }

    private static List<(ClassSet Set, int[] Learnt, int[] Held)> Folds(IReadOnlyList<ClassSet> splits, ulong seed)
    {
        var folds = new List<(ClassSet, int[], int[])>();
        if (splits[0].HeldOut is { } blocks)
        {
            int[] all = [.. Enumerable.Range(0, splits[0].Train.Count)];
            foreach (var (start, end) in blocks) folds.Add((splits[0], [.. all[..start], .. all[end..]], all[start..end]));
            return folds;
        }
        for (int f = 0; f < (splits[0].IsLarge ? 1 : splits.Count > 1 ? splits.Count : Tenths); f++)
        {
            var set = splits[splits.Count > 1 ? f : 0];
            int[] order = Order(set.Train.Count, seed);
            int tenth = order.Length / 10, start = splits.Count > 1 ? 0 : f * tenth;
            folds.Add((set, [.. order[..start], .. order[(start + tenth)..]], order[start..(start + tenth)]));
        }
        return folds;
    }

    /// <summary>Learns from all there is; the time is of learning alone.</summary>
    public static (TreeLearner Learner, double Seconds) Learn(TreeSetting setting, ClassSet set, int passes, int examples, ReproduceContext context)
    {
        var clock = context.Session.Terminal.Clock;
        int[] order = Order(set.Train.Count, context.Session.Seed);
        var learner = setting.Make(set);
        long start = clock.GetTimestamp();
        for (int pass = 1; pass <= passes; pass++) Teach(learner, set.Train, order.AsSpan(0, examples), context.Session.Seed + (ulong)pass, context.Session.Cancellation);
        return (learner, clock.GetElapsedTime(start).TotalSeconds);
    }

    /// <summary>Learns, pass after pass over all there is, until the clock says that it took so long.</summary>
    public static (TreeLearner Learner, double Seconds, long Examples) LearnFor(TreeSetting setting, ClassSet set, double seconds, ReproduceContext context)
    {
        var clock = context.Session.Terminal.Clock;
        int[] order = Order(set.Train.Count, context.Session.Seed);
        var learner = setting.Make(set);
        long start = clock.GetTimestamp(), examples = 0;
        bool IsTime() => clock.GetElapsedTime(start).TotalSeconds >= seconds;
        for (int pass = 1; !IsTime(); pass++) examples += Teach(learner, set.Train, order, context.Session.Seed + (ulong)pass, context.Session.Cancellation, IsTime);
        return (learner, clock.GetElapsedTime(start).TotalSeconds, examples);
    }

    /// <summary>Wrong predictions on the test, and seconds an example in the fastest of some runs. Trees are read to predict only, as the command does.</summary>
    public static (int Wrong, double Seconds) Test(TreeLearner learner, ClassSet set, ReproduceContext context, int most = int.MaxValue, int runs = 1)
    {
        var clock = context.Session.Terminal.Clock;
        int n = Math.Min(most, set.Test.Count), wrong = 0;
        int[] classes = new int[n];
        double seconds = double.PositiveInfinity;
        var scratch = new ClassTreeScratch();
        using var tree = learner.Tree is { } learnt ? Reread(learnt) : null;
        for (int run = 0; run < runs; run++)
        {
            long start = clock.GetTimestamp();
            if (tree is not null) tree.PredictAll(set.Test.Rows, 0, classes, scratch);
            else for (int i = 0; i < n; i++) classes[i] = learner.Predictor.Predict(set.Test.Rows[i]);
            seconds = Math.Min(seconds, clock.GetElapsedTime(start).TotalSeconds);
        }
        for (int i = 0; i < n; i++)
            if (classes[i] != set.Test.Labels(i)[0]) wrong++;
        return (wrong, seconds / n);
    }

    private static IClassTree Reread(IClassTree tree)
    {
        using var folder = new ScratchFolder();
        string path = folder["tree.forage"];
        using (var file = File.Create(path))
        using (var writer = new ModelWriter(file))
        {
            ClassTree.Save(tree, writer);
            writer.Finish();
        }
        using var saved = File.OpenRead(path);
        return ClassTree.Load(new ModelReader(saved, path), predictOnly: true);
    }

    /// <summary>A pass in a new order, to its end or until it is time; returns how many examples were learnt from.</summary>
    private static int Teach(TreeLearner learner, SupervisedSet set, Span<int> order, ulong seed, CancellationToken cancel, Func<bool>? isTime = null)
    {
        new Rng(seed).Shuffle(order);
        int moment = Math.Max(1, order.Length / TrainingOptions.MomentsOfPass);
        for (int i = 0; i < order.Length; i++)
        {
            if (isTime?.Invoke() == true) return i;
            if (i % 1024 == 0) cancel.ThrowIfCancellationRequested();
            learner.Learner.Learn(set.Rows[order[i]], set.Labels(order[i])[0]);
            if ((i + 1) % moment == 0) learner.Average();
        }
        learner.EndPass();
        return order.Length;
    }

    private static double Error(TreeLearner learner, SupervisedSet set, ReadOnlySpan<int> which)
    {
        int wrong = 0;
        foreach (int i in which)
            if (learner.Predictor.Predict(set.Rows[i]) != set.Labels(i)[0]) wrong++;
        return (double)wrong / which.Length;
    }

    private static int[] Order(int count, ulong seed)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new Rng(seed).Shuffle<int>(order);
        return order;
    }
}
