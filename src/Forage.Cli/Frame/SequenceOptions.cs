using System.CommandLine;
using Forage.Cli.Decisions;
using Forage.Data;
using Forage.Search;
using Forage.Search.Models;
using Forage.Search.Text;

namespace Forage.Cli.Frame;

/// <summary>Options of the tasks sequence, entities and dependency.</summary>
internal sealed class SequenceOptions : OptionGroup
{
    public static readonly string[] Tasks = ["sequence", "entities", "dependency"];

    private readonly Option<int?> _word = new("--word-column") { Description = "Column of the words, from 0 [0; CoNLL-U 1]", HelpName = "N" };
    private readonly Option<int?> _tag = new("--tag-column") { Description = "Column of tags to look at [entities: 1; dependency: 4]", HelpName = "N" };
    private readonly Option<int?> _label = new("--label-column") { Description = "Column of the labels to predict [the last; CoNLL-U 3, the universal part of speech]", HelpName = "N" };
    private readonly Option<string?> _template = new("--template") { Description = "Templates of features: tags, chunks, entities, or a file of CRF++'s or Forage's [sequence: tags, in two passes; entities: entities]", HelpName = "FILE" };
    private readonly Option<string?> _first = new("--first-template") { Description = "Templates of a first pass that guesses labels, which --template may then look at ahead", HelpName = "FILE" };
    private readonly Option<bool> _fromRight = new("--from-right") { Description = "Label sentences from their last token [of templates chunks]" };
    private readonly Option<string?> _encoding = new("--encoding") { Description = "How labels write spans down where they are learnt and predicted: iob1, bio, ioe1, ioe2 or bioes; files may use any [entities: bio]", HelpName = "NAME" };
    private readonly Option<int?> _history = new("--history") { Description = "Labels before the one at hand that are features [2, or 0 if templates name labels]", HelpName = "N" };
    private readonly Option<string?> _dev = new("--dev") { Description = "Sentences to choose the pass by", HelpName = "FILE" };
    private readonly Option<string?> _algorithm = new("--algorithm") { Description = "dagger, aggrevate, lols or searn [dagger, costs as stated]", HelpName = "NAME" };
    private readonly Option<double?> _dropout = new("--dropout") { Description = "Share of features left out while learning [0.1; tags 0.3]", HelpName = "P" };
    private readonly Option<double?> _check = new("--check-share") { Description = "Share of shortcuts to check by going the long way [0]", HelpName = "P" };
    private readonly Option<int?> _batch = new("--batch") { Description = "Sentences learnt from side by side, on --threads; needs roll-outs to be worth it [1]", HelpName = "N" };
    private readonly Option<bool> _unlabelled = new("--no-relations") { Description = "Of dependency: heads only" };

    /// <inheritdoc/>
    public override string Heading => "Sentences (--task sequence, entities or dependency)";

    /// <inheritdoc/>
    public override IReadOnlyList<Option> All => [_word, _tag, _label, _template, _first, _fromRight, _encoding, _history, _dev, _algorithm, _dropout, _check, _batch, _unlabelled];

    /// <summary>The options of one of the tasks.</summary>
    public IEnumerable<Option> Of(string task) => task == "dependency" ? All.Except([_label, _template, _first, _fromRight, _encoding, _history]) : All.Except([_unlabelled]);

    /// <summary>Sentences to choose the pass by.</summary>
    public string? Dev(ParseResult parsed) => parsed.GetValue(_dev);

