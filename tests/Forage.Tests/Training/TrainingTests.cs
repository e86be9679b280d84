using System.Globalization;
using System.Text;
using Forage.Data;
using Forage.Features;
using Forage.Linear;
using Forage.Training;

namespace Forage.Tests.Training;

public class TrainingTests
{
    private static TrainingInput Noisy(int examples, ulong seed)
    {
        var rng = new Rng(seed);
        var text = new StringBuilder();
        for (int i = 0; i < examples; i++)
        {
            double x = rng.NextGaussian(), y = x + 0.5 * rng.NextGaussian() > 0 ? 1 : -1;
            text.Append(CultureInfo.InvariantCulture, $"{y} |a x:{x:F4}");
            for (int k = 0; k < 20; k++) text.Append(CultureInfo.InvariantCulture, $" n{rng.NextInt(5000)}");
            text.Append('\n');
        }
        return new TrainingInput(ByteSource.FromBytes(Encoding.UTF8.GetBytes(text.ToString()), "noisy"), InputFormat.Vw);
    }

    private static TrainedModel NewModel(LinearOptions? options = null, FeatureNames? names = null, TaskKind task = TaskKind.Classify)
        => new(new ModelRecipe { Task = task, Format = InputFormat.Vw, Seed = 3 }, new LinearLearner(options ?? new LinearOptions { Loss = ExampleTasks.DefaultLoss(task), Bits = 14 }), names);

    [Fact]
    public void ProgressiveLossIsTheMeanLossOfPredictionsMadeBeforeLearning()
    {
        var input = Noisy(200, 1);
        using var model = NewModel();
        var (_, result) = new TrainingJob(input, new TrainingOptions()).Run(model);
        using var twin = new LinearLearner(new LinearOptions { Loss = LossKind.Logistic, Bits = 14 });
        double loss = 0, wrong = 0;
        input.OpenExamples().Read(batch =>
        {
            for (int i = 0; i < batch.Count; i++)
            {
                float y = batch.Labels[i].Value, p = twin.Predict(batch.Rows[i]);
                loss += twin.LossOf(p, y);
                wrong += p > 0 == y > 0 ? 0 : 1;
                twin.Learn(batch.Rows[i], y);
            }
        });
        Assert.Equal(loss / 200, result.Progressive.AverageLoss, 1e-9);
        Assert.Equal(wrong / 200, result.Progressive.ErrorRate, 1e-12);
        Assert.Equal(200 * 22, result.Features);
    }

    [Fact]
    public void TheBestPassIsKeptWhenLaterOnesOverfit()
    {
        var input = Noisy(300, 2);
        var (model, result) = new TrainingJob(input, new TrainingOptions { Passes = 30, Patience = 2 }).Run(NewModel());
        using (model)
        {
            Assert.True(result.StoppedEarly, "5,000 noise features over 300 examples must overfit within 30 passes");
            Assert.Equal(result.BestPass + 2, result.Passes.Count);
            Assert.Equal((270 * result.BestPass, result.BestPass), (model.Recipe.Examples, model.Recipe.Passes));
            Assert.Equal(270 * result.Passes.Count, result.Examples);
            Assert.Equal(result.Passes.Min(p => p.HeldOut.AverageLoss), result.Passes[result.BestPass - 1].HeldOut.AverageLoss);
            var (same, _) = new TrainingJob(input, new TrainingOptions { Passes = result.BestPass, HoldOutEvery = 10 }).Run(NewModel());
            using (same) Assert.Equal(Weights(same), Weights(model));
        }
    }

    [Fact]
    public void HeldOutExamplesAreNotLearntFrom()
    {
        var input = Noisy(100, 3);
        using var model = NewModel();
        var (_, result) = new TrainingJob(input, new TrainingOptions { HoldOutEvery = 4 }).Run(model);
        Assert.Equal(75, result.Examples);
        Assert.Equal(75, model.Recipe.Examples);
        Assert.InRange(result.Passes[0].HeldOut.AverageLoss, 0.01, 2);
    }

