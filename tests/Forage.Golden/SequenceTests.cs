using System.Text.Json;

namespace Forage.Golden;

/// <summary>Structured prediction: labels of words, spans, dependencies.</summary>
public class SequenceTests
{
    private static string Data(string name) => Path.Combine(Forage.Cli.Reproductions.ReproduceContext.Checkout!, "data/ud-ewt", name);

    private static JsonElement Json(params string[] arguments)
    {
        var run = CliRun.Of([.. arguments, "--json", "--quiet"]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return JsonDocument.Parse(run.Output).RootElement;
    }

    [Fact]
    public void PartsOfSpeechAreLearntChosenAndWrittenIntoTheirColumn()
    {
        using var folder = new WorkFolder();
        var learnt = Json("learn", "--task", "sequence", Data("train.conllu.gz"), "--dev", Data("dev.conllu.gz"), "--passes", "3", "-m", folder["m.forage"]);
        Assert.Equal(("sequence", 600, 17), (learnt.GetProperty("task").GetString(), learnt.GetProperty("sentences").GetInt32(), learnt.GetProperty("labels").GetInt32()));
        Assert.Equal(3, learnt.GetProperty("passes").GetArrayLength());
        Assert.InRange(learnt.GetProperty("passes")[learnt.GetProperty("bestPass").GetInt32() - 1].GetProperty("heldOutAccuracy").GetDouble(), 0.84, 0.95);
        var predicted = Json("predict", "-m", folder["m.forage"], Data("test.conllu.gz"), "-o", folder["p.conllu"]);
        Assert.Equal(200, predicted.GetProperty("sentences").GetInt32());
        Assert.InRange(predicted.GetProperty("accuracy").GetDouble(), 0.84, 0.95);
        // The rest of the file is as it was.
        string[] before = Lines(Data("test.conllu.gz")), after = File.ReadAllLines(folder["p.conllu"]);
        Assert.Equal(before.Length, after.Length);
        int changed = 0;
        for (int i = 0; i < before.Length; i++)
        {
            string[] a = before[i].Split('\t'), b = after[i].Split('\t');
            if (a.Length == 10) (changed, a[3], b[3]) = (changed + (a[3] == b[3] ? 0 : 1), "", "");
            Assert.Equal(a, b);
        }
        Assert.Equal(Math.Round((1 - predicted.GetProperty("accuracy").GetDouble()) * predicted.GetProperty("tokens").GetInt32()), changed);
        var inside = Json("inspect", folder["m.forage"]);
        Assert.Equal(("sequence", "conllu", 17, 3), (inside.GetProperty("task").GetString(), inside.GetProperty("format").GetString(), inside.GetProperty("labels").GetArrayLength(), inside.GetProperty("mostPasses").GetInt32()));
        Assert.Contains("templates of the first pass", CliRun.Of(["inspect", folder["m.forage"]]).Output);
        // The same seed gives the same model.
        Json("learn", "--task", "sequence", Data("train.conllu.gz"), "--dev", Data("dev.conllu.gz"), "--passes", "3", "-m", folder["again.forage"], "--threads", "0");
        Assert.Equal(File.ReadAllBytes(folder["m.forage"]), File.ReadAllBytes(folder["again.forage"]));
    }

    [Theory]
    [InlineData("entities")]
    [InlineData("chunks")]
    public void SpansOfAnyColumnsAreLearntAndWrittenBehind(string templates)
    {
        using var folder = new WorkFolder();
        string train = folder.Write("train.txt", Names(300, 1)), test = folder.Write("test.txt", Names(60, 2));
        var learnt = Json("learn", "--task", "entities", train, "--template", templates, "--encoding", "iob1", "--holdout", "6", "-m", folder["m.forage"]);
        Assert.Equal(5, learnt.GetProperty("labels").GetInt32() - (learnt.GetProperty("labels").GetInt32() > 5 ? 1 : 0)); // read from the right a B may come up that did not occur
        var predicted = Json("predict", "-m", folder["m.forage"], test);
        Assert.InRange(predicted.GetProperty("f1").GetDouble(), 0.95, 1);
        string line = predicted.GetProperty("predictions")[0].GetString()!;
        Assert.Equal(5, line.Split(' ').Length); // four columns and what is predicted
        // Without the column of labels there is nothing to score, and the same comes out.
        string bare = folder.Write("bare.txt", string.Join('\n', File.ReadLines(test).Select(l => l.LastIndexOf(' ') is > 0 and var at ? l[..at] : l)) + "\n");
        var again = Json("predict", "-m", folder["m.forage"], bare);
        Assert.False(again.TryGetProperty("f1", out var f1) && f1.ValueKind == JsonValueKind.Number);
        Assert.Equal(predicted.GetProperty("predictions").EnumerateArray().Select(LastColumn), again.GetProperty("predictions").EnumerateArray().Select(LastColumn));

        static string LastColumn(JsonElement l) => l.GetString()!.Split(' ')[^1];
    }

    /// <summary>A file as CoNLL-2003's: words, tags, chunks and entities in IOB1, documents apart; no option says so.</summary>
    [Fact]
    public void EntitiesOfAFileInAnotherEncodingAreLearntAsTheyAre()
    {
        using var folder = new WorkFolder();
        string train = folder.Write("train.txt", Documents(300, 1)), test = folder.Write("test.txt", Documents(80, 2));
        Assert.Contains("I-PER\nB-PER", string.Join('\n', File.ReadLines(train).Select(l => l.Split(' ')[^1])));
        var learnt = Json("learn", "--task", "entities", train, "-m", folder["m.forage"]);
        Assert.Equal(7, learnt.GetProperty("labels").GetInt32()); // O, and B and I of three kinds
        var predicted = Json("predict", "-m", folder["m.forage"], test);
        Assert.InRange(predicted.GetProperty("f1").GetDouble(), 0.97, 1);
        Assert.InRange(predicted.GetProperty("accuracy").GetDouble(), 0.97, 1); // labels compared as spans say them, not as they are written
        string[] lines = [.. predicted.GetProperty("predictions").EnumerateArray().Select(l => l.GetString()!)];
        Assert.Equal("-DOCSTART- -X- -X- O O", lines[0]);
        Assert.Contains(lines, l => l.EndsWith("I-PER B-PER", StringComparison.Ordinal));
        // In the encoding of the file, if asked for.
        Json("learn", "--task", "entities", "--encoding", "iob1", train, "-m", folder["iob1.forage"]);
        Assert.DoesNotContain(Json("predict", "-m", folder["iob1.forage"], test).GetProperty("predictions").EnumerateArray(), l => l.GetString()!.EndsWith(" I-PER B-PER", StringComparison.Ordinal));
    }

    private static string Documents(int sentences, int seed)
    {
        string[][] names = [["Smith", "Jones", "Ivanov", "Blackburn"], ["Reuters", "Ajax", "Bayern"], ["London", "Brussels", "Japan"]];
        string[] kinds = ["PER", "ORG", "LOC"];
        var rng = new Random(seed);
        var text = new System.Text.StringBuilder();
        for (int s = 0; s < sentences; s++)
        {
            if (s % 20 == 0) text.Append("-DOCSTART- -X- -X- O\n\n");
            int kind = rng.Next(3), other = rng.Next(3);
            text.Append("Today NN I-NP O\n");
            Entity(kind, 'I', rng.Next(2) == 0);
            if (kind == 0 && rng.Next(3) == 0) Entity(0, 'B', true); // one person right behind another
            text.Append("met VBD I-VP O\n");
            Entity(other, 'I', rng.Next(2) == 0);
            text.Append(". . O O\n\n");
        }
        return text.ToString();

        void Entity(int kind, char first, bool titled)
        {
            if (titled) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{(kind == 0 ? "Mr" : kind == 1 ? "Club" : "New")} NNP I-NP {first}-{kinds[kind]}\n");
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{names[kind][rng.Next(names[kind].Length)]} NNP I-NP {(titled ? 'I' : first)}-{kinds[kind]}\n");
        }
    }

    [Fact]
    public void HeadsAndRelationsAreLearnt()
    {
        using var folder = new WorkFolder();
        var learnt = Json("learn", "--task", "dependency", Data("train.conllu.gz"), "--passes", "3", "-m", folder["m.forage"]);
        Assert.Equal(600, learnt.GetProperty("sentences").GetInt32());
        var predicted = Json("predict", "-m", folder["m.forage"], Data("test.conllu.gz"), "-o", folder["p.conllu"]);
        Assert.InRange(predicted.GetProperty("accuracy").GetDouble(), 0.65, 0.9);
        Assert.InRange(predicted.GetProperty("labelled").GetDouble(), 0.6, predicted.GetProperty("accuracy").GetDouble());
        Assert.Equal(Lines(Data("test.conllu.gz")).Length, File.ReadAllLines(folder["p.conllu"]).Length);
    }

    [Theory]
    [InlineData("learn --task sequence -", "give a file")]
    [InlineData("learn --task sequence DATA --loss hinge", "'--loss' is not of --task sequence")]
    [InlineData("learn --task multiclass DATA --encoding bio", "'--encoding' is not of --task multiclass --method oaa; it is of --task sequence and --task entities")]
    [InlineData("learn --task sequence DATA --encoding xyz", "'xyz', expected iob1, bio, ioe1, ioe2 or bioes")]
    [InlineData("learn --task sequence DATA --algorithm x", "expected dagger, aggrevate, lols or searn")]
    [InlineData("learn --task dependency DATA --history 2", "'--history' is not of --task dependency; it is of --task sequence and --task entities")]
    [InlineData("learn --task sequence DATA --dropout 1.5", "features left out of learning to search is 1.5")]
    [InlineData("learn --task sequence DATA --format csv", "expected auto, conll or conllu")]
    public void MistakesAreNamed(string line, string expected)
    {
        var run = CliRun.Of([.. line.Split(' ').Select(a => a == "DATA" ? Data("dev.conllu.gz") : a)]);
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(expected, run.Error);
    }

    private static string[] Lines(string path)
    {
        using var reader = new StreamReader(new System.IO.Compression.GZipStream(File.OpenRead(path), System.IO.Compression.CompressionMode.Decompress));
        var lines = new List<string>();
        while (reader.ReadLine() is { } line) lines.Add(line);
        return [.. lines];
    }

    /// <summary>Word, tag, chunk, name of person or place in IOB1, as in CoNLL-2003's files.</summary>
    private static string Names(int sentences, ulong seed)
    {
        var rng = new Features.Rng(seed);
        string[] people = ["Anna", "Boris", "Carla", "Dmitri"], surnames = ["Olsen", "Petrov", "Quist"], places = ["Rome", "Oslo", "Lima"], verbs = ["visits", "leaves", "likes"];
        var text = new System.Text.StringBuilder();
        for (int s = 0; s < sentences; s++)
        {
            text.Append(people[rng.NextInt(4)]).Append(" NNP I-NP I-PER\n");
            if (rng.NextInt(2) == 0) text.Append(surnames[rng.NextInt(3)]).Append(" NNP I-NP I-PER\n");
            text.Append(verbs[rng.NextInt(3)]).Append(" VBZ I-VP O\n");
            if (rng.NextInt(3) == 0) text.Append("sunny JJ I-NP O\n");
            text.Append(places[rng.NextInt(3)]).Append(" NNP I-NP I-LOC\n");
            if (rng.NextInt(4) == 0) text.Append(places[rng.NextInt(3)]).Append(" NNP I-NP B-LOC\n").Append(people[rng.NextInt(4)]).Append(" NNP I-NP I-PER\n").Append(people[rng.NextInt(4)]).Append(" NNP B-NP B-PER\n");
            text.Append(". . O O\n\n");
        }
        return text.ToString();
    }
}
