using Forage.Search.Internals;
using Forage.Search.Tasks;
using Forage.Search.Text;

namespace Forage.Search.Models;

/// <summary>Learns a <see cref="DependencyParser"/> from the sentences of a table. The same sentences, options and seed give the same parser, whatever the number of threads.</summary>
public sealed class ParserTrainer : IDisposable
{
    private readonly ParserOptions _options;
    private readonly DependencySentence[] _sentences;
    private readonly PassRunner<DependencySentence, int[]> _runner;

    /// <summary>Takes the sentences.</summary>
    /// <param name="options">What to learn.</param>
    /// <param name="table">The sentences, with the columns of words, tags, heads and relations.</param>
    /// <param name="sentences">Which of them; null for all.</param>
    /// <param name="threads">Number of threads.</param>
    /// <exception cref="ForageException">A bad option, a head that is no word, or nothing to learn from.</exception>
    public ParserTrainer(ParserOptions options, SentenceTable table, IReadOnlyList<int>? sentences = null, int threads = 1)
    {
        options.Validate();
        sentences ??= [.. Enumerable.Range(0, table.SentenceCount)];
        if (sentences.Count == 0) throw new ForageException("There are no sentences to learn from.");
        _options = options;
        Relations = new LabelSet();
        if (options.RelationColumn >= 0)
        {
            var column = table.Column(options.RelationColumn);
            foreach (int s in sentences)
                foreach (int value in column.Sentence(s)) Relations.Add(column.Values.Text(value));
        }
        var columns = new ParserColumns(options, table);
        _sentences = [.. sentences.Select(s => columns.Sentence(s, Relations, gold: true))];
        _runner = new PassRunner<DependencySentence, int[]>(new DependencyTask(Relations.Count > 0), DependencyTask.Actions(Relations.Count), options.Learning, _sentences, options.Batch, threads);
    }

    /// <summary>The relations; none if they are left out.</summary>
    public LabelSet Relations { get; }

    /// <summary>Words learnt from in a pass.</summary>
    public long Tokens => _sentences.Sum(s => (long)s.Length);

    /// <summary>What was counted so far.</summary>
    public SearchCounts Counts => _runner.Counts;

    /// <summary>Columns a table needs for learning.</summary>
    public static IEnumerable<int> ColumnsOf(ParserOptions options)
        => new[] { options.WordColumn, options.TagColumn, options.HeadColumn, options.RelationColumn }.Where(c => c >= 0);

    /// <summary>Goes through the sentences once, in a new order.</summary>
    public void Pass(Action<double>? progress = null, CancellationToken cancellation = default) => _runner.Pass(progress, cancellation);

    /// <summary>What was learnt so far as a parser.</summary>
    public DependencyParser ToParser() => new(_options, Relations, _runner.ToModel());

    /// <inheritdoc/>
    public void Dispose() => _runner.Dispose();
}
