using Forage.Cli.Commands;
using Forage.Data;
using Forage.Evaluation;
using Forage.Features;
using Forage.Search;
using Forage.Search.Models;
using Forage.Search.Tasks;
using Forage.Search.Text;

namespace Forage.Cli.Reproductions.Search;

/// <summary>Figures 2 and 3: training time against quality, a point a pass; Figure 4: tokens a second.</summary>
internal static class CurveMeasure
{
    private sealed record Curve(string Name, List<double> Seconds, List<double> Quality)
    {
        public double Last => Quality[^1];

        /// <summary>Time after which quality stays within 0.2 points of the last.</summary>
        public double Settled => Seconds[Math.Max(0, Quality.FindLastIndex(q => q < Last - 0.2) + 1 is var i && i < Seconds.Count ? i : Seconds.Count - 1)];
    }

    public static void Run(ReproduceContext context, SearchSet set, RowTeller log)
    {
        var train = set.ReadTrain(context);
        var test = set.ReadTest(context);
        var plain = SearchOptions.DAgger with { Updates = UpdateTiming.Immediate };
        var own = Learn(context, set, "search, own features, tuned", set.Own, train, test, log, out var tagger);
        using (tagger) Speed(context, set, tagger, log);
        var alone = Learn(context, set, "unstructured, own features, tuned", SearchSet.Unstructured(set.Own), train, test, log, out var unstructured);
        unstructured.Dispose();
        var tuned = new List<Curve> { own, alone };
        var defaults = new List<Curve>();
        foreach (bool isTuned in new[] { true, false })
        {
            string suffix = isTuned ? "tuned" : "default";
            var crf = isTuned ? set.CrfOptions : set.CrfOptions with { Learning = plain };
            var curves = isTuned ? tuned : defaults;
            curves.Add(Learn(context, set, $"search, CRF++ template, {suffix}", crf, train, test, log, out var model));
            model.Dispose();
            curves.Add(Learn(context, set, $"unstructured, CRF++ template, {suffix}", SearchSet.Unstructured(crf), train, test, log, out model));
            model.Dispose();
        }
        var perceptron = Perceptron(context, set, train, test, log);
        tuned.Add(perceptron);
        defaults.Add(perceptron);
        string measure = set.IsSpans ? "F1" : "accuracy";
        if (!double.IsNaN(set.Promised)) log.Target($"{set.Name}: {measure}", own.Last, ">=", set.Promised, "%");
        if (!double.IsNaN(set.Promised)) log.Target($"{set.Name}: above the unstructured classifier on the same features", own.Last - alone.Last, ">=", 0.01, "points");
        log.Row($"{set.Name}, search, CRF++ template, tuned", "time to within 0.2 points of its last value", tuned[2].Settled, "s");
        log.Result.Blocks.Add(new ReportHeading(set.Name));
        log.Result.Blocks.Add(Chart($"{set.Name}: training time against {measure}, tuned (Figure 2)", measure, tuned));
        log.Result.Blocks.Add(Chart($"{set.Name}: training time against {measure}, default settings (Figure 3)", measure, defaults));
    }

    private static LineChart Chart(string title, string measure, IEnumerable<Curve> curves)
        => new(title, "seconds of training", measure + ", %", [.. curves.Select(c => new LineSeries(c.Name, c.Seconds, c.Quality))]) { LogarithmicX = true, Note = "A point a pass; features are read once and their time is in the first." };

    private static Curve Learn(ReproduceContext context, SearchSet set, string name, TaggerOptions options, SentenceTable train, SentenceTable test, RowTeller log, out Tagger last)
    {
        var clock = context.Session.Terminal.Clock;
        options = options with { Learning = options.Learning with { Seed = context.Session.Seed } };
        var curve = new Curve(name, [], []);
        long start = clock.GetTimestamp();
        using var trainer = new TaggerTrainer(options, train);
        double seconds = clock.GetElapsedTime(start).TotalSeconds;
        Tagger? tagger = null;
        for (int pass = 1; pass <= options.Passes; pass++)
        {
            start = clock.GetTimestamp();
            trainer.Pass(cancellation: context.Session.Cancellation);
            seconds += clock.GetElapsedTime(start).TotalSeconds;
            tagger?.Dispose();
            tagger = trainer.ToTagger();
            curve.Seconds.Add(seconds);
            curve.Quality.Add(100 * Quality(set, tagger, test));
        }
        last = tagger!;
        log.Row($"{set.Name}, {name}", set.IsSpans ? "F1" : "accuracy", curve.Last, "%", FormattableString.Invariant($"{options.Passes} passes in {seconds:0.0} s; best pass on test would be {curve.Quality.Max():0.00}"));
        return curve;
    }

    // An unstructured classifier's labels of spans are scored as spans too, misplaced ones repaired (footnote 6).
    private static double Quality(SearchSet set, Tagger tagger, SentenceTable table)
    {
        if (!set.IsSpans || tagger.Options.Encoding is not null) return LabelScores.Of(tagger, table).Quality;
        var labels = new LabelSet(tagger.Labels.Names);
        var column = table.Column(tagger.Options.LabelColumn);
        int[] map = [.. Enumerable.Range(0, column.Values.Count).Select(v => labels.Add(column.Values.Text(v)))];
        var scorer = new ChunkScorer(labels);
        var session = tagger.NewSession(table);
        for (int s = 0; s < table.SentenceCount; s++) scorer.Add(column.Sentence(s).ToArray().Select(v => map[v]).ToArray(), session.Label(s));
        return scorer.Result().F1;
    }

