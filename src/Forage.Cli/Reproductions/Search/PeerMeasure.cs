using System.Globalization;
using System.Text;
using Forage.Search.Text;

namespace Forage.Cli.Reproductions.Search;

/// <summary>The same files and features in CRF++ (<c>crf_learn</c>, <c>crf_test</c>) and vw (<c>--search_task sequence</c>), where they are on PATH.</summary>
internal static class PeerMeasure
{
    /// <summary>Labels beyond which CRF++, whose time grows with their square, takes hours.</summary>
    private const int MostCrfLabels = 25;

    public static void Run(ReproduceContext context, SearchSet set, RowTeller log)
    {
        string learnTarget = $"{set.Name}: training faster than crf_learn on the same features", vwTrain = $"{set.Name}: training faster than vw --search", vwPredict = $"{set.Name}: prediction faster than vw --search";
        using var folder = new ScratchFolder();
        double ours = log.Result.Rows.Last(r => r.Part == $"{set.Name}, search, CRF++ template, tuned" && r.Measure.StartsWith("time to", StringComparison.Ordinal)).Value;
        int labels = LabelSet.Of(set.ReadTrain(context).Column(set.Own.LabelColumn)).Count;
        if (labels > MostCrfLabels) log.Skip(learnTarget, string.Create(CultureInfo.InvariantCulture, $"crf_learn takes hours for {labels} labels"));
        else if (CommandRun.OnPath("crf_learn") is { } crfLearn && CommandRun.OnPath("crf_test") is { } crfTest) Crf(context, set, folder, crfLearn, crfTest, ours, learnTarget, log);
        else log.Skip(learnTarget, "crf_learn and crf_test are not on PATH");
        if (CommandRun.OnPath("vw") is { } vw) Vw(context, set, folder, vw, ours, vwTrain, vwPredict, log);
        else foreach (string id in new[] { vwTrain, vwPredict }) log.Skip(id, "vw is not on PATH");
    }

    private static void Crf(ReproduceContext context, SearchSet set, ScratchFolder folder, string learn, string test, double ours, string target, RowTeller log)
    {
        // Words, tags and labels only, in the order of the template's columns.
        string[] columns = [.. set.Columns.Where(c => c != set.Own.LabelColumn).Append(set.Own.LabelColumn).Select(c => c.ToString(CultureInfo.InvariantCulture))];
        string template = set.Crf.Replace(string.Create(CultureInfo.InvariantCulture, $",{set.Own.WordColumn}]"), ",0]");
        File.WriteAllText(folder["template"], template);
        WriteColumns(set.ReadTrain(context), set, folder["train"]);
        WriteColumns(set.ReadTest(context), set, folder["test"]);
        var (seconds, _) = CommandRun.Timed(context, learn, folder["template"], folder["train"], folder["model"]);
        log.Row($"{set.Name}, crf_learn", "training time", seconds, "s", $"columns {string.Join(", ", columns)}");
        log.Target(target, seconds / ours, ">=", 50, "times");
        var (predicting, output) = CommandRun.Timed(context, test, "-m", folder["model"], folder["test"]);
        var labels = new LabelSet();
        var scorer = new ChunkScorer(labels);
        var (gold, predicted) = (new List<int>(), new List<int>());
        foreach (string line in output.Split('\n'))
        {
            string[] cells = line.Split('\t', StringSplitOptions.RemoveEmptyEntries);
            if (cells.Length >= 3)
            {
                gold.Add(labels.Add(cells[^2]));
                predicted.Add(labels.Add(cells[^1]));
                continue;
            }
            scorer.Add(gold.ToArray(), predicted.ToArray());
            gold.Clear();
            predicted.Clear();
        }
        var scores = scorer.Result();
        log.Row($"{set.Name}, crf_test", set.IsSpans ? "F1" : "accuracy", 100 * (set.IsSpans ? scores.F1 : scores.Accuracy), "%");
        log.Row($"{set.Name}, crf_test", "prediction, loading the model included", scores.Tokens / predicting, "tokens/s");
    }

