using System.IO.Compression;
using Forage.Cli.Frame;
using Forage.Data;
using Forage.Evaluation;
using Forage.Search.Models;
using Forage.Search.Text;

namespace Forage.Cli.Reproductions.Search;

/// <summary>A data set of tokens and labels, with what the issue promises of it.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Own">Own features and tuned options, chosen on data held out of training.</param>
/// <param name="Crf">The features of a CRF++ template.</param>
/// <param name="Train">File to learn from.</param>
/// <param name="Test">File to measure on.</param>
/// <param name="Promised">Accuracy or F1 promised, in percent; NaN for none.</param>
/// <param name="Speed">Tokens a second promised.</param>
internal sealed record SearchSet(string Name, TaggerOptions Own, string Crf, string Train, string Test, double Promised, double Speed)
{
    private const string WordTemplate = "U00:%x[-2,{0}]\nU01:%x[-1,{0}]\nU02:%x[0,{0}]\nU03:%x[1,{0}]\nU04:%x[2,{0}]\nU05:%x[-1,{0}]/%x[0,{0}]\nU06:%x[0,{0}]/%x[1,{0}]\nB\n";

    /// <summary>Whether labels write spans down, so that F1 is what counts.</summary>
    public bool IsSpans => Own.Encoding is not null;

    /// <summary>The CRF++ template's features.</summary>
    public TaggerOptions CrfOptions => Own with { Templates = Crf, FirstTemplates = null, FromRight = false, History = 2, Passes = 8, Learning = Own.Learning with { Dropout = 0.1 } };

    /// <summary>The same features without labels before: every token by itself.</summary>
    public static TaggerOptions Unstructured(TaggerOptions options) => options with
    {
        Templates = options.Templates.StartsWith('U')
            ? string.Join('\n', options.Templates.Split('\n').Where(l => !l.TrimStart().StartsWith('B')))
            : string.Join(' ', options.Templates.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Where(t => !t.Contains("label[") && !t.Contains("guess["))),
        FirstTemplates = null,
        History = 0,
        Encoding = null, // any label may follow any
        FromRight = false,
    };

    /// <summary>Columns both files need.</summary>
    public IEnumerable<int> Columns => TaggerTrainer.ColumnsOf(Own).Concat(TaggerTrainer.ColumnsOf(CrfOptions)).Distinct();

    public SentenceTable ReadTrain(ReproduceContext context) => SentenceFiles.Read(ByteSource.File(Train), Own.Format, Columns, new ReadOptions(), context.Session.Cancellation).Table;

    public SentenceTable ReadTest(ReproduceContext context) => SentenceFiles.Read(ByteSource.File(Test), Own.Format, Columns, new ReadOptions(), context.Session.Cancellation).Table;

    /// <summary>A file's text, decompressed.</summary>
    public byte[] Text(string path)
    {
        using var memory = new MemoryStream();
        using var file = File.OpenRead(path);
        using Stream from = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        from.CopyTo(memory);
        return memory.ToArray();
    }

    /// <summary>The sets there are: with a data folder all four, else the bundled sample.</summary>
    public static IEnumerable<SearchSet> Load(ReproduceContext context, ReproduceResult result)
    {
        var conll = TaggerOptions.Tags with { Format = ConllFormat.Columns, WordColumn = 0, LabelColumn = 1 };
        var upos = TaggerOptions.Tags with { Format = ConllFormat.Universal, WordColumn = 1, LabelColumn = 3 };
        string words = string.Format(System.Globalization.CultureInfo.InvariantCulture, WordTemplate, 0), universal = string.Format(System.Globalization.CultureInfo.InvariantCulture, WordTemplate, 1);
        if (!context.Quick && context.DataFile("sequence/conll2000/train.txt") is { } train && context.DataFile("sequence/conll2000/test.txt") is { } test)
        {
            result.Data.Add(ReportData.OfFile(train));
            result.Data.Add(ReportData.OfFile(test));
            yield return new SearchSet("CoNLL-2000 chunks", TaggerOptions.Chunks, TemplateSets.CrfChunks, train, test, 94.0, 1e6);
            yield return new SearchSet("CoNLL-2000 POS", conll, words, train, test, 98.1, 5e5);
        }
        else
        {
            foreach (string id in new[] { "CoNLL-2000 chunks: F1", "CoNLL-2000 POS: accuracy" }) result.Skipped.Add(new SkippedTarget(id, context.Quick ? "the quick version uses the bundled sample" : "give --data a folder with sequence/conll2000"));
        }
        if (!context.Quick && Ewt(context) is { } ewt)
        {
            foreach (string file in ewt) result.Data.Add(ReportData.OfFile(file));
            yield return new SearchSet("UD-EWT UPOS", upos, universal, ewt[0], ewt[1], 95.4, 1e6);
            yield return new SearchSet("UD-EWT XPOS", upos with { LabelColumn = 4 }, universal, ewt[0], ewt[1], 94.6, 5e5);
        }
        else
        {
            foreach (string id in new[] { "UD-EWT UPOS: accuracy", "UD-EWT XPOS: accuracy" }) result.Skipped.Add(new SkippedTarget(id, context.Quick ? "the quick version uses the bundled sample" : "give --data a folder with sequence/ud-ewt"));
            string[] sample = Bundled();
            foreach (string file in sample) result.Data.Add(ReportData.OfFile(file));
            yield return new SearchSet("UD-EWT sample UPOS", upos with { Passes = 4 }, universal, sample[0], sample[1], double.NaN, 1e6);
        }
    }

    /// <summary>UD-EWT's training and test files in the data folder; null if they are not there.</summary>
    public static string[]? Ewt(ReproduceContext context)
        => context.DataFile("sequence/ud-ewt/train.conllu") is { } train && context.DataFile("sequence/ud-ewt/test.conllu") is { } test ? [train, test] : null;

    /// <summary>The bundled sample's.</summary>
    public static string[] Bundled()
    {
        string folder = Path.Combine(ReproduceContext.Checkout ?? throw new ForageException("The bundled data are found from the checkout this build came from, and it was moved out of it."), "data/ud-ewt");
        return [Path.Combine(folder, "train.conllu.gz"), Path.Combine(folder, "test.conllu.gz")];
    }
}
