using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using Forage.Cli.Frame;
using Forage.Data;
using Forage.Search.Models;
using Forage.Search.Text;

namespace Forage.Cli.Commands;

/// <summary><c>predict</c> with a model of sequences: the input again, with what is predicted in a column.</summary>
internal static class PredictSequence
{
    /// <summary>Bytes read at a time: what was cut is still in the cache when it is labelled.</summary>
    public const int PieceBytes = 1 << 17;

    public static int Run(Session session, string kind, string modelPath, string? path, string? format, ReadOptions reading, string? outputPath)
    {
        using var model = Load(kind, modelPath);
        var source = SentenceFiles.Source(session, path);
        var family = SentenceFiles.Format(format, path, model.Format);
        using var inline = session.Json && outputPath is null ? new MemoryStream() : null;
        long start = session.Terminal.Clock.GetTimestamp(), tokens = 0, sentences = 0;
        ReadSummary? summary = null;
        ForageException? failure = null;
        using (var meter = session.Progress("predicting", "tokens"))
        using (var file = outputPath is null ? null : PredictCommand.OpenOutput(outputPath))
        {
            session.Terminal.Out.Flush();
            using var writer = new SentenceWriter((Stream?)inline ?? file ?? session.Terminal.OutStream);
            SentenceTable? table = null;
            var reader = new RecordReader<ColumnBatch>(source, new ConllParser(family), reading with { PieceBytes = PieceBytes });
            try
            {
                summary = reader.Read(batch =>
                {
                    if (batch.Count == 0) return;
                    table ??= model.Begin(batch.Columns(0, 0));
                    table.Clear();
                    table.Append(batch);
                    model.Write(table, writer);
                    tokens += table.TokenCount;
                    sentences += table.SentenceCount;
                    meter.Report(tokens, source.Length is > 0 and var all ? Math.Min(1, (double)reader.StoredBytesRead / all) : double.NaN);
                }, session.Cancellation);
            }
            catch (ForageException e)
            {
                failure = e; // what was read before it has been predicted and is kept
            }
        }
        double seconds = session.Terminal.Clock.GetElapsedTime(start).TotalSeconds;
        var (accuracy, f1, labelled) = model.Scores;
        var output = new PredictSequenceOutput(sentences, tokens, accuracy, f1, labelled, summary?.Malformed ?? 0, summary?.FirstFaults ?? [], Math.Round(seconds, 4), Math.Round(tokens / seconds), outputPath,
            inline is null ? null : Encoding.UTF8.GetString(inline.ToArray()).TrimEnd('\n').Split('\n'));
        if (session.Json) session.WriteJson(output, PredictSequenceJson.Readable.PredictSequenceOutput);
        else if (!session.Quiet) output.Print(outputPath is null ? session.Terminal.Error : session.Out, kind == DependencyParser.Tag);
        if (failure is not null) throw failure;
        return session.Cancellation.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Fine;
    }

    private static ISequencePredicting Load(string kind, string path)
    {
        using var stream = Decisions.TextFiles.Open(path);
        return kind == Tagger.Tag ? new TaggerPredicting(Tagger.Load(stream, path)) : new ParserPredicting(DependencyParser.Load(stream, path));
    }

    private interface ISequencePredicting : IDisposable
    {
        ConllFormat Format { get; }

        /// <summary>Accuracy, F1 and labelled score where the truth was in the input.</summary>
        (double? Accuracy, double? F1, double? Labelled) Scores { get; }

        SentenceTable Begin(int columns);

        void Write(SentenceTable table, SentenceWriter to);
    }

    private sealed class TaggerPredicting(Tagger tagger) : ISequencePredicting
    {
        private readonly LabelTally _tally = new(tagger);
        private TaggerSession? _session;
        private bool _labelled;

        public ConllFormat Format => tagger.Options.Format;

        public (double?, double?, double?) Scores => _tally.Scores is { Tokens: > 0 } s ? (s.Accuracy, s.Chunks?.F1, null) : (null, null, null);

        public SentenceTable Begin(int columns)
        {
            _labelled = tagger.Options.LabelColumn < columns;
            var table = new SentenceTable(_labelled ? [.. tagger.Columns, tagger.Options.LabelColumn] : tagger.Columns, keepText: true);
            _session = tagger.NewSession(table);
            return table;
        }

