using System.Diagnostics;
using Forage.Bandits;
using Forage.Features;
using Forage.Linear;
using Forage.OffPolicy;

namespace Forage.Benchmarks.Macro;

/// <summary>Decide and learn, one thread: rounds a second and bytes allocated a round, of every explorer.</summary>
internal static class BanditRounds
{
    private const int Contexts = 20_000;

    private static readonly string[] s_explorers =
        ["epsilon", "epsilon:estimator=dr", "first", "softmax", "squarecb", "bag:n=4", "cover:n=1", "cover:n=4", "cover:n=4,estimator=dr", "cover:n=16,estimator=dr", "regcb", "linucb", "thompson"];

    public static int Run(string[] args)
    {
        int actions = Arguments.Int(args, "--actions", 10), features = Arguments.Int(args, "--features", 20), rounds = Arguments.Int(args, "--rounds", 300_000), runs = Arguments.Int(args, "--runs", 3);
        var rng = new Rng(1);
        var rows = new FeatureBlock();
        var writer = new RowWriter(rows);
        for (int i = 0; i < Contexts; i++)
        {
            writer.BeginRow();
            writer.BeginGroup((byte)'x');
            for (int f = 0; f < features; f++) writer.Add((uint)(f * 1_000_003 + 7), (float)rng.NextGaussian());
            writer.EndGroup();
            writer.EndRow();
        }
        Console.WriteLine($"{actions} actions, {features} features");
        foreach (string text in s_explorers)
        {
            double best = 0;
            long bytes = 0;
            for (int run = 0; run < runs; run++)
            {
                using var bandit = ContextualBandit.Create(BanditText.Parse(text, new BanditRecipe { Actions = actions, Learner = new LinearOptions { Bits = 18 } }));
                Play(bandit, rows, actions, rounds / 10, ref rng);
                long before = GC.GetAllocatedBytesForCurrentThread(), begun = Stopwatch.GetTimestamp();
                Play(bandit, rows, actions, rounds, ref rng);
                best = Math.Max(best, rounds / Stopwatch.GetElapsedTime(begun).TotalSeconds);
                bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            }
            Console.WriteLine($"{text,-26} {best,12:N0} rounds/s  {(double)bytes / rounds:0.###} bytes a round");
        }
        return 0;
    }

    private static void Play(ContextualBandit bandit, FeatureBlock rows, int actions, int rounds, ref Rng rng)
    {
        for (int i = 0; i < rounds; i++)
        {
            var context = new DecisionContext(rows, i % Contexts, false, actions);
            var draw = bandit.Decide(context, ref rng);
            bandit.Learn(context, draw.Action, draw.Probability, (draw.Action + i) % 3 == 0 ? 1 : 0);
        }
    }
}
