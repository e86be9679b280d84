using Forage.Cli.Frame;
using Forage.Data;
using Forage.Search.Models;
using Forage.Search.Text;

namespace Forage.Cli.Reproductions.Search;

/// <summary>Dependency parsing of UD-EWT with gold tags and with predicted ones.</summary>
internal static class ParsingMeasure
{
    public static void Run(ReproduceContext context, RowTeller log)
    {
        string[]? full = context.Quick ? null : SearchSet.Ewt(context);
        string[] files = full ?? SearchSet.Bundled();
        string name = full is null ? "UD-EWT sample dependencies" : "UD-EWT dependencies";
        var options = new ParserOptions { Passes = context.Quick ? 3 : 8 };
        options = options with { Learning = options.Learning with { Seed = context.Session.Seed } };
        var clock = context.Session.Terminal.Clock;
        int[] columns = [.. ParserTrainer.ColumnsOf(options)];
        var train = SentenceFiles.Read(ByteSource.File(files[0]), ConllFormat.Universal, columns, new ReadOptions(), context.Session.Cancellation).Table;
        var test = SentenceFiles.Read(ByteSource.File(files[1]), ConllFormat.Universal, columns, new ReadOptions(), context.Session.Cancellation).Table;
        long start = clock.GetTimestamp();
        using var trainer = new ParserTrainer(options, train);
        for (int pass = 0; pass < options.Passes; pass++) trainer.Pass(cancellation: context.Session.Cancellation);
        double seconds = clock.GetElapsedTime(start).TotalSeconds;
        using var parser = trainer.ToParser();
        start = clock.GetTimestamp();
        var scores = ParseScores.Of(parser, test);
        double rate = scores.Words / clock.GetElapsedTime(start).TotalSeconds;
        log.Row(name + ", gold tags", "UAS, punctuation counted", 100 * scores.Unlabelled, "%", FormattableString.Invariant($"{options.Passes} passes in {seconds:0} s"));
        log.Row(name + ", gold tags", "LAS, punctuation counted", 100 * scores.Labelled, "%");
        log.Row(name, "parsing, one thread", rate, "words/s");
        const string id = "UD-EWT dependencies: UAS with gold XPOS";
        if (full is null) log.Skip(id, context.Quick ? "the quick version uses the bundled sample" : "give --data a folder with sequence/ud-ewt");
        else log.Target(id, 100 * scores.Unlabelled, ">=", 82, "%");

        var tagged = Tagged(context, files);
        var predicted = ParseScores.Of(parser, tagged);
        log.Row(name + ", predicted tags", "UAS, punctuation counted", 100 * predicted.Unlabelled, "%");
        log.Row(name + ", predicted tags", "LAS, punctuation counted", 100 * predicted.Labelled, "%");
    }

    /// <summary>The test file with tags a tagger predicted.</summary>
    private static SentenceTable Tagged(ReproduceContext context, string[] files)
    {
        var options = TaggerOptions.Tags with { Format = ConllFormat.Universal, WordColumn = 1, LabelColumn = 4 };
        options = options with { Learning = options.Learning with { Seed = context.Session.Seed } };
        var train = SentenceFiles.Read(ByteSource.File(files[0]), ConllFormat.Universal, TaggerTrainer.ColumnsOf(options), new ReadOptions(), context.Session.Cancellation).Table;
        using var trainer = new TaggerTrainer(options, train);
        for (int pass = 0; pass < options.Passes; pass++) trainer.Pass(cancellation: context.Session.Cancellation);
        using var tagger = trainer.ToTagger();
        var table = new SentenceTable(tagger.Columns, keepText: true);
        new SentenceReader(ConllFormat.Universal).Read(ByteSource.File(files[1]), table, context.Session.Cancellation);
        var session = tagger.NewSession(table);
        using var text = new MemoryStream();
        using (var writer = new SentenceWriter(text))
            for (int s = 0; s < table.SentenceCount; s++) writer.Write(table, s, 4, tagger.Labels, session.Label(s));
        var result = new SentenceTable(ParserTrainer.ColumnsOf(new ParserOptions()));
        new SentenceReader(ConllFormat.Universal).Read(ByteSource.FromBytes(text.ToArray(), "predicted tags"), result, context.Session.Cancellation);
        return result;
    }
}
