using Forage.Search.Text;

namespace Forage.Search.Internals;

/// <summary>Labels the sentences of a table by a <see cref="SequencePlan"/>, a block of them at a time; for one thread. Nothing is allocated for a token.</summary>
internal sealed class SequenceDecoder
{
    private const int MostPlaces = 1024; // what is computed of a block stays in the cache

    private readonly SentenceTable _table;
    private readonly TokenBlock _block;
    private readonly WordRows _words;
    private readonly DecoderPass[] _passes;
    private int[] _labels = [], _guesses = [];

    public SequenceDecoder(SequencePlan plan, SentenceTable table)
    {
        _table = table;
        _block = new TokenBlock(plan, table);
        _words = new WordRows(plan, _block);
        _passes = new DecoderPass[plan.Passes.Length];
        for (int p = 0, at = 0; p < _passes.Length; at += plan.Passes[p].Groups.Length * plan.Passes[p].Table.Width, p++)
            _passes[p] = new DecoderPass(plan.Passes[p], plan.Rules, plan.Labels, _block, _words, at);
    }

    /// <summary>Labels sentences <paramref name="first"/> to <paramref name="end"/>; each one's in reading order.</summary>
    /// <param name="first">The first.</param>
    /// <param name="end">The one behind the last.</param>
    /// <param name="to">Receives the labels of all their tokens.</param>
    public void Label(int first, int end, Span<int> to)
    {
        int done = 0;
        while (first < end)
        {
            first = _block.Fill(first, end, MostPlaces);
            _words.Begin();
            SentenceTable.Grow(ref _labels, _block.Length);
            SentenceTable.Grow(ref _guesses, _block.Length);
            for (int p = 0; p < _passes.Length; p++)
            {
                (_labels, _guesses) = (_guesses, _labels);
                _labels.AsSpan(0, _block.Length).Fill(-1);
                _passes[p].Label(_guesses.AsSpan(0, _block.Length), _labels.AsSpan(0, _block.Length));
            }
            foreach (var (start, length) in _block.Sentences)
            {
                _labels.AsSpan(start, length).CopyTo(to[done..]);
                done += length;
            }
        }
    }
}
