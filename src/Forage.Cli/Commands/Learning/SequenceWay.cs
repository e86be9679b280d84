using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Forage.Cli.Frame;
using Forage.Data;
using Forage.Search.Models;
using Forage.Search.Text;

namespace Forage.Cli.Commands.Learning;

/// <summary><c>learn --task sequence|entities|dependency</c>: structured prediction, by learning to search.</summary>
/// <param name="options">The options of <c>learn</c>.</param>
/// <param name="task">One of the three.</param>
internal sealed class SequenceWay(LearnOptions options, string task) : LearnWay(options)
{
    public override string Name => $"--task {task}";

    public override IEnumerable<Option> Takes => [Options.Passes, Options.HoldOut, .. Options.Sequence.Of(task)];

    public override int Run(ParseResult parsed, Session session)
    {
        var options = Options.Sequence;
        string? path = Options.Input.PathOf(parsed), modelPath = parsed.GetValue(Options.Model);
        int? holdOut = HoldOut(parsed), passes = parsed.Has(Options.Passes) ? parsed.GetValue(Options.Passes) : null;
        var reading = Options.Input.Reading(parsed);
        if (holdOut > 0 && options.Dev(parsed) is not null) throw new UsageException("forage learn: --dev and --holdout both say what to choose the pass by; give one of them");
        if (path is null) throw new UsageException($"forage learn: the task {task} goes through its sentences several times; give a file");
        var family = SentenceFiles.Format(Options.Input.FormatName(parsed), path, task == "dependency" ? ConllFormat.Universal : ConllFormat.Columns);
        var source = ByteSource.File(path);
        return task == "dependency"
            ? Learn(new ParserLearning(options.Parser(parsed, family, passes, session.Seed)))
            : Learn(new TaggerLearning(options.Tagger(parsed, task == "entities", family, SentenceFiles.Columns(source, family), passes, session.Seed)));

        int Learn(ISequenceLearning learning)
        {
            var clock = session.Terminal.Clock;
            var (table, summary) = SentenceFiles.Read(source, family, learning.Columns, reading, session.Cancellation);
            if (summary.Malformed > 0) session.Warn($"{Numbers.Count(summary.Malformed)} malformed sentences were left out; the first:\n  " + string.Join("\n  ", summary.FirstFaults));
            var (heldTable, held) = (table, (IReadOnlyList<int>?)null);
            IReadOnlyList<int>? learnt = null;
            if (options.Dev(parsed) is { } dev)
            {
                heldTable = SentenceFiles.Read(ByteSource.File(dev), family, learning.Columns, reading, session.Cancellation).Table;
                held = [.. Enumerable.Range(0, heldTable.SentenceCount)];
            }
            else if (holdOut is > 0 and var every)
            {
                held = [.. Enumerable.Range(0, table.SentenceCount).Where(s => s % every == every - 1)];
                learnt = [.. Enumerable.Range(0, table.SentenceCount).Where(s => s % every != every - 1)];
            }
            long start = clock.GetTimestamp();
            learning.Begin(table, learnt, 1 + reading.Helpers);
            var rows = new List<SequencePass>();
            double spent = clock.GetElapsedTime(start).TotalSeconds;
            using var best = new MemoryStream();
            int bestPass = 0;
            double bestQuality = -1;
            try
            {
                using var meter = session.Progress("learning", "tokens");
                for (int pass = 1; pass <= learning.Passes; pass++)
                {
                    long begun = clock.GetTimestamp();
                    learning.Pass(share => meter.Report((long)(learning.Tokens * (pass - 1 + share)), (pass - 1 + share) / learning.Passes, $"pass {pass} of {learning.Passes}"), session.Cancellation);
                    spent += clock.GetElapsedTime(begun).TotalSeconds;
                    var score = held is null ? null : learning.Score(heldTable, held);
                    rows.Add(new SequencePass(pass, Math.Round(spent, 3), score?.Accuracy, score?.F1, score?.Labelled));
                    if (score is not null && score.Quality <= bestQuality) continue;
                    (bestPass, bestQuality) = (pass, score?.Quality ?? -1);
                    best.SetLength(0);
                    learning.Save(best);
                }
            }
            catch (OperationCanceledException) when (bestPass > 0)
            {
                session.Warn("interrupted" + (modelPath is null ? "" : $"; the model of the best pass so far is in {modelPath}"));
            }
            if (modelPath is not null) Save(best, modelPath);
            var output = new SequenceOutput(task, table.SentenceCount, learning.Tokens, learning.Labels, summary.Malformed, bestPass, rows, Math.Round(spent, 4),
                Math.Round(learning.Tokens * rows.Count / spent), session.Seed, ForageVersion.Text, modelPath);
            if (session.Json) session.WriteJson(output, SequenceJson.Readable.SequenceOutput);
            else output.Print(session.Out);
            learning.Dispose();
            return session.Cancellation.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Fine;
        }
    }

