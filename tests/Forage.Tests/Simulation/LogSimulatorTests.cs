using Forage.Data;
using Forage.Features;
using Forage.OffPolicy;
using Forage.Simulation;

namespace Forage.Tests.Simulation;

public class LogSimulatorTests
{
    private const int Labels = 6;

    [Fact]
    public void TheLoggingPolicysExamplesAreNotInTheLog()
    {
        var set = Set(400);
        var simulator = LogSimulator.Train(set, new LogSimulationOptions { TrainFraction = 0.1, SlateLength = 3 });
        Assert.Equal(40, simulator.TrainedOn.Length);
        var logged = simulator.Decisions().Select(d => d.EventId).ToList();
        Assert.Equal(360, logged.Count);
        var trained = simulator.TrainedOn.ToArray().Select(LogSimulator.EventId).ToHashSet();
        Assert.DoesNotContain(logged, trained.Contains);
        Assert.Equal(400, logged.Concat(trained).Distinct().Count());
    }

    [Fact]
    public void PropensitiesAreThoseOfSamplingWithoutReplacement()
    {
        var set = Set(300);
        var simulator = LogSimulator.Train(set, new LogSimulationOptions { TrainFraction = 0.1, SlateLength = 4, Uniform = 0.05, LogDistribution = true });
        foreach (var d in simulator.Decisions())
        {
            double left = 1;
            foreach (var shown in d.Slate)
            {
                Assert.Equal(d.Distribution![shown.Action] / left, shown.Propensity, 12);
                left -= d.Distribution[shown.Action];
            }
            Assert.Equal(1, d.Distribution!.Sum(), 12);
            Assert.Equal(4, d.Slate.Select(s => s.Action).Distinct().Count());
            int example = int.Parse(d.EventId) - 1;
            foreach (var shown in d.Slate) Assert.Equal(set.Labels(example).BinarySearch(shown.Action) >= 0 ? 1 : 0, shown.Reward);
        }
    }

    [Fact]
    public void SlatesAreDrawnAsOftenAsTheirPropensitiesSay()
    {
        // 20,000 decisions in one and the same context: ordered pairs against their enumerated probabilities, chi-square.
        var set = new SupervisedSet();
        var batch = new MultilabelBatch();
        var writer = new RowWriter(batch.Rows);
        for (int i = 0; i < 20_100; i++)
        {
            Row(ref writer, [1, 2]);
            batch.Add([i % 3, 3 + i % 2]);
        }
        set.Declare(Labels);
        set.Add(batch);
        var simulator = LogSimulator.Train(set, new LogSimulationOptions { TrainFraction = 100 / 20_100.0, SlateLength = 2, LogDistribution = true });
        var counts = new int[Labels, Labels];
        IReadOnlyList<double> p = [];
        int n = 0;
        foreach (var d in simulator.Decisions())
        {
            counts[d.Slate[0].Action, d.Slate[1].Action]++;
            p = d.Distribution!;
            n++;
        }
        double chi = 0, total = 0;
        for (int a = 0; a < Labels; a++)
        {
            for (int b = 0; b < Labels; b++)
            {
                if (a == b) continue;
                double expected = p[a] * p[b] / (1 - p[a]);
                total += expected;
                chi += Math.Pow(counts[a, b] - n * expected, 2) / (n * expected);
            }
        }
        Assert.Equal(1, total, 12);
        Assert.True(chi < 58.3, $"chi-square {chi} with 29 degrees of freedom"); // 0.1 % point
    }

    [Fact]
    public void SameSeedSameLog()
    {
        var set = Set(120);
        string Text(ulong seed) => string.Join('\n', LogSimulator.Train(set, new LogSimulationOptions { TrainFraction = 0.2, SlateLength = 2, Seed = seed }).Decisions()
            .Select(d => d.EventId + ":" + string.Join(',', d.Slate.Select(s => $"{s.Action} {s.LogPropensity:R} {s.Reward}"))));
        Assert.Equal(Text(4), Text(4));
        Assert.NotEqual(Text(4), Text(5));
    }

    [Fact]
    public void TheLoggingPolicyIsBetterThanChance()
    {
        var set = Set(2000);
        var simulator = LogSimulator.Train(set, new LogSimulationOptions { TrainFraction = 0.1, SlateLength = 1 });
        double mean = simulator.Decisions().Average(d => d.Reward), chance = 0;
        for (int i = 0; i < set.Count; i++) chance += set.Labels(i).Length / (double)Labels / set.Count;
        Assert.True(mean > chance + 0.1, $"{mean} against {chance}");
    }

