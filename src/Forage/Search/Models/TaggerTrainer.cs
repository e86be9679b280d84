using Forage.Features;
using Forage.Search.Tasks;
using Forage.Search.Text;

namespace Forage.Search.Models;

/// <summary>Learns a <see cref="Tagger"/> from the sentences of a table. The same sentences, options and seed give the same tagger, whatever the number of threads.</summary>
public sealed class TaggerTrainer : IDisposable
{
    private readonly TaggerOptions _options;
    private readonly TokenTemplates _templates;
    private readonly TokenTemplates? _first;
    private readonly TokenSequence[] _sequences;
    private readonly PassRunner<TokenSequence, ReadOnlyMemory<int>> _runner;

    /// <summary>Gets the features of all sentences.</summary>
    /// <param name="options">What to learn.</param>
    /// <param name="table">The sentences, with the columns that templates and labels need.</param>
    /// <param name="sentences">Which of them; null for all.</param>
    /// <param name="threads">Number of threads.</param>
    /// <exception cref="ForageException">A bad option, or nothing to learn from.</exception>
    public TaggerTrainer(TaggerOptions options, SentenceTable table, IReadOnlyList<int>? sentences = null, int threads = 1)
    {
        options.Validate();
        sentences ??= [.. Enumerable.Range(0, table.SentenceCount)];
        if (sentences.Count == 0) throw new ForageException("There are no sentences to learn from.");
        _options = options;
        _templates = TokenTemplates.ParseEither(options.Templates, options.WordColumn, options.TagColumn);
        _first = options.FirstTemplates is { } first ? TokenTemplates.ParseEither(first, options.WordColumn, options.TagColumn) : null;
        if (_first is null && _templates.NeedsGuesses) throw new ForageException("The templates look at guesses, and there is no first pass that makes them; give it templates of its own.");
        (Labels, int[][] labels) = ReadLabels(table.Column(options.LabelColumn), sentences);
        if (Labels.Count < 2) throw new ForageException($"Column {options.LabelColumn} has only the label '{Labels[0]}'; expected at least two different ones.");
        _sequences = Extract(table, sentences, labels, threads);
        _runner = new PassRunner<TokenSequence, ReadOnlyMemory<int>>(Tagger.TaskOf(options, _templates, Labels), Tagger.ActionsOf(options, Labels), options.Learning, _sequences, options.Batch, threads);
    }

    /// <summary>The labels, in the order in which they come.</summary>
    public LabelSet Labels { get; }

    /// <summary>Tokens learnt from in a pass.</summary>
    public long Tokens => _sequences.Sum(s => (long)s.Length);

    /// <summary>What was counted so far.</summary>
    public SearchCounts Counts => _runner.Counts;

    /// <summary>Columns a table needs for learning.</summary>
    public static IEnumerable<int> ColumnsOf(TaggerOptions options)
        => TokenTemplates.ParseEither(options.Templates, options.WordColumn, options.TagColumn).Columns
            .Concat(options.FirstTemplates is { } first ? TokenTemplates.ParseEither(first, options.WordColumn, options.TagColumn).Columns : [])
            .Append(options.WordColumn).Append(options.LabelColumn);

    /// <summary>Goes through the sentences once, in a new order.</summary>
    /// <param name="progress">Called now and then with the share that is done.</param>
    /// <param name="cancellation">Stops it between sentences.</param>
    public void Pass(Action<double>? progress = null, CancellationToken cancellation = default) => _runner.Pass(progress, cancellation);

    /// <summary>What was learnt so far as a tagger.</summary>
    public Tagger ToTagger() => new(_options, _templates, _first, Labels, _runner.ToModel());

    /// <inheritdoc/>
    public void Dispose() => _runner.Dispose();

    /// <summary>The labels, and those of each sentence as they are learnt: whatever encoding the file has, and from whichever end.</summary>
    private (LabelSet Labels, int[][] Sentences) ReadLabels(TokenColumn column, IReadOnlyList<int> sentences)
    {
        var read = new LabelSet();
        foreach (int s in sentences)
            foreach (int value in column.Sentence(s)) read.Add(column.Values.Text(value));
        int[] map = read.Map(column.Values);
        var spans = new SpanLabels(read);
        int[][] labels = new int[sentences.Count][];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = Array.ConvertAll(column.Sentence(sentences[i]).ToArray(), v => map[v]);
            Turn(labels[i], spans);
        }
        if (_options.Encoding is null) return (read, labels);
        // Written in another way, spans need labels that did not occur and do without some that did.
        var used = labels.SelectMany(l => l).ToHashSet();
        var written = new LabelSet(read.Names.Where((_, label) => used.Contains(label)));
        int[] numbers = [.. read.Names.Select(written.Find)];
        return (written, Array.ConvertAll(labels, l => Array.ConvertAll(l, label => numbers[label])));
    }

    /// <summary>Labels in the order and the encoding in which they are predicted.</summary>
    private void Turn(Span<int> labels, SpanLabels spans)
    {
        if (_options.Encoding is not { } encoding)
        {
            if (_options.FromRight) labels.Reverse();
        }
        else if (_options.FromRight) spans.Reverse(labels, encoding);
        else spans.Recode(labels, encoding);
    }

    private TokenSequence[] Extract(SentenceTable table, IReadOnlyList<int> sentences, int[][] labels, int threads)
    {
        var result = new TokenSequence[sentences.Count];
        int parts = Math.Clamp(threads, 1, sentences.Count);
        ParallelWork.For(parts, threads, default, part =>
        {
            var features = new TokenFeatures(_templates, table, _options.FromRight);
            var first = _first is null ? null : new TokenFeatures(_first, table, _options.FromRight);
            for (int i = (int)((long)sentences.Count * part / parts), end = (int)((long)sentences.Count * (part + 1) / parts); i < end; i++)
            {
                features.Begin(sentences[i]);
                var x = new TokenSequence();
                x.Set(features, labels[i]);
                if (first is not null)
                {
                    first.Begin(sentences[i]);
                    x.First = new TokenSequence();
                    x.First.Set(first, default);
                }
                result[i] = x;
            }
        });
        return result;
    }
}
