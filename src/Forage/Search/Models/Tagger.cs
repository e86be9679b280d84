using Forage.Persistence;
using Forage.Search.Internals;
using Forage.Search.Tasks;
using Forage.Search.Text;

namespace Forage.Search.Models;

/// <summary>A learnt labeller of sentences, with all it takes to read and label new ones. Safe to be used from several threads, each with its own <see cref="TaggerSession"/>.</summary>
public sealed class Tagger : IDisposable
{
    /// <summary>Tag of the chunk such a model begins with.</summary>
    public const string Tag = "TAGR";

    private readonly Lazy<SequencePlan?> _plan;

    internal Tagger(TaggerOptions options, TokenTemplates templates, TokenTemplates? first, LabelSet labels, SearchModel model)
    {
        (Options, Templates, FirstTemplates, Labels, Model, Task) = (options, templates, first, labels, model, TaskOf(options, templates, labels));
        _plan = new Lazy<SequencePlan?>(() => SequencePlan.Of(this));
    }

    /// <summary>What it reads and predicts.</summary>
    public TaggerOptions Options { get; }

    /// <summary>Features of a token.</summary>
    public TokenTemplates Templates { get; }

    /// <summary>Features of the first of two passes; null for one pass.</summary>
    public TokenTemplates? FirstTemplates { get; }

    /// <summary>The labels, by action.</summary>
    public LabelSet Labels { get; }

    /// <summary>The policies.</summary>
    public SearchModel Model { get; }

    /// <summary>The program.</summary>
    public ISearchTask<TokenSequence, ReadOnlyMemory<int>> Task { get; }

    /// <summary>Columns a table needs for labelling.</summary>
    public IEnumerable<int> Columns => Templates.Columns.Concat(FirstTemplates?.Columns ?? []).DefaultIfEmpty(Options.WordColumn);

    /// <summary>Labels sentences of a table; for one thread.</summary>
    public TaggerSession NewSession(SentenceTable table) => new(this, table);

    /// <summary>Writes it.</summary>
    public void Save(Stream stream)
    {
        using var writer = new ModelWriter(stream);
        writer.BeginChunk(Tag, OptionsFormat.Version);
        OptionsFormat.Write(writer, Options);
        writer.EndChunk();
        Templates.Save(writer);
        FirstTemplates?.Save(writer);
        Labels.Save(writer);
        Model.Save(writer);
        writer.Finish();
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="stream">The file's content.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="ForageException">It is no such model, or damaged.</exception>
    public static Tagger Load(Stream stream, string name)
    {
        var reader = new ModelReader(stream, name);
        reader.BeginChunk(Tag, OptionsFormat.Version, OptionsFormat.Version);
        var options = OptionsFormat.ReadTagger(reader);
        reader.EndChunk();
        var templates = TokenTemplates.Load(reader);
        var first = options.FirstTemplates is null ? null : TokenTemplates.Load(reader);
        var labels = LabelSet.Load(reader);
        var tagger = new Tagger(options, templates, first, labels, SearchModel.Load(reader));
        reader.Finish();
        if (!tagger.Model.Actions.SequenceEqual(ActionsOf(options, labels))) throw new ForageException($"{name} is damaged: its policies do not fit its {labels.Count} labels.");
        return tagger;
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();

    /// <summary>How sentences are labelled without running the program; null if it must be run.</summary>
    internal SequencePlan? Plan => _plan.Value;

    internal static int HistoryOf(TaggerOptions options, TokenTemplates templates) => options.History ?? (templates.LabelsBack > 0 ? 0 : 2);

    internal static ISearchTask<TokenSequence, ReadOnlyMemory<int>> TaskOf(TaggerOptions options, TokenTemplates templates, LabelSet labels)
    {
        int history = HistoryOf(options, templates);
        return (options.FirstTemplates, options.Encoding) switch
        {
            (null, null) => new SequenceTask(history),
            (null, { } encoding) => new EntityTask(labels, encoding, history),
            (_, null) => new TwoPassTask(history),
            (_, { } encoding) => new TwoPassTask(history, labels, encoding),
        };
    }

    internal static int[] ActionsOf(TaggerOptions options, LabelSet labels) => options.FirstTemplates is null ? [labels.Count] : [labels.Count, labels.Count];
}

/// <summary>
/// Labels sentences of a table, one thread's worth. Many at once (<see cref="LabelAll"/>) are labelled faster than one by one: several are in work at a time, so that the
/// memory is waited for less.
/// </summary>
public sealed class TaggerSession
{
    private readonly Tagger _tagger;
    private readonly SentenceTable _table;
    private readonly SequenceDecoder? _decoder;
    private readonly TokenFeatures? _features, _first;
    private readonly TokenSequence _sequence = new();
    private readonly Search? _search;
    private readonly SpanLabels? _spans;
    private int[] _labels = [];

    internal TaggerSession(Tagger tagger, SentenceTable table)
    {
        (_tagger, _table) = (tagger, table);
        if (tagger.Options is { FromRight: true, Encoding: not null }) _spans = new SpanLabels(new LabelSet(tagger.Labels.Names));
        if (tagger.Plan is { } plan)
        {
            _decoder = new SequenceDecoder(plan, table);
            return;
        }
        (_features, _search) = (new TokenFeatures(tagger.Templates, table, tagger.Options.FromRight), new Search(tagger.Model));
        if (tagger.FirstTemplates is not { } first) return;
        _first = new TokenFeatures(first, table, tagger.Options.FromRight);
        _sequence.First = new TokenSequence();
    }

    /// <summary>Labels of a sentence, valid until the next.</summary>
    public ReadOnlySpan<int> Label(int sentence) => Label(sentence, sentence + 1);

    /// <summary>Labels of all tokens of the table, by their number; valid until the next call.</summary>
    public ReadOnlySpan<int> LabelAll() => Label(0, _table.SentenceCount);

    private Span<int> Label(int first, int end)
    {
        int origin = _table.FirstToken(first), count = _table.FirstToken(end) - origin;
        SentenceTable.Grow(ref _labels, count);
        _decoder?.Label(first, end, _labels);
        for (int s = first; s < end; s++)
        {
            var labels = _labels.AsSpan(_table.FirstToken(s) - origin, _table.Length(s));
            if (_decoder is null) Run(s).CopyTo(labels);
            if (_spans is not null) _spans.Reverse(labels, _tagger.Options.Encoding!.Value);
            else if (_tagger.Options.FromRight) labels.Reverse();
        }
        return _labels.AsSpan(0, count);
    }

    private Span<int> Run(int sentence)
    {
        _features!.Begin(sentence);
        _sequence.Set(_features, default);
        if (_first is not null)
        {
            _first.Begin(sentence);
            _sequence.First!.Set(_first, default);
        }
        _search!.Run(_tagger.Task, _sequence);
        return _sequence.Predicted;
    }
}