    private static void WriteColumns(SentenceTable table, SearchSet set, string path)
    {
        using var to = new StreamWriter(path, false, new UTF8Encoding(false));
        int[] columns = [.. set.Columns.Where(c => c != set.Own.LabelColumn).Order().Append(set.Own.LabelColumn)];
        for (int s = 0; s < table.SentenceCount; s++)
        {
            for (int t = table.FirstToken(s); t < table.FirstToken(s + 1); t++) to.Write(string.Join('\t', columns.Select(c => table.Column(c).Values.Text(table.Column(c).Ids[t]))) + "\n");
            to.Write("\n");
        }
    }

    private static void Vw(ReproduceContext context, SearchSet set, ScratchFolder folder, string vw, double ours, string trainTarget, string predictTarget, RowTeller log)
    {
        var train = set.ReadTrain(context);
        var labels = LabelSet.Of(train.Column(set.Own.LabelColumn));
        WriteVw(train, set, labels, folder["train.vw"]);
        var test = set.ReadTest(context);
        WriteVw(test, set, labels, folder["test.vw"]);
        string[] search = ["--search", labels.Count.ToString(CultureInfo.InvariantCulture), "--search_task", "sequence", "--search_history_length", "2", "--search_rollout", "none", "-b", "24"]; // without roll-outs vw is five times as fast and no worse
        var (seconds, _) = CommandRun.Timed(context, vw, ["-d", folder["train.vw"], .. search, "--passes", "6", "-c", "-k", "--holdout_off", "-f", folder["m.vw"], "--quiet"]);
        var (predicting, _) = CommandRun.Timed(context, vw, "-t", "-i", folder["m.vw"], "-d", folder["test.vw"], "-p", folder["p.vw"], "--quiet");
        var scorer = new ChunkScorer(labels);
        int[] map = labels.Map(test.Column(set.Own.LabelColumn).Values);
        string[] lines = File.ReadAllLines(folder["p.vw"]);
        for (int s = 0; s < Math.Min(lines.Length, test.SentenceCount); s++)
        {
            int[] predicted = [.. lines[s].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(p => int.Parse(p, CultureInfo.InvariantCulture) - 1)];
            int[] gold = [.. test.Column(set.Own.LabelColumn).Sentence(s).ToArray().Select(v => Math.Max(0, map[v]))];
            if (predicted.Length == gold.Length) scorer.Add(gold, predicted);
        }
        var scores = scorer.Result();
        double rate = test.TokenCount / predicting, own = log.Result.Rows.Last(r => r.Part == $"{set.Name}, search, own features, tuned" && r.Unit == "tokens/s").Value;
        log.Row($"{set.Name}, vw --search", set.IsSpans ? "F1" : "accuracy", 100 * (set.IsSpans ? scores.F1 : scores.Accuracy), "%", "CRF++ template, 6 passes");
        log.Row($"{set.Name}, vw --search", "training time", seconds, "s");
        log.Row($"{set.Name}, vw --search", "prediction from features as text", rate, "tokens/s");
        log.Target(trainTarget, seconds / ours, ">=", 3, "times");
        log.Target(predictTarget, own / rate, ">=", 8, "times");
    }

    private static void WriteVw(SentenceTable table, SearchSet set, LabelSet labels, string path)
    {
        using var to = new StreamWriter(path);
        var features = new TokenFeatures(TokenTemplates.ParseEither(SearchSet.Unstructured(set.CrfOptions).Templates, set.Own.WordColumn, set.Own.TagColumn), table);
        int[] map = labels.Map(table.Column(set.Own.LabelColumn).Values);
        for (int s = 0; s < table.SentenceCount; s++)
        {
            features.Begin(s);
            var gold = table.Column(set.Own.LabelColumn).Sentence(s);
            for (int t = 0; t < features.Length; t++)
            {
                to.Write(string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, map[gold[t]]) + 1} |w"));
                foreach (uint f in features[t]) to.Write(string.Create(CultureInfo.InvariantCulture, $" {f}"));
                to.Write("\n");
            }
            to.Write("\n");
        }
    }
}