    /// <summary>Options of a tagger.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="entities">Whether labels write spans down.</param>
    /// <param name="format">Family of the file.</param>
    /// <param name="columns">Columns of its first token.</param>
    /// <param name="passes">Passes, if given.</param>
    /// <param name="seed">Seed.</param>
    public TaggerOptions Tagger(ParseResult parsed, bool entities, ConllFormat format, int columns, int? passes, ulong seed)
    {
        bool universal = format == ConllFormat.Universal;
        var encoding = Encoding(parsed);
        int label = parsed.GetValue(_label) ?? (universal ? 3 : columns - 1), tag = parsed.GetValue(_tag) ?? (entities && !universal && columns > 2 ? 1 : -1);
        if (!universal && columns < 2) throw new UsageException($"forage learn: the file's first line has {(columns == 1 ? "one column" : "no columns")}; expected a line a word, with its label in the last column (--format conll), or CoNLL-U");
        if (tag == label) throw new UsageException($"forage learn: column {label} is to be predicted and looked at; say another --tag-column");
        string? template = parsed.GetValue(_template);
        var set = template switch
        {
            null => entities ? TaggerOptions.Entities : TaggerOptions.Tags,
            "tags" => TaggerOptions.Tags,
            "chunks" => TaggerOptions.Chunks,
            "entities" => TaggerOptions.Entities,
            _ => new TaggerOptions { Templates = Text(template) },
        };
        if (set.TagColumn >= 0 && tag < 0) throw new UsageException("forage learn: the templates look at tags; say their --tag-column, or give --template");
        var options = set with
        {
            Format = format,
            WordColumn = parsed.GetValue(_word) ?? (universal ? 1 : 0),
            TagColumn = tag,
            LabelColumn = label,
            FirstTemplates = parsed.GetValue(_first) is { } first ? Text(first) : set.FirstTemplates,
            Encoding = encoding ?? (entities ? SpanEncoding.Iob2 : null),
            FromRight = parsed.GetValue(_fromRight) || set.FromRight,
            History = parsed.GetValue(_history),
            Batch = parsed.GetValue(_batch) ?? 1,
            Learning = Learning(parsed, set.Learning, seed),
        };
        options = options with { Passes = passes ?? options.Passes };
        UsageException.Check("learn", options.Validate);
        return options;
    }

    /// <summary>Options of a parser.</summary>
    public ParserOptions Parser(ParseResult parsed, ConllFormat format, int? passes, ulong seed)
    {
        var options = new ParserOptions { Format = format, Batch = parsed.GetValue(_batch) ?? 1, Learning = Learning(parsed, new ParserOptions().Learning, seed) };
        options = options with
        {
            WordColumn = parsed.GetValue(_word) ?? options.WordColumn,
            TagColumn = parsed.GetValue(_tag) ?? options.TagColumn,
            RelationColumn = parsed.GetValue(_unlabelled) ? -1 : options.RelationColumn,
            Passes = passes ?? options.Passes,
        };
        UsageException.Check("learn", options.Validate);
        return options;
    }

    private SearchOptions Learning(ParseResult parsed, SearchOptions set, ulong seed)
    {
        var options = parsed.GetValue(_algorithm)?.ToLowerInvariant() switch
        {
            null => set,
            "dagger" => set with { RollIn = RollIn.Mixed },
            "aggrevate" => SearchOptions.AggreVaTe with { Dropout = set.Dropout, Margin = set.Margin },
            "lols" => SearchOptions.Lols with { Dropout = set.Dropout, Margin = set.Margin },
            "searn" => SearchOptions.Searn with { Dropout = set.Dropout, Margin = set.Margin },
            var other => throw new UsageException($"forage learn: option '--algorithm' got '{other}', expected dagger, aggrevate, lols or searn"),
        };
        if (parsed.GetValue(_batch) is > 1) options = options with { Updates = UpdateTiming.Buffered };
        return options with { Dropout = parsed.GetValue(_dropout) ?? options.Dropout, Check = parsed.GetValue(_check) ?? options.Check, Seed = seed };
    }

    private SpanEncoding? Encoding(ParseResult parsed) => parsed.GetValue(_encoding)?.ToLowerInvariant() switch
    {
        null => null,
        "iob1" => SpanEncoding.Iob1,
        "bio" or "iob2" => SpanEncoding.Iob2,
        "ioe1" => SpanEncoding.Ioe1,
        "ioe2" => SpanEncoding.Ioe2,
        "bioes" or "iobes" => SpanEncoding.Bioes,
        var other => throw new UsageException($"forage learn: option '--encoding' got '{other}', expected iob1, bio, ioe1, ioe2 or bioes"),
    };

    private static string Text(string path) => string.Join('\n', TextFiles.Lines(path));
}
