using System.IO.Compression;
using Forage.Evaluation;

namespace Forage.Cli.Reproductions.Foundation;

/// <summary>Is a Reuters news story of category CCAT? 27,613 documents of RCV1, one pass, logistic loss, defaults.</summary>
internal static class TextMeasure
{
    private const string File_ = "bandit/rcv1-28k/rcv1_28k_ccat.svm";
    private const string Progressive = "rcv1-progressive-error", Test = "rcv1-test-error";
    private const int TrainingRows = 22_000;

    public static void Run(ReproduceContext context, ReproduceResult result)
    {
        if (context.DataFile(File_) is not { } path)
        {
            string why = $"not bundled: needs --data DIR with {File_} (27,613 documents of RCV1, svmlight)";
            result.Skipped.Add(new SkippedTarget(Progressive, why));
            result.Skipped.Add(new SkippedTarget(Test, why));
            return;
        }
        result.Data.Add(ReportData.OfFile(path));
        var all = CommandRun.Json(context, "learn", path, "--task", "classify");
        double progressive = 100 * all.GetProperty("progressiveError").GetDouble();
        result.Rows.Add(new MeasuredRow("RCV1-28k CCAT, one pass", "progressive 0/1 error", progressive, "%"));
        result.Rows.Add(new MeasuredRow("RCV1-28k CCAT, one pass", "progressive logistic loss", all.GetProperty("progressiveLoss").GetDouble(), "nats"));
        result.Rows.Add(new MeasuredRow("RCV1-28k CCAT, one pass", "speed, reading included", all.GetProperty("examplesPerSecond").GetDouble(), "examples/s"));
        result.Rows.Add(new MeasuredRow("RCV1-28k CCAT, one pass", "speed, reading included", all.GetProperty("featuresPerSecond").GetDouble(), "features/s"));
        result.Targets.Add(new MeasuredTarget(Progressive, progressive, "<=", 7.5, "%"));

        using var folder = new ScratchFolder();
        string train = folder["train.svm"], test = folder["test.svm"], model = folder["model.forage"];
        Split(path, train, test);
        CommandRun.Json(context, "learn", train, "--task", "classify", "-m", model);
        double error = 100 * CommandRun.Json(context, "predict", test, "-m", model, "-o", folder["predictions.txt"]).GetProperty("error").GetDouble();
        result.Rows.Add(new MeasuredRow("RCV1-28k CCAT, first 22,000 documents", "0/1 error on the rest", error, "%"));
        result.Targets.Add(new MeasuredTarget(Test, error, "<=", 6.5, "%"));
    }

    private static void Split(string path, string train, string test)
    {
        using Stream raw = File.OpenRead(path);
        using var reader = new StreamReader(path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(raw, CompressionMode.Decompress) : raw);
        using StreamWriter first = new(train), second = new(test);
        for (int i = 0; reader.ReadLine() is { } line; i++) (i < TrainingRows ? first : second).WriteLine(line);
    }
}
