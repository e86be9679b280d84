using Forage.Benchmarks.Macro;
using Forage.Simulation;

// The scripts of bench/ call this; see bench/README.md.
switch (args)
{
    case ["examples" or "decisions", var count, var path]:
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        using (var stream = File.Create(path))
        {
            if (args[0] == "examples") SyntheticFiles.WriteExamples(stream, int.Parse(count), seed: 1);
            else SyntheticFiles.WriteDecisions(stream, int.Parse(count), seed: 1);
        }
        return 0;
    case ["speed", .. var rest]:
        return SpeedComparison.Run(rest);
    case ["extreme-scale", .. var rest]:
        return ExtremeScale.Run(rest);
    case ["extreme-serving", .. var rest]:
        return ExtremeServing.Run(rest);
    case ["bandit-rounds", .. var rest]:
        return BanditRounds.Run(rest);
    case ["token-extraction", .. var rest]:
        return TokenExtraction.Run(rest);
    case ["class-trees", .. var rest]:
        return ClassTreeRace.Run(rest);
    default:
        Console.Error.WriteLine("usage: examples COUNT FILE | decisions COUNT FILE | speed [--runs N] [--examples N] [--decisions N] [--folder DIR] [--only NAME] [--rcv1 FILE] | extreme-scale [OPTIONS] | extreme-serving [OPTIONS] | bandit-rounds [--actions K] [--features N] [--rounds N] [--runs N] | token-extraction [OPTIONS] | class-trees [OPTIONS]");
        return 2;
}