    private static void Save(MemoryStream model, string path)
    {
        try
        {
            File.WriteAllBytes(path + ".partial", model.ToArray());
            File.Move(path + ".partial", path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ForageException($"Cannot write the model '{path}': {e.Message}", e);
        }
    }
}

/// <summary>How well sentences are predicted: share of right labels or heads; of spans F1; of relations the labelled score.</summary>
internal sealed record SequenceScore(double Accuracy, double? F1, double? Labelled)
{
    public double Quality => F1 ?? Accuracy;
}

/// <summary>What the tasks have in common.</summary>
internal interface ISequenceLearning : IDisposable
{
    IEnumerable<int> Columns { get; }

    int Passes { get; }

    long Tokens { get; }

    int Labels { get; }

    void Begin(SentenceTable table, IReadOnlyList<int>? sentences, int threads);

    void Pass(Action<double> progress, CancellationToken cancellation);

    SequenceScore Score(SentenceTable table, IReadOnlyList<int> sentences);

    void Save(Stream stream);
}

/// <summary>Labels of tokens.</summary>
internal sealed class TaggerLearning(TaggerOptions options) : ISequenceLearning
{
    private TaggerTrainer? _trainer;

    public IEnumerable<int> Columns => TaggerTrainer.ColumnsOf(options);

    public int Passes => options.Passes;

    public long Tokens => _trainer!.Tokens;

    public int Labels => _trainer!.Labels.Count;

    public void Begin(SentenceTable table, IReadOnlyList<int>? sentences, int threads) => _trainer = new TaggerTrainer(options, table, sentences, threads);

    public void Pass(Action<double> progress, CancellationToken cancellation) => _trainer!.Pass(progress, cancellation);

    public SequenceScore Score(SentenceTable table, IReadOnlyList<int> sentences)
    {
        using var tagger = _trainer!.ToTagger();
        var scores = LabelScores.Of(tagger, table, sentences);
        return new SequenceScore(scores.Accuracy, scores.Chunks?.F1, null);
    }

    public void Save(Stream stream)
    {
        using var tagger = _trainer!.ToTagger();
        tagger.Save(stream);
    }

    public void Dispose() => _trainer?.Dispose();
}

/// <summary>Heads and relations.</summary>
internal sealed class ParserLearning(ParserOptions options) : ISequenceLearning
{
    private ParserTrainer? _trainer;

    public IEnumerable<int> Columns => ParserTrainer.ColumnsOf(options);

    public int Passes => options.Passes;

    public long Tokens => _trainer!.Tokens;

    public int Labels => _trainer!.Relations.Count;

    public void Begin(SentenceTable table, IReadOnlyList<int>? sentences, int threads) => _trainer = new ParserTrainer(options, table, sentences, threads);

    public void Pass(Action<double> progress, CancellationToken cancellation) => _trainer!.Pass(progress, cancellation);

    public SequenceScore Score(SentenceTable table, IReadOnlyList<int> sentences)
    {
        using var parser = _trainer!.ToParser();
        var scores = ParseScores.Of(parser, table, sentences);
        return new SequenceScore(scores.Unlabelled, null, parser.Relations.Count > 0 ? scores.Labelled : null);
    }

    public void Save(Stream stream)
    {
        using var parser = _trainer!.ToParser();
        parser.Save(stream);
    }

    public void Dispose() => _trainer?.Dispose();
}

/// <summary>A pass: seconds of learning so far, scores on held-out sentences.</summary>
internal sealed record SequencePass(int Pass, double Seconds, double? HeldOutAccuracy, double? HeldOutF1, double? HeldOutLabelled);

/// <summary>What <c>learn</c> tells of sequences.</summary>
internal sealed record SequenceOutput(string Task, int Sentences, long Tokens, int Labels, long Malformed, int BestPass, IReadOnlyList<SequencePass> Passes, double Seconds, double TokensPerSecond, ulong Seed, string Version, string? Model)
{
    public void Print(TextWriter to)
    {
        void Line(string what, string value) => to.WriteLine($"{what,-22} {value}");
        string Percent(double x) => (100 * x).ToString("0.00", CultureInfo.InvariantCulture) + " %";
        to.WriteLine($"learnt from {Numbers.Count(Tokens)} tokens of {Numbers.Count(Sentences)} sentences, {Labels} {(Task == "dependency" ? "relations" : "labels")}, {Passes.Count} pass{(Passes.Count == 1 ? "" : "es")}");
        foreach (var p in Passes)
            if (p.HeldOutAccuracy is { } accuracy)
                Line($"pass {p.Pass}", $"held out: {(Task == "dependency" ? "heads" : "labels")} {Percent(accuracy)}{(p.HeldOutF1 is { } f ? $", F1 {Percent(f)}" : "")}{(p.HeldOutLabelled is { } l ? $", with relations {Percent(l)}" : "")}{(p.Pass == BestPass ? "  (kept)" : "")}");
        Line("speed", $"{Numbers.Rate(TokensPerSecond)} tokens/s a pass ({Numbers.Duration(Seconds)})");
        if (Model is not null) Line("model", Model);
    }
}

/// <summary>Source-generated JSON of <c>learn</c> of sequences.</summary>
[JsonSerializable(typeof(SequenceOutput))]
internal sealed partial class SequenceJson : JsonSerializerContext
{
    public static SequenceJson Readable => field ??= new SequenceJson(JsonStyle.NewOptions());
}
