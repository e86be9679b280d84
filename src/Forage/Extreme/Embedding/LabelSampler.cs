using Forage.Features;

namespace Forage.Extreme.Embedding;

/// <summary>Draws labels to look at beside those that matter: uniformly, without repetition. Not for two threads at once.</summary>
/// <remarks>
/// A sampled softmax that keeps n labels and draws k of the other L - n estimates the full one if ln((L - n)/k) is added to the scores of those drawn
/// (Jean et al. 2015); the losses here leave that to their caller.
/// </remarks>
public sealed class LabelSampler
{
    private readonly int[] _seen; // number of the draw that last took a label
    private int _draw;

    /// <summary>A sampler over labels 0..<paramref name="labels"/>-1.</summary>
    public LabelSampler(int labels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(labels);
        _seen = new int[labels];
    }

    /// <summary>Writes <paramref name="keep"/> and up to <paramref name="count"/> labels drawn from the rest (fewer if there are fewer).</summary>
    /// <param name="keep">Labels that are looked at in any case; one that occurs twice is written once.</param>
    /// <param name="count">How many to draw.</param>
    /// <param name="rng">Source of randomness.</param>
    /// <param name="labels">Receives the labels, those kept first.</param>
    /// <returns>How many labels there are now.</returns>
    public int Draw(ReadOnlySpan<int> keep, int count, ref Rng rng, Span<int> labels)
    {
        if (++_draw == int.MaxValue)
        {
            Array.Clear(_seen);
            _draw = 1;
        }
        int n = 0;
        foreach (int label in keep)
            if (Take(label)) labels[n++] = label;
        int end = (int)Math.Min(_seen.Length, (long)n + count), left = _seen.Length - n;
        if (end - n > left / 2)
        {
            // Many of few: each label left is taken with the share still needed (selection sampling, Knuth 3.4.2).
            for (int label = 0; n < end; label++)
            {
                if (_seen[label] == _draw) continue;
                if (rng.NextInt(left--) < end - n) labels[n++] = label;
            }
            return n;
        }
        while (n < end)
        {
            int label = rng.NextInt(_seen.Length);
            if (Take(label)) labels[n++] = label;
        }
        return n;
    }

    private bool Take(int label)
    {
        if (_seen[label] == _draw) return false;
        _seen[label] = _draw;
        return true;
    }
}
