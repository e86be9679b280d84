using Forage.Search.Text;

namespace Forage.Search.Models;

/// <summary>How well sentences were labelled.</summary>
/// <param name="Tokens">Number of tokens.</param>
/// <param name="Correct">Tokens with the right label.</param>
/// <param name="Chunks">Scores of spans; null if labels are no spans.</param>
public sealed record LabelScores(long Tokens, long Correct, ChunkScores? Chunks)
{
    /// <summary>Share of right labels, in 0..1.</summary>
    public double Accuracy => Tokens > 0 ? (double)Correct / Tokens : 0;

    /// <summary>What to choose by: F1 of spans, or else accuracy.</summary>
    public double Quality => Chunks?.F1 ?? Accuracy;

    /// <summary>Labels sentences of a table and compares with its column of labels.</summary>
    /// <param name="tagger">The tagger.</param>
    /// <param name="table">The sentences, with labels.</param>
    /// <param name="sentences">Which of them; null for all.</param>
    public static LabelScores Of(Tagger tagger, SentenceTable table, IReadOnlyList<int>? sentences = null)
    {
        var tally = new LabelTally(tagger);
        var session = tagger.NewSession(table);
        if (sentences is null)
        {
            var labels = session.LabelAll();
            for (int s = 0; s < table.SentenceCount; s++) tally.Add(table, s, labels.Slice(table.FirstToken(s), table.Length(s)));
            return tally.Scores;
        }
        foreach (int s in sentences) tally.Add(table, s, session.Label(s));
        return tally.Scores;
    }
}

/// <summary>Counts right labels and spans.</summary>
/// <param name="tagger">Whose labels.</param>
public sealed class LabelTally(Tagger tagger)
{
    private readonly LabelSet _labels = new(tagger.Labels.Names); // labels that were never learnt are added
    private ChunkScorer? _chunks;
    private SpanLabels? _spans;
    private long _tokens, _correct;
    private int[] _truth = [], _map = []; // labels of the column's values, plus 1
    private Vocabulary? _values;
    private int _generation;

    /// <summary>The scores so far.</summary>
    public LabelScores Scores => new(_tokens, _correct, _chunks?.Result());

    /// <summary>Counts a sentence; one whose every label is <c>_</c> has none and is passed over.</summary>
    public void Add(SentenceTable table, int sentence, ReadOnlySpan<int> predicted)
    {
        var column = table.Column(tagger.Options.LabelColumn);
        var values = column.Sentence(sentence);
        int unknown = column.Values.Find("_"u8);
        if (!values.ContainsAnyExcept(unknown)) return;
        SentenceTable.Grow(ref _truth, values.Length);
        if (_values != column.Values || _generation != column.Values.Generation)
        {
            (_values, _generation) = (column.Values, column.Values.Generation);
            _map.AsSpan().Clear();
        }
        SentenceTable.Grow(ref _map, column.Values.Count);
        for (int t = 0; t < values.Length; t++)
        {
            ref int label = ref _map[values[t]];
            if (label == 0) label = _labels.Add(column.Values.Text(values[t])) + 1;
            _truth[t] = label - 1;
        }
        var truth = _truth.AsSpan(0, values.Length);
        if (tagger.Options.Encoding is { } encoding)
        {
            (_spans ??= new SpanLabels(_labels)).Recode(truth, encoding); // a file may write spans in another way
            (_chunks ??= new ChunkScorer(_labels)).Add(truth, predicted);
        }
        for (int t = 0; t < truth.Length; t++)
            if (truth[t] == predicted[t]) _correct++;
        _tokens += values.Length;
    }
}

/// <summary>How well sentences were parsed.</summary>
/// <param name="Words">Number of words.</param>
/// <param name="Heads">Words with the right head.</param>
/// <param name="Relations">Words with the right head and relation.</param>
public readonly record struct ParseScores(long Words, long Heads, long Relations)
{
    /// <summary>Unlabelled attachment score: share of words with the right head, punctuation included.</summary>
    public double Unlabelled => Words > 0 ? (double)Heads / Words : 0;

    /// <summary>Labelled attachment score: share of words with the right head and relation.</summary>
    public double Labelled => Words > 0 ? (double)Relations / Words : 0;

    /// <summary>Adds a sentence.</summary>
    public ParseScores With(DependencyParser parser, SentenceTable table, int sentence, Tasks.DependencySentence parsed)
    {
        var head = table.Column(parser.Options.HeadColumn);
        var heads = head.Sentence(sentence);
        long right = 0, named = 0;
        for (int w = 1; w <= heads.Length; w++)
        {
            if (head.Values.Integer(heads[w - 1]) != parsed.PredictedHeads[w]) continue;
            right++;
            if (parser.Relations.Count == 0) continue;
            var relation = table.Column(parser.Options.RelationColumn);
            if (relation.Values[relation.Sentence(sentence)[w - 1]].SequenceEqual(parser.Relations.Utf8(parsed.PredictedRelations[w]))) named++;
        }
        return new ParseScores(Words + heads.Length, Heads + right, Relations + named);
    }

    /// <summary>Parses sentences of a table and compares with its heads and relations.</summary>
    public static ParseScores Of(DependencyParser parser, SentenceTable table, IReadOnlyList<int>? sentences = null)
    {
        var session = parser.NewSession(table);
        var scores = default(ParseScores);
        for (int i = 0; i < (sentences?.Count ?? table.SentenceCount); i++) scores = scores.With(parser, table, sentences?[i] ?? i, session.Parse(sentences?[i] ?? i));
        return scores;
    }
}
