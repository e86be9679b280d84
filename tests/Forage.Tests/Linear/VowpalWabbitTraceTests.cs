using System.Globalization;
using Forage.Data;
using Forage.Linear;

namespace Forage.Tests.Linear;

/// <summary>
/// Ten examples with importances, bases, repeated and rescaled features, learnt with 46 settings: the predictions before each update and the
/// average loss are those Vowpal Wabbit 9.11.2 printed, up to its approximate reciprocal square root.
/// </summary>
public class VowpalWabbitTraceTests
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "Linear", "Vectors");

    public static TheoryData<string> Settings() => [.. File.ReadAllLines(Path.Combine(s_folder, "trace.tsv")).Skip(1)];

    [Theory]
    [MemberData(nameof(Settings))]
    public void Predictions_and_loss_agree(string row)
    {
        string[] columns = row.Split('\t');
        double[] expected = [.. columns[1].Split(' ').Select(Number)];
        var batch = new ExampleBatch();
        new VwTextParser().Parse(File.ReadAllBytes(Path.Combine(s_folder, "trace.vw")), batch);
        using var learner = new LinearLearner(Options(columns[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        double loss = 0, weight = 0;
        for (int i = 0; i < batch.Count; i++)
        {
            var label = batch.Labels[i];
            float p = learner.LearnFrom(label.Base, batch.Rows[i], label.Value, label.Importance);
            Assert.Equal(expected[i], p, 3e-3 * (1 + Math.Abs(expected[i])));
            loss += label.Importance * learner.LossOf(p, label.Value);
            weight += label.Importance;
        }
        Assert.Equal(Number(columns[2]), loss / weight, 1e-3 * (1 + Number(columns[2])));
    }

    private static LinearOptions Options(string[] words)
    {
        var o = new LinearOptions();
        bool chosen = words.Any(w => w is "--sgd" or "--adaptive" or "--normalized" or "--invariant");
        if (chosen) o = o with { Adaptive = words.Contains("--adaptive"), Normalized = words.Contains("--normalized"), Invariant = words.Contains("--invariant") };
        for (int i = 0; i < words.Length; i++)
        {
            o = words[i] switch
            {
                "--loss_function" => o with { Loss = Enum.Parse<LossKind>(words[++i], ignoreCase: true) },
                "--quantile_tau" => o with { Tau = (float)Number(words[++i]) },
                "--initial_t" => o with { InitialT = (float)Number(words[++i]) },
                "--power_t" => o with { PowerT = (float)Number(words[++i]) },
                "--l1" => o with { L1 = (float)Number(words[++i]) },
                "--l2" => o with { L2 = (float)Number(words[++i]) },
                "-l" => o with { LearningRate = (float)Number(words[++i]) },
                "-q" => o with { Interactions = [.. o.Interactions, words[++i]] },
                "--noconstant" => o with { Constant = false },
                "--min_prediction" => o with { MinPrediction = (float)Number(words[++i]) },
                "--max_prediction" => o with { MaxPrediction = (float)Number(words[++i]) },
                _ => o,
            };
        }
        return o;
    }

    private static double Number(string s) => double.Parse(s, CultureInfo.InvariantCulture);
}