    [Fact]
    public void AnyPolicyCanMakeTheLog()
    {
        var set = Set(300);
        var options = new LogSimulationOptions { TrainFraction = 0.2, SlateLength = 3, LogDistribution = true, Seed = 9 };
        int[] training = LogSimulator.TrainingExamples(set, options);
        Assert.Equal(60, training.Length);
        var policy = new EveryOther();
        var simulator = LogSimulator.For(set, policy, options);
        Assert.Same(policy, simulator.LoggingPolicy);
        Assert.Equal(training, simulator.TrainedOn.ToArray());
        Assert.Equal(240, simulator.Logged.Length);
        Assert.Empty(training.Intersect(simulator.Logged.ToArray()));
        var scratch = new PolicyScratch();
        var drawn = new LoggedAction[3];
        foreach (int example in simulator.Logged)
        {
            var d = simulator.Decide(example, scratch);
            Assert.Equal([0, 0.5, 0, 0.3, 0, 0.2], d.Distribution!); // a sparse distribution is logged dense
            double left = 1;
            foreach (var shown in d.Slate)
            {
                Assert.Equal(d.Distribution![shown.Action] / left, shown.Propensity, 12);
                left -= d.Distribution[shown.Action];
                Assert.Equal(set.Labels(example).Contains(shown.Action) ? 1 : 0, shown.Reward);
            }
            Assert.Equal(3, simulator.Draw(example, drawn, scratch));
            Assert.Equal(d.Slate, drawn);
        }
    }

    [Fact]
    public void TheTrainedPolicyGivenBackMakesTheSameLog()
    {
        var set = Set(200);
        var options = new LogSimulationOptions { TrainFraction = 0.1, SlateLength = 2 };
        var trained = LogSimulator.Train(set, options);
        var given = LogSimulator.For(set, trained.LoggingPolicy, options);
        Assert.Equal(trained.Decisions().SelectMany(d => d.Slate), given.Decisions().SelectMany(d => d.Slate));
    }

    [Fact]
    public void ClassesBecomeLabels()
    {
        var batch = new ExampleBatch();
        var writer = new RowWriter(batch.Rows);
        foreach (int c in new[] { 1, 3, 2, 3 })
        {
            Row(ref writer, [(uint)c]);
            batch.Add(new SimpleLabel(c));
        }
        var set = new SupervisedSet();
        set.Add(batch);
        Assert.Equal(3, set.LabelCount);
        Assert.Equal([2], set.Labels(1).ToArray());
        batch.Clear();
        Row(ref writer, [1]);
        batch.Add(new SimpleLabel(0.5f));
        Assert.Contains("0.5", Assert.Throws<ForageException>(() => set.Add(batch)).Message);
    }

    [Theory]
    [InlineData("fraction", 1.5)]
    [InlineData("temperature", 0)]
    [InlineData("slate", 7)]
    public void BadOptionsAreNamed(string what, double value)
    {
        var options = what switch
        {
            "fraction" => new LogSimulationOptions { TrainFraction = value },
            "temperature" => new LogSimulationOptions { Temperature = value },
            _ => new LogSimulationOptions { SlateLength = (int)value },
        };
        var e = Assert.Throws<ForageException>(() => LogSimulator.Train(Set(50), options));
        Assert.Contains(value.ToString(System.Globalization.CultureInfo.InvariantCulture), e.Message);
    }

    /// <summary>Examples with three of twelve features, whose labels are those of the features (mod 6).</summary>
    private static SupervisedSet Set(int count)
    {
        var batch = new MultilabelBatch();
        var writer = new RowWriter(batch.Rows);
        var rng = new Rng(11);
        for (int i = 0; i < count; i++)
        {
            var on = new SortedSet<uint>();
            while (on.Count < 3) on.Add((uint)rng.NextInt(12));
            Row(ref writer, [.. on]);
            batch.Add([.. on.Take(2).Select(f => (int)(f % Labels)).Distinct().Order()]);
        }
        var set = new SupervisedSet();
        set.Declare(Labels);
        set.Add(batch);
        return set;
    }

    private static void Row(ref RowWriter writer, uint[] features)
    {
        writer.BeginRow();
        writer.BeginGroup(FeatureGroup.Default);
        foreach (uint f in features) writer.Add(f, 1);
        writer.EndGroup();
        writer.EndRow();
    }

    /// <summary>Odd actions only, sparse.</summary>
    private sealed class EveryOther : IPolicy
    {
        private static readonly int[] s_actions = [5, 1, 3];
        private static readonly double[] s_probabilities = [0.2, 0.5, 0.3];

        public ActionDistribution Distribution(scoped in DecisionContext context, PolicyScratch scratch) => new(s_actions, s_probabilities);
    }
}
