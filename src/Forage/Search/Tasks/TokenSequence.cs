using System.Collections.Immutable;
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

    /// <summary>Features of a token, those that look back on labels included.</summary>
    /// <param name="position">The token.</param>
    /// <param name="search">Knows the labels before; the sentence's first is its first prediction.</param>
    /// <param name="buffer">Room for <see cref="Most"/>.</param>
    public ReadOnlySpan<uint> Features(int position, Search search, Span<uint> buffer)
    {
        var own = this[position];
        if (_conditioned.IsEmpty) return own;
        own.CopyTo(buffer);
        int n = own.Length, at = position * _conditioned.Length;
        for (int i = 0; i < _conditioned.Length; i++)
        {
            uint index = _seeds[at + i];
            if (index == 0) continue;
            foreach (int back in _conditioned[i].Labels) index = FeatureMix.Mix(index ^ FeatureMix.Label(position + back < 0 ? -1 : search.Prediction(position + back)));
            buffer[n++] = index;
        }
        return buffer[..n];
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
            var own = features[p];
            own.CopyTo(_features.AsSpan(at));
            _starts[p + 1] = at += own.Length;
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
