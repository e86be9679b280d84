using System.Globalization;
using System.Text.Json;
using Forage.Simulation;

namespace Forage.Cli.Reproductions.LomTree;

/// <summary>The same file of 1,000 synthetic classes through our command and vw's log_multi with the bits it needs for about the same error, learning and testing.</summary>
internal static class VwRace
{
    private const int VwBits = 28, Runs = 2, Learnt = 100_000, Tested = 1_000_000; // long enough that reading the model hardly counts

    public static void Run(ReproduceContext context, TreeTables tables, Action<string, double> told)
    {
        string[] ids = ["vw-error", "vw-training-time", "vw-test-time"];
        if (context.Quick || CommandRun.OnPath("vw") is not { } vw || CommandRun.Launcher is not { } launcher)
        {
            foreach (string id in ids) tables.Skip(id, context.Quick ? "start-up counts for too much in the quick version's small files" : "no vw on PATH to compare with");
            return;
        }
        using var folder = new ScratchFolder();
        string train = folder["train.vw"], test = folder["test.vw"], ours = folder["ours.forage"], theirs = folder["theirs.vw"];
        var source = new SyntheticClasses(SyntheticMeasure.Classes, 1);
        Write(source, train, 0, Learnt);
        Write(source, test, Learnt, Tested);
        double trainOurs = double.MaxValue, trainTheirs = double.MaxValue, testOurs = double.MaxValue, testTheirs = double.MaxValue, error = 1, vwError = 1;
        for (int run = 0; run < Runs; run++) // in turn, so that both meet the same noise
        {
            told("racing vw", (double)run / Runs);
            trainOurs = Math.Min(trainOurs, CommandRun.Timed(context, launcher, "learn", "--task", "multiclass", "--method", "lomtree", "--classes", "1000", train, "-m", ours, "--quiet").Seconds);
            trainTheirs = Math.Min(trainTheirs, CommandRun.Timed(context, vw, "-d", train, "--log_multi", "1000", "-b", $"{VwBits}", "-f", theirs, "--quiet", "--onethread").Seconds);
            var (seconds, output) = CommandRun.Timed(context, launcher, "predict", "-m", ours, test, "-o", folder["ours.txt"], "--json", "--quiet");
            testOurs = Math.Min(testOurs, seconds);
            error = JsonDocument.Parse(output[..(output.IndexOf('\n') + 1)]).RootElement.GetProperty("error").GetDouble();
            testTheirs = Math.Min(testTheirs, CommandRun.Timed(context, vw, "-d", test, "-t", "-i", theirs, "-p", folder["theirs.txt"], "--quiet", "--onethread").Seconds);
            vwError = File.ReadLines(test).Zip(File.ReadLines(folder["theirs.txt"])).Count(p => p.First[..p.First.IndexOf(' ')] != p.Second.Split(' ', '.')[0]) / (double)Tested;
        }
        tables.Row(new MeasuredRow("vw --log_multi", "error", vwError, "", Note: string.Create(CultureInfo.InvariantCulture, $"{VwBits} bits; ours {error:0.0000}")));
        tables.Row(new MeasuredRow("vw --log_multi", "training", trainTheirs, "s", Note: string.Create(CultureInfo.InvariantCulture, $"ours {trainOurs:0.00} s, the whole command with saving")));
        tables.Row(new MeasuredRow("vw --log_multi", "testing", testTheirs, "s", Note: string.Create(CultureInfo.InvariantCulture, $"ours {testOurs:0.00} s, the whole command with loading")));
        tables.Target(ids[0], error - vwError, "<=", 0, "error above vw's");
        tables.Target(ids[1], trainTheirs / trainOurs, ">=", 4, "times vw");
        tables.Target(ids[2], testTheirs / testOurs, ">=", 4, "times vw");
    }

    private static void Write(SyntheticClasses source, string path, long first, int count)
    {
        using var stream = File.Create(path);
        source.WriteText(stream, first, count);
    }
}
