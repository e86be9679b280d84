using System.Buffers;
using System.Globalization;
using System.Text;
using Forage.Data;
using Forage.Features;
using Forage.Linear;
using Forage.Multiclass.Trees;
using Forage.Training;

namespace Forage.Tests.Training;

public class PredictorTests
{
    private const int Classes = 5;

    public static TheoryData<string> Models => ["linear", "oaa", "lomtree", "recall-tree"];

    /// <summary>However many threads predict: the same lines in the same order, the same loss, and as after reading the model to predict only.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void Predictions_do_not_depend_on_the_threads(string kind)
    {
        var input = Labelled(1500, kind == "linear");
        using var model = Learnt(kind, input);
        var one = new Predictor(model, PredictionKind.Natural);
        string expected = Lines(one, input);
        Assert.Equal(1500, expected.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        var file = new MemoryStream();
        model.Save(file);
        foreach (int threads in new[] { 2, 5 })
        {
            file.Position = 0;
            using var read = TrainedModel.Load(file, "memory", predictOnly: true);
            foreach (var m in new[] { model, read })
            {
                var predictor = new Predictor(m, PredictionKind.Natural, threads: threads);
                Assert.Equal(expected, Lines(predictor, input));
                Assert.Equal(one.Loss.AverageLoss, predictor.Loss.AverageLoss);
                Assert.Equal(one.Loss.ErrorRate, predictor.Loss.ErrorRate);
            }
        }
        Assert.InRange(one.Loss.ErrorRate, 0, 0.2);
    }

    private static string Lines(Predictor predictor, TrainingInput input)
    {
        var to = new ArrayBufferWriter<byte>();
        predictor.Run(input, to, _ => { });
        return Encoding.UTF8.GetString(to.WrittenSpan);
    }

    private static TrainedModel Learnt(string kind, TrainingInput input)
    {
        var options = new LinearOptions { Bits = 16, Loss = LossKind.Logistic };
        var recipe = new ModelRecipe { Task = kind == "linear" ? TaskKind.Classify : TaskKind.Multiclass, Format = InputFormat.Vw, FirstClass = kind == "linear" ? 0 : 1 };
        var tree = new ClassTreeOptions { Learner = new LinearOptions { Bits = 32, Loss = LossKind.Hinge } };
        var model = kind switch
        {
            "linear" => new TrainedModel(recipe, new LinearLearner(options), null),
            "oaa" => new TrainedModel(recipe, new LinearLearner(options, Classes), null),
            "lomtree" => new TrainedModel(recipe, ClassTree.Create(TreeMethod.LomTree, Classes, tree)),
            _ => new TrainedModel(recipe, ClassTree.Create(TreeMethod.RecallTree, Classes, tree)),
        };
        return new TrainingJob(input, new TrainingOptions { Passes = 2 }).Run(model).Model;
    }

    /// <summary>Each class has a word of its own, among others drawn at random.</summary>
    private static TrainingInput Labelled(int examples, bool two)
    {
        var rng = new Rng(8);
        var text = new StringBuilder();
        for (int i = 0; i < examples; i++)
        {
            int y = rng.NextInt(two ? 2 : Classes);
            text.Append(CultureInfo.InvariantCulture, $"{(two ? 2 * y - 1 : y + 1)} 'tag{i}|a own{y}");
            for (int k = 0; k < 10; k++) text.Append(CultureInfo.InvariantCulture, $" n{rng.NextInt(300)}");
            text.Append('\n');
        }
        return new TrainingInput(ByteSource.FromBytes(Encoding.UTF8.GetBytes(text.ToString()), "words"), InputFormat.Vw) { Reading = new ReadOptions { PieceBytes = 20_000 } };
    }
}
