using System.Globalization;
using Forage.Simulation;

namespace Forage.Benchmarks.Macro;

/// <summary>Trees over synthetic classes as whole commands, beside vw's: learning one file and testing another, in turn so that all meet the same noise; the fastest time of each.</summary>
internal static class ClassTreeRace
{
    private sealed record Racer(string Name, string Program, string Learn, string Test, string Predictions)
    {
        public Outcome? Learnt { get; set; }

        public Outcome? Tested { get; set; }
    }

    public static int Run(string[] args)
    {
        int classes = Arguments.Int(args, "--classes", 1000), examples = Arguments.Int(args, "--examples", 100_000), bits = Arguments.Int(args, "--bits", 28), tests = Arguments.Int(args, "--tests", 10 * examples), runs = Arguments.Int(args, "--runs", 3);
        string folder = Arguments.Option(args, "--folder") ?? "artifacts/bench", forage = Path.GetFullPath("forage");
        if (!File.Exists(forage)) throw new InvalidOperationException("Run this from the root of the repository.");
        Directory.CreateDirectory(folder);
        string train = Path.Combine(folder, $"classes-{classes}-{examples}.vw"), test = Path.Combine(folder, $"classes-{classes}-{examples}-{tests}.vw");
        var source = new SyntheticClasses(classes, 1);
        Write(source, train, 0, examples);
        Write(source, test, examples, tests);
        Command.Run(forage, "--version"); // builds it
        string File_(string name) => Path.Combine(folder, name);
        var racers = new List<Racer>();
        foreach (string method in new[] { "lomtree", "recall-tree" })
        {
            string model = File_($"{method}.forage"), predictions = File_($"{method}.txt");
            racers.Add(new Racer($"forage {method}", forage, $"learn --task multiclass --method {method} --classes {classes} {train} -m {model} --quiet", $"predict -m {model} {test} -o {predictions} --quiet", predictions));
        }
        if ((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(p => Path.Combine(p, "vw")).FirstOrDefault(File.Exists) is { } vw)
        {
            foreach (string method in new[] { "log_multi", "recall_tree" })
            {
                string model = File_($"{method}.vw"), predictions = File_($"{method}.txt");
                racers.Add(new Racer($"vw {method}", vw, $"-d {train} --{method} {classes} -b {bits} -f {model} --quiet --onethread", $"-d {test} -t -i {model} -p {predictions} --quiet --onethread", predictions));
            }
        }
        for (int run = 0; run < runs; run++)
        {
            foreach (var racer in racers)
            {
                racer.Learnt = Faster(racer.Learnt, Command.Run(racer.Program, racer.Learn));
                racer.Tested = Faster(racer.Tested, Command.Run(racer.Program, racer.Test));
            }
        }
        Console.WriteLine($"{"",-20} {"learn s",9} {"MB",7} {"test s",9} {"µs/example",11} {"error %",8}");
        foreach (var racer in racers)
        {
            int wrong = File.ReadLines(test).Zip(File.ReadLines(racer.Predictions)).Count(p => p.First[..p.First.IndexOf(' ')] != p.Second.Split(' ', '.')[0]);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{racer.Name,-20} {racer.Learnt!.Seconds,9:0.00} {racer.Learnt.PeakMegabytes,7:0} {racer.Tested!.Seconds,9:0.00} {1e6 * racer.Tested.Seconds / tests,11:0.0} {100.0 * wrong / tests,8:0.00}"));
        }
        return 0;
    }

    private static void Write(SyntheticClasses source, string path, long first, int count)
    {
        if (File.Exists(path)) return;
        using (var stream = File.Create(path + ".partial")) source.WriteText(stream, first, count);
        File.Move(path + ".partial", path);
    }

    private static Outcome Faster(Outcome? a, Outcome b) => a is null || b.Seconds < a.Seconds ? b : a;
}
