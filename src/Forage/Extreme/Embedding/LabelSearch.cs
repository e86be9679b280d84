using System.Numerics.Tensors;
using Forage.Extreme.Embedding.Internals;
using Forage.Features;

namespace Forage.Extreme.Embedding;

/// <summary>What one search of a <see cref="LabelVectorIndex"/> found, and its working memory: one for each thread, used again and again without allocating.</summary>
public sealed class LabelSearch
{
    private int[] _labels = new int[1024];
    private float[] _scores = new float[1024], _shifted = [];
    private double[] _probabilities = [];

    /// <summary>Number of labels found.</summary>
    public int Count { get; private set; }

    /// <summary>Number of labels whose rough scores were looked at: all in the leaves read.</summary>
    public int Read { get; internal set; }

    /// <summary>The labels found, each once, in no particular order; valid until the next search.</summary>
    public ReadOnlySpan<int> Labels => _labels.AsSpan(0, Count);

    /// <summary>Their exact scores.</summary>
    public ReadOnlySpan<float> Scores => _scores.AsSpan(0, Count);

    /// <summary>The best labels found, best first (equal ones by number); fewer if there are fewer.</summary>
    /// <returns>How many were written.</returns>
    public int Top(Span<int> best)
    {
        Span<float> top = best.Length <= 128 ? stackalloc float[best.Length] : new float[best.Length];
        int n = 0;
        for (int i = 0; i < Count; i++)
        {
            float score = _scores[i];
            if (n == best.Length && !Precedes(score, _labels[i], top[n - 1], best[n - 1])) continue;
            int at = n < best.Length ? n++ : n - 1;
            for (; at > 0 && Precedes(score, _labels[i], top[at - 1], best[at - 1]); at--) (top[at], best[at]) = (top[at - 1], best[at - 1]);
            (top[at], best[at]) = (score, _labels[i]);
        }
        return n;
    }

    /// <summary>Writes q_y = exp(s_y/T)/Σ_z exp(s_z/T) over the labels found, in their order.</summary>
    public void Softmax(Span<double> probabilities, double temperature = 1)
    {
        if (Count == 0) return;
        if (_shifted.Length < Count) _shifted = new float[_scores.Length];
        var shifted = _shifted.AsSpan(0, Count);
        probabilities = probabilities[..Count];
        TensorPrimitives.Subtract(Scores, TensorPrimitives.Max(Scores), shifted);
        TensorPrimitives.Multiply(shifted, (float)(1 / temperature), shifted);
        TensorPrimitives.ConvertTruncating<float, double>(shifted, probabilities);
        TensorPrimitives.Exp<double>(probabilities, probabilities);
        TensorPrimitives.Multiply(probabilities, 1 / TensorPrimitives.Sum<double>(probabilities), probabilities);
    }

    /// <summary>
    /// Draws a slate without replacement from the softmax of the labels found (Plackett-Luce): position j takes y with probability q_y / Σ_{z not yet placed} q_z. These
    /// propensities are exact; labels that were not found have none.
    /// </summary>
    /// <param name="rng">Source of randomness; one draw a position.</param>
    /// <param name="slate">Receives the labels.</param>
    /// <param name="logPropensities">Receives ln of the conditional probability each was drawn with.</param>
    /// <param name="temperature">T &gt; 0.</param>
    /// <returns>Number of positions filled: fewer than asked for if fewer labels have a probability that is not 0 in double precision.</returns>
    public int Draw(ref Rng rng, Span<int> slate, Span<double> logPropensities, double temperature = 1)
    {
        if (_probabilities.Length < Count) _probabilities = new double[_scores.Length];
        var p = _probabilities.AsSpan(0, Count);
        Softmax(p, temperature);
        int placed = 0;
        for (; placed < slate.Length; placed++)
        {
            double mass = TensorPrimitives.Sum<double>(p); // of what is left: what is placed was set to 0
            if (!(mass > 0)) break;
            double u = rng.NextDouble() * mass;
            int chosen = -1;
            for (int i = 0; i < p.Length; i++)
            {
                if (p[i] <= 0) continue;
                chosen = i;
                if ((u -= p[i]) < 0) break;
            }
            (slate[placed], logPropensities[placed]) = (_labels[chosen], Math.Min(0, Math.Log(p[chosen]) - Math.Log(mass)));
            p[chosen] = 0;
        }
        return placed;
    }

    internal byte[] Codes { get; private set; } = [];

    internal float[] Products { get; private set; } = [];

    internal SignQuery Query { get; } = new();

    internal RoughTop Leaves { get; } = new();

    internal RoughTop Rough { get; } = new();

    internal Span<float> Found => _scores.AsSpan(0, Count);

    internal void Begin(int width, int leaves)
    {
        (Count, Read) = (0, 0);
        if (Codes.Length < width) Codes = GC.AllocateUninitializedArray<byte>(width, pinned: true);
        if (Products.Length < leaves) Products = new float[leaves];
    }

    /// <summary>Room for more labels at the end.</summary>
    internal Span<int> Append(int labels)
    {
        if (Count + labels > _labels.Length)
        {
            Array.Resize(ref _labels, Math.Max(Count + labels, 2 * _labels.Length));
            Array.Resize(ref _scores, _labels.Length);
        }
        Count += labels;
        return _labels.AsSpan(Count - labels, labels);
    }

    private static bool Precedes(float score, int label, float other, int otherLabel) => score > other || (score == other && label < otherLabel);
}
