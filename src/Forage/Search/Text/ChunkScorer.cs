using Forage.Search.Text.Internals;

namespace Forage.Search.Text;

/// <summary>
/// Precision, recall and F1 of spans, and accuracy of tokens, counted as the scorer of CoNLL-2000 counts (<c>conlleval</c>): a predicted span is correct if a true
/// one has its start, end and type; sentences are apart.
/// </summary>
/// <param name="labels">Labels of both; more may be added while scoring.</param>
public sealed class ChunkScorer(LabelSet labels)
{
    private readonly SpanLabels _spans = new(labels);
    private readonly List<Counts> _counts = [];
    private long _tokens, _right;

    /// <summary>Counts a sentence.</summary>
    /// <param name="truth">True labels.</param>
    /// <param name="predicted">Predicted labels, as many.</param>
    public void Add(ReadOnlySpan<int> truth, ReadOnlySpan<int> predicted)
    {
        if (truth.Length != predicted.Length) throw new ArgumentException($"{predicted.Length} labels predicted for {truth.Length}.", nameof(predicted));
        SpanTag lastTrue = SpanTag.Outside, lastPredicted = SpanTag.Outside;
        bool matching = false; // a span is open that has been the same in both so far
        for (int i = 0; i <= truth.Length; i++)
        {
            bool end = i == truth.Length;
            var t = end ? SpanTag.Outside : _spans.Tag(truth[i]);
            var p = end ? SpanTag.Outside : _spans.Tag(predicted[i]);
            bool endsTrue = SpanTag.Ends(lastTrue, t), endsPredicted = SpanTag.Ends(lastPredicted, p);
            if (matching && endsTrue && endsPredicted) Of(lastTrue.Type).Correct++;
            if (endsTrue || endsPredicted) matching = false;
            bool beginsTrue = SpanTag.Begins(lastTrue, t), beginsPredicted = SpanTag.Begins(lastPredicted, p);
            if (beginsTrue) Of(t.Type).True++;
            if (beginsPredicted) Of(p.Type).Predicted++;
            if (beginsTrue && beginsPredicted && t.Type == p.Type) matching = true;
            if (!end)
            {
                _tokens++;
                if (truth[i] == predicted[i]) _right++;
            }
            (lastTrue, lastPredicted) = (t, p);
        }
    }

    /// <summary>Forgets all sentences.</summary>
    public void Clear()
    {
        _counts.Clear();
        _tokens = _right = 0;
    }

    /// <summary>The scores so far.</summary>
    public ChunkScores Result()
    {
        var types = new SortedDictionary<string, ChunkCounts>(StringComparer.Ordinal);
        long all = 0, found = 0, correct = 0;
        for (int type = 0; type < _counts.Count; type++)
        {
            var c = _counts[type];
            if (c.True + c.Predicted == 0) continue;
            types.Add(_spans.Types[type], new ChunkCounts(c.True, c.Predicted, c.Correct));
            (all, found, correct) = (all + c.True, found + c.Predicted, correct + c.Correct);
        }
        return new ChunkScores(_tokens, _right, new ChunkCounts(all, found, correct), types);
    }

    private Counts Of(int type)
    {
        while (_counts.Count <= type) _counts.Add(new Counts());
        return _counts[type];
    }

    private sealed class Counts
    {
        public long True, Predicted, Correct;
    }
}