    [Fact]
    public void TruncatedGzipLosesNothingReadBefore()
    {
        var bytes = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(bytes, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            var rng = new Rng(4);
            for (int i = 0; i < 60_000; i++) gzip.Write(Encoding.UTF8.GetBytes($"{(i % 2 == 0 ? 1 : -1)} |a x{rng.NextInt(1_000_000)} y{rng.NextInt(1_000_000)}\n"));
        }
        byte[] cut = bytes.ToArray()[..(int)(bytes.Length * 3 / 4)];
        using var model = NewModel();
        var (_, result) = new TrainingJob(new TrainingInput(ByteSource.FromBytes(cut, "cut.gz"), InputFormat.Vw), new TrainingOptions()).Run(model);
        Assert.NotNull(result.Failure);
        Assert.Contains("cut.gz", result.Failure.Message);
        Assert.InRange(result.Examples, 30_000, 50_000);
    }

    [Fact]
    public void ModelFilesAreByteEqualAfterATrip()
    {
        using var model = NewModel(new LinearOptions { Bits = 12, Loss = LossKind.Logistic, Interactions = ["aa"], L1 = 1e-7f }, new FeatureNames());
        new TrainingJob(Noisy(150, 5), new TrainingOptions()).Run(model);
        var first = new MemoryStream();
        model.Save(first);
        first.Position = 0;
        using var loaded = TrainedModel.Load(first, "memory");
        var second = new MemoryStream();
        loaded.Save(second);
        Assert.Equal(first.ToArray(), second.ToArray());
        Assert.Equal(model.Recipe, loaded.Recipe);
        Assert.Equal(model.Names!.Count, loaded.Names!.Count);
        Assert.Equal("a:x", loaded.Names[FeatureHasher.Feature("x"u8, FeatureHasher.Namespace("a"u8))]);
    }

    [Fact]
    public void NamesDoNotDependOnTheOrderInWhichTheyAreMet()
    {
        var names = new FeatureNames();
        names.Add(7, "ns"u8, "b"u8, default);
        names.Add(7, default, "a"u8, "v"u8);
        names.Add(7, "ns"u8, "b"u8, default);
        Assert.Equal("a=v", names[7]);
        Assert.Null(names[8]);
        Assert.Equal(1, names.Count);
    }

    [Fact]
    public void LargestWeightsAreSortedAndNamed()
    {
        using var model = NewModel(names: new FeatureNames());
        new TrainingJob(Noisy(300, 6), new TrainingOptions()).Run(model);
        var contents = ModelContents.Of(model, 5);
        Assert.Equal(5, contents.Largest.Count);
        Assert.Equal(contents.Largest.OrderByDescending(w => Math.Abs(w.Weight)), contents.Largest);
        Assert.Equal("a:x", contents.Largest[0].Name);
        Assert.InRange(contents.WeightsSet, 2000, 5001);
        Assert.Equal(1 << 14, contents.WeightsInAll);
        Assert.All(contents.Largest, w => Assert.Equal(model.Learner.Weight(w.Index), w.Weight));
    }

    [Theory]
    [InlineData("a.vw", InputFormat.Vw)]
    [InlineData("x/y.train.svm.gz", InputFormat.Svmlight)]
    [InlineData("b.LIBSVM", InputFormat.Svmlight)]
    [InlineData("c.txt", null)]
    [InlineData("gz", null)]
    public void FormatOfAFileName(string path, InputFormat? format) => Assert.Equal(format, InputFormats.OfPath(path));

    [Theory]
    [InlineData("1 |a b\n", InputFormat.Vw)]
    [InlineData("|a b", InputFormat.Vw)]
    [InlineData("\n# note\n-1 3:0.5 7:1\n", InputFormat.Svmlight)]
    [InlineData("+1.5e-3 3:0.5", InputFormat.Svmlight)]
    [InlineData("{\"a\":1}\n", InputFormat.Json)]
    [InlineData("1,4,7 3:0.5\n", InputFormat.Svmlight)]
    [InlineData("100 20 5\n1,2 0:1\n", InputFormat.Xmc)]
    [InlineData("a,b,c\n", null)]
    [InlineData("", null)]
    public void FormatOfAText(string text, InputFormat? format) => Assert.Equal(format, InputFormats.OfContent(Encoding.UTF8.GetBytes(text)));

    private static List<(uint, float)> Weights(TrainedModel model)
    {
        var weights = new List<(uint, float)>();
        model.Learner.ForEachWeight((index, _, weight) => weights.Add((index, weight)));
        return weights;
    }
}