    /// <summary>From text in memory to labels: reading columns, features, search, on one thread; the fastest of five, each from nothing known of the text.</summary>
    private static void Speed(ReproduceContext context, SearchSet set, Tagger tagger, RowTeller log)
    {
        byte[] test = set.Text(set.Test), all = [.. set.Text(set.Train), .. test];
        double cold = Rate(context, set, tagger, test), warm = Rate(context, set, tagger, all);
        string part = $"{set.Name}, search, own features, tuned";
        log.Row(part, "prediction from raw columns, one thread, test file alone", cold, "tokens/s", "most of its words are met for the first time");
        log.Row(part, "prediction from raw columns, one thread", warm, "tokens/s", $"{tagger.Labels.Count} labels, both files as one text; Figure 4");
        if (!double.IsNaN(set.Promised)) log.Target($"{set.Name}: tokens a second", warm, ">=", set.Speed, "tokens/s");
    }

    private static double Rate(ReproduceContext context, SearchSet set, Tagger tagger, byte[] text)
    {
        double best = 0;
        for (int run = 0; run < 5; run++)
        {
            long start = context.Session.Terminal.Clock.GetTimestamp(), tokens = 0;
            var table = new SentenceTable(tagger.Columns);
            var session = tagger.NewSession(table);
            new SentenceReader(set.Own.Format, new ReadOptions { Helpers = 0, PieceBytes = PredictSequence.PieceBytes }).Stream(ByteSource.FromBytes(text, set.Test), table, piece =>
            {
                session.LabelAll();
                tokens += piece.TokenCount;
            }, cancel: context.Session.Cancellation);
            best = Math.Max(best, tokens / context.Session.Terminal.Clock.GetElapsedTime(start).TotalSeconds);
        }
        return best;
    }

    private static Curve Perceptron(ReproduceContext context, SearchSet set, SentenceTable train, SentenceTable test, RowTeller log)
    {
        var templates = TokenTemplates.ParseEither(SearchSet.Unstructured(set.CrfOptions).Templates, set.Own.WordColumn, set.Own.TagColumn);
        var labels = LabelSet.Of(train.Column(set.Own.LabelColumn));
        var clock = context.Session.Terminal.Clock;
        long start = clock.GetTimestamp();
        var learnt = Sequences(templates, train, labels, set.Own.LabelColumn);
        double seconds = clock.GetElapsedTime(start).TotalSeconds;
        var tested = Sequences(templates, test, labels, set.Own.LabelColumn);
        var curve = new Curve("structured perceptron, CRF++ template", [], []);
        using var perceptron = new StructuredPerceptron(labels.Count);
        int[] order = [.. Enumerable.Range(0, learnt.Count)];
        double rate = 0;
        for (int pass = 0; pass < set.CrfOptions.Passes; pass++)
        {
            start = clock.GetTimestamp();
            var rng = new Rng(context.Session.Seed).Fork((ulong)pass);
            rng.Shuffle<int>(order);
            foreach (int i in order) perceptron.Learn(learnt[i]);
            seconds += clock.GetElapsedTime(start).TotalSeconds;
            context.Session.Cancellation.ThrowIfCancellationRequested();
            using var averaged = perceptron.Averaged();
            start = clock.GetTimestamp();
            foreach (var x in tested) averaged.Predict(x);
            rate = Math.Max(rate, tested.Sum(x => (long)x.Length) / clock.GetElapsedTime(start).TotalSeconds);
            var scorer = new ChunkScorer(labels);
            foreach (var x in tested) scorer.Add(x.Labels, x.Predicted);
            curve.Seconds.Add(seconds);
            curve.Quality.Add(100 * (set.IsSpans ? scorer.Result().F1 : scorer.Result().Accuracy));
        }
        log.Row($"{set.Name}, {curve.Name}", set.IsSpans ? "F1" : "accuracy", curve.Last, "%", FormattableString.Invariant($"{curve.Quality.Count} passes in {seconds:0.0} s"));
        log.Row($"{set.Name}, {curve.Name}", "prediction from features, one thread", rate, "tokens/s");
        return curve;
    }

    /// <summary>Sentences with features and labels; a label that was not learnt is the next number, and wrong.</summary>
    private static List<TokenSequence> Sequences(TokenTemplates templates, SentenceTable table, LabelSet labels, int column)
    {
        var features = new TokenFeatures(templates, table);
        int[] map = labels.Map(table.Column(column).Values);
        for (int i = 0; i < map.Length; i++)
            if (map[i] < 0) map[i] = labels.Add(table.Column(column).Values.Text(i));
        var list = new List<TokenSequence>();
        for (int s = 0; s < table.SentenceCount; s++)
        {
            features.Begin(s);
            var x = new TokenSequence();
            x.Set(features, table.Column(column).Sentence(s).ToArray().Select(v => map[v]).ToArray());
            list.Add(x);
        }
        return list;
    }
}