        public void Write(SentenceTable table, SentenceWriter to)
        {
            var labels = _session!.LabelAll();
            for (int s = 0; s < table.SentenceCount; s++)
            {
                var sentence = labels.Slice(table.FirstToken(s), table.Length(s));
                if (_labelled) _tally.Add(table, s, sentence);
                to.Write(table, s, Format == ConllFormat.Universal ? tagger.Options.LabelColumn : -1, tagger.Labels, sentence);
            }
        }

        public void Dispose() => tagger.Dispose();
    }

    private sealed class ParserPredicting(DependencyParser parser) : ISequencePredicting
    {
        private readonly LabelSet _numbers = new("0");
        private ParserSession? _session;
        private ParseScores _scores;

        public ConllFormat Format => parser.Options.Format;

        public (double?, double?, double?) Scores => _scores.Words > 0 ? (_scores.Unlabelled, null, parser.Relations.Count > 0 ? _scores.Labelled : null) : (null, null, null);

        public SentenceTable Begin(int columns)
        {
            if (parser.Options.HeadColumn >= columns || parser.Options.RelationColumn >= columns)
                throw new ForageException($"The input has {columns} columns; the parser writes heads into column {parser.Options.HeadColumn} and relations into column {parser.Options.RelationColumn}.");
            var table = new SentenceTable(ParserTrainer.ColumnsOf(parser.Options), keepText: true);
            _session = parser.NewSession(table);
            return table;
        }

        public void Write(SentenceTable table, SentenceWriter to)
        {
            for (int s = 0; s < table.SentenceCount; s++) Write(table, s, to);
        }

        private void Write(SentenceTable table, int sentence, SentenceWriter to)
        {
            var parsed = _session!.Parse(sentence);
            var heads = table.Column(parser.Options.HeadColumn);
            if (heads.Sentence(sentence).ContainsAnyExcept(heads.Values.Find("_"u8))) _scores = _scores.With(parser, table, sentence, parsed);
            while (_numbers.Count <= parsed.Length) _numbers.Add(_numbers.Count.ToString(CultureInfo.InvariantCulture));
            if (parser.Relations.Count == 0) to.Write(table, sentence, parser.Options.HeadColumn, _numbers, parsed.PredictedHeads.AsSpan(1));
            else to.Write(table, sentence, (parser.Options.HeadColumn, _numbers, parsed.PredictedHeads[1..]), (parser.Options.RelationColumn, parser.Relations, parsed.PredictedRelations[1..]));
        }

        public void Dispose() => parser.Dispose();
    }
}

/// <summary>What <c>predict</c> tells of sequences.</summary>
internal sealed record PredictSequenceOutput(long Sentences, long Tokens, double? Accuracy, double? F1, double? Labelled, long Malformed, IReadOnlyList<string> FirstFaults, double Seconds, double TokensPerSecond, string? Output, IReadOnlyList<string>? Predictions)
{
    public void Print(TextWriter to, bool heads)
    {
        string Percent(double x) => (100 * x).ToString("0.00", CultureInfo.InvariantCulture) + " %";
        to.WriteLine($"predicted {Numbers.Count(Tokens)} tokens of {Numbers.Count(Sentences)} sentences, {Numbers.Rate(TokensPerSecond)} tokens a second");
        if (Accuracy is { } accuracy) to.WriteLine($"{(heads ? "right heads" : "right labels"),-22} {Percent(accuracy)}");
        if (F1 is { } f1) to.WriteLine($"{"F1 of spans",-22} {Percent(f1)}");
        if (Labelled is { } labelled) to.WriteLine($"{"and right relations",-22} {Percent(labelled)}");
        if (Malformed == 0) return;
        to.WriteLine($"{"malformed sentences",-22} {Numbers.Count(Malformed)}, left out; the first:");
        foreach (string fault in FirstFaults) to.WriteLine("  " + fault);
    }
}

/// <summary>Source-generated JSON of <c>predict</c> of sequences.</summary>
[JsonSerializable(typeof(PredictSequenceOutput))]
internal sealed partial class PredictSequenceJson : JsonSerializerContext
{
    public static PredictSequenceJson Readable => field ??= new PredictSequenceJson(JsonStyle.NewOptions());
}
