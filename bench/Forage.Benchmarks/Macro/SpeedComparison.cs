using System.Globalization;
using System.Text.RegularExpressions;
using Forage.Simulation;

namespace Forage.Benchmarks.Macro;

/// <summary>
/// Runs the same file through ./forage and, when there is a vw on PATH, through it in both its modes, in turn so that all meet the same noise; prints
/// the fastest time of each, losses, and the ratio to vw's faster mode.
/// </summary>
internal static partial class SpeedComparison
{
    public static int Run(string[] args)
    {
        int runs = int.Parse(Option(args, "--runs") ?? "3");
        int examples = int.Parse(Option(args, "--examples") ?? "1200000"), decisions = int.Parse(Option(args, "--decisions") ?? "300000");
        string folder = Option(args, "--folder") ?? "artifacts/bench";
        string? only = Option(args, "--only"), rcv1 = Option(args, "--rcv1");
        string forage = Path.GetFullPath("forage");
        if (!File.Exists(forage)) throw new InvalidOperationException("Run this from the root of the repository.");
        string? vw = FindOnPath("vw");
        Directory.CreateDirectory(folder);
        string text = Path.Combine(folder, $"examples-{examples}.vw"), log = Path.Combine(folder, $"decisions-{decisions}.dsjson");
        Generate(text, stream => SyntheticFiles.WriteExamples(stream, examples, 1));
        Generate(log, stream => SyntheticFiles.WriteDecisions(stream, decisions, 1));
        Command.Run(forage, "--version"); // builds it

        var cases = new List<Case>();
        foreach (int bits in new[] { 18, 24 })
        {
            string cache = Path.Combine(folder, $"vw-{examples}-{bits}.cache");
            string learning = $"-b {bits} --loss_function logistic";
            cases.Add(new($"text {bits} bits", text, examples, $"learn --task classify -b {bits} --quiet {text}", $"-d {text} {learning}"));
            cases.Add(new($"cache {bits} bits", text, examples, $"learn --task classify -b {bits} --quiet --cache {text}", $"--no_stdin --cache_file {cache} {learning}") { VwWarmUp = $"-d {text} --cache_file {cache} -k {learning}" });
        }
        cases.Add(new("dsjson decisions", log, decisions, $"learn --task bandit --quiet {log}", $"-d {log} -b 18 --cb_explore_adf --cb_type mtr --dsjson"));
        if (rcv1 is not null) cases.Add(new("RCV1 text", rcv1, File.ReadLines(rcv1).LongCount(), $"learn --task classify --quiet {rcv1}", $"-d {rcv1} -b 18 --loss_function logistic"));
        cases.Add(new("start-up", "", 1, "--version", "--version"));

        Console.WriteLine($"{"",-18} {"forage s",9} {"MB",6} {"M rec/s",8} {"GB/s",6} {"loss",9}   {"vw s",7} {"onethread",9} {"MB",6} {"loss",9}   ratio");
        foreach (var c in cases.Where(c => only is null || c.Name.Contains(only, StringComparison.Ordinal))) Measure(c, forage, vw, runs);
        if (vw is null) Console.WriteLine("There is no vw on PATH; its columns are empty.");
        return 0;
    }

    private static void Measure(Case c, string forage, string? vw, int runs)
    {
        Outcome? ours = null, theirs = null, oneThread = null;
        Command.Run(forage, c.Forage);
        if (vw is not null && c.VwWarmUp is not null) Command.Run(vw, c.VwWarmUp);
        for (int run = 0; run < runs; run++)
        {
            ours = Faster(ours, Command.Run(forage, c.Forage));
            if (vw is null) continue;
            theirs = Faster(theirs, Command.Run(vw, c.Vw));
            oneThread = Faster(oneThread, Command.Run(vw, c.Vw + " --onethread"));
        }
        double gigabytes = c.File.Length == 0 ? 0 : new FileInfo(c.File).Length / 1e9;
        string line = string.Create(CultureInfo.InvariantCulture, $"{c.Name,-18} {ours!.Seconds,9:0.000} {ours.PeakMegabytes,6:0} {c.Records / ours.Seconds / 1e6,8:0.000} {gigabytes / ours.Seconds,6:0.00} {ForageLoss(ours.Output),9}");
        if (theirs is not null)
        {
            var faster = theirs.Seconds < oneThread!.Seconds ? theirs : oneThread;
            line += string.Create(CultureInfo.InvariantCulture, $"   {theirs.Seconds,7:0.000} {oneThread.Seconds,9:0.000} {faster.PeakMegabytes,6:0} {VwLoss(faster.Output),9}   {faster.Seconds / ours.Seconds:0.00}x");
        }
        Console.WriteLine(line);
    }

    private static Outcome Faster(Outcome? a, Outcome b) => a is null || b.Seconds < a.Seconds ? b : a;

    private static string ForageLoss(string output) => LossInForage().Match(output) is { Success: true } m ? m.Groups[1].Value : "";

    private static string VwLoss(string output) => LossInVw().Match(output) is { Success: true } m ? m.Groups[1].Value : "";

    [GeneratedRegex(@"progressive (?:loss|reward)\s+(-?[0-9.]+)")]
    private static partial Regex LossInForage();

    [GeneratedRegex(@"average loss = (-?[0-9.]+)")]
    private static partial Regex LossInVw();

    private static void Generate(string path, Action<Stream> write)
    {
        if (File.Exists(path)) return;
        Console.Error.WriteLine($"writing {path} ...");
        using (var stream = File.Create(path + ".partial")) write(stream);
        File.Move(path + ".partial", path);
    }

    private static string? FindOnPath(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(p => Path.Combine(p, name)).FirstOrDefault(File.Exists);

    private static string? Option(string[] args, string name)
    {
        int i = Array.IndexOf(args, name);
        return i >= 0 && i + 1 < args.Length ? args[i + 1] : null;
    }

    private sealed record Case(string Name, string File, long Records, string Forage, string Vw)
    {
        public string? VwWarmUp { get; init; }
    }
}
