using Forage.Features;
using Forage.Linear;
using Forage.OffPolicy.Learning;

namespace Forage.Simulation.Internals;

/// <summary>Trains the logging policy of <see cref="LogSimulator.Train"/>: one logistic regressor a label, all labels seen.</summary>
internal static class MarginalsTraining
{
    public static ScorePolicy Run(SupervisedSet set, LogSimulationOptions options, int[] examples, Action<long, long>? progress, CancellationToken cancellation)
    {
        var size = new TableSize();
        for (int i = 0; i < set.Count; i++) size.Add(set.Rows[i]);
        var learner = new LinearLearner(options.Learner ?? new LinearOptions { Loss = LossKind.Logistic, Bits = size.Bits(set.LabelCount) }, set.LabelCount);
        var targets = new float[set.LabelCount];
        var passes = new Rng(options.Seed).Fork(2);
        for (int pass = 0; pass < options.Passes; pass++)
        {
            passes.Shuffle<int>(examples);
            foreach (int i in examples)
            {
                cancellation.ThrowIfCancellationRequested();
                Array.Fill(targets, -1f);
                foreach (int label in set.Labels(i)) targets[label] = 1;
                learner.LearnAll(set.Rows[i], targets);
            }
            learner.EndPass();
            progress?.Invoke((pass + 1L) * examples.Length, (long)options.Passes * examples.Length);
        }
        learner.Freeze();
        return new ScorePolicy(new ActionModel(learner), new ScorePolicyOptions { Link = options.Link, Temperature = options.Temperature, Uniform = options.Uniform });
    }
}
