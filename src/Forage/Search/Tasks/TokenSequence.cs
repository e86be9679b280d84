using System.Collections.Immutable;
using Forage.Search.Internals;
using Forage.Search.Text;

namespace Forage.Search.Tasks;

/// <summary>A sentence as sequence tasks see it: the features of every token, the right labels if they are known, and room for predicted ones.</summary>
public sealed class TokenSequence
{
    private uint[] _features = [], _seeds = [];
    private int[] _starts = [0], _labels = [], _predicted = [];
    private ImmutableArray<TokenTemplate> _conditioned = [];

    /// <summary>Number of tokens.</summary>
    public int Length { get; private set; }

    /// <summary>Right labels; none if they are not known. -1 for a token whose label is not known (or is none that was learnt).</summary>
    public ReadOnlySpan<int> Labels => _labels.AsSpan(0, _labels.Length == 0 ? 0 : Length);

    /// <summary>Labels as last predicted.</summary>
    public Span<int> Predicted => _predicted.AsSpan(0, Length);

    /// <summary>The same memory.</summary>
    public ReadOnlyMemory<int> PredictedMemory => _predicted.AsMemory(0, Length);

    /// <summary>Room a caller of <see cref="Features"/> needs.</summary>
    public int Most { get; private set; }

    /// <summary>Right label of a token; -1 if it is not known.</summary>
    public int Label(int position) => _labels.Length == 0 ? -1 : _labels[position];

    /// <summary>Features of a token that depend on no label.</summary>
    public ReadOnlySpan<uint> this[int position] => _features.AsSpan(_starts[position].._starts[position + 1]);

    /// <summary>The same sentence as a first pass over it sees it, for <see cref="TwoPassTask"/>; null otherwise.</summary>
    public TokenSequence? First { get; set; }

    /// <summary>Features of a token, those that depend on labels included.</summary>
    /// <param name="position">The token.</param>
    /// <param name="search">Knows the labels.</param>
    /// <param name="buffer">Room for <see cref="Most"/>.</param>
    /// <param name="start">Step of the sentence's first label; if it is not 0, the labels of an earlier pass, which templates call guesses, begin at step 0.</param>
    public SearchFeatures Features(int position, Search search, Span<uint> buffer, int start = 0)
    {
        var own = this[position];
        if (_conditioned.IsEmpty) return new SearchFeatures(own);
        own.CopyTo(buffer);
        int n = own.Length, at = position * _conditioned.Length;
        for (int i = 0; i < _conditioned.Length; i++)
        {
            uint index = _seeds[at + i];
            var template = _conditioned[i];
            if (index == 0 || (start == 0 && !template.Guesses.IsEmpty)) continue;
            foreach (int place in template.Labels) index = FeatureMix.Mix(index ^ FeatureMix.Label(position + place < 0 ? -1 : search.Prediction(start + position + place)));
            foreach (int place in template.Guesses) index = FeatureMix.Mix(index ^ FeatureMix.Label((uint)(position + place) < (uint)Length ? search.Prediction(position + place) : -1));
            buffer[n++] = index;
        }
        return new SearchFeatures(buffer[..n]);
    }

    /// <summary>Takes the sentence a table's features have begun.</summary>
    /// <param name="features">Features of the sentence.</param>
    /// <param name="labels">Its labels; none if they are not known.</param>
    public void Set(TokenFeatures features, ReadOnlySpan<int> labels)
    {
        Length = features.Length;
        _conditioned = features.ConditionedTemplates;
        Most = features.Most + _conditioned.Length;
        SentenceTable.Grow(ref _starts, Length + 1);
        SentenceTable.Grow(ref _predicted, Length);
        int at = 0;
        for (int p = 0; p < Length; p++) at += features[p].Length;
        SentenceTable.Grow(ref _features, at);
        SentenceTable.Grow(ref _seeds, Length * _conditioned.Length);
        at = 0;
        for (int p = 0; p < Length; p++)
        {
            features[p].CopyTo(_features.AsSpan(at));
            at += features[p].Length;
            _starts[p + 1] = at;
            for (int i = 0; i < _conditioned.Length; i++) _seeds[p * _conditioned.Length + i] = features.Seed(p, i);
        }
        if (labels.IsEmpty)
        {
            _labels = [];
            return;
        }
        SentenceTable.Grow(ref _labels, Length);
        labels.CopyTo(_labels);
    }
}
