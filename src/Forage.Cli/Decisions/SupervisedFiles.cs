using System.Text;
using Forage.Cli.Frame;
using Forage.Data;
using Forage.Simulation;

namespace Forage.Cli.Decisions;

/// <summary>Supervised sets that commands turn into something else.</summary>
internal static class SupervisedFiles
{
    /// <summary>Reads a set, with progress and a warning of malformed lines.</summary>
    public static SupervisedSet Read(ByteSource source, SupervisedFormat format, string? target, Session session)
    {
        using var meter = session.Progress("reading", "examples");
        var (set, summary) = SupervisedReader.Read(source, format, null, target, (n, bytes) => meter.Report(n, source.Length is > 0 and var all ? (double)bytes / all : double.NaN), session.Cancellation);
        if (summary.Malformed > 0) session.Warn($"{Numbers.Count(summary.Malformed)} malformed lines were left out; the first: {summary.FirstFaults[0]}");
        return set;
    }

    /// <summary>Reads a set batch by batch, with a warning of malformed lines.</summary>
    public static void ReadBatches(ByteSource source, SupervisedFormat format, string? target, Action<SupervisedSet> each, ProgressMeter meter, Session session)
    {
        var summary = SupervisedReader.ReadBatches(source, format, each, null, target, (n, bytes) => meter.Report(n, source.Length is > 0 and var all ? (double)bytes / all : double.NaN), session.Cancellation);
        if (summary.Malformed > 0) session.Warn($"{Numbers.Count(summary.Malformed)} malformed lines were left out; the first: {summary.FirstFaults[0]}");
    }

    /// <summary>The format given, or found from the first line.</summary>
    public static SupervisedFormat Format(string? given, ByteSource source, string command)
    {
        if (given is not null)
        {
            return given switch
            {
                "xmc" => SupervisedFormat.Xmc,
                "multilabel" => SupervisedFormat.Multilabel,
                "svmlight" => SupervisedFormat.Svmlight,
                "vw" => SupervisedFormat.Vw,
                "csv" or "tsv" => SupervisedFormat.Csv,
                _ => throw new UsageException($"forage {command}: unknown format '{given}'; expected xmc, multilabel, svmlight, vw or csv"),
            };
        }
        string line = Encoding.UTF8.GetString(source.ReadFirstLine()).Trim();
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 3 && words.All(w => w.All(char.IsAsciiDigit))) return SupervisedFormat.Xmc;
        if (line.Contains('|')) return SupervisedFormat.Vw;
        if (line.Contains('\t') && !line.Contains(':')) return SupervisedFormat.Csv;
        if (words.Length > 1 && words[1..].All(w => w.Contains(':'))) return words[0].Contains(',') ? SupervisedFormat.Multilabel : SupervisedFormat.Svmlight;
        return line.Contains(',') ? SupervisedFormat.Csv : SupervisedFormat.Svmlight;
    }
}
