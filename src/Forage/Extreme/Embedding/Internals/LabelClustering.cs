using Forage.Features;

namespace Forage.Extreme.Embedding.Internals;

/// <summary>
/// Orders labels so that near vectors stand together: each range is split in the middle by 2-means with equal halves (as in Parabel, Prabhu et al. 2018, with Euclidean
/// distances, as inner products depend on lengths), down to a given depth. A label's point is its vector with its bias as one more coordinate.
/// </summary>
internal sealed unsafe class LabelClustering
{
    private const int Sample = 4096;
    private readonly EmbeddingSoftmax _model;
    private readonly LabelIndexOptions _options;
    private readonly int[] _order;
    private readonly float[] _keys;
    private int _depth;

    private LabelClustering(EmbeddingSoftmax model, LabelIndexOptions options)
    {
        (_model, _options) = (model, options);
        _order = [.. Enumerable.Range(0, model.LabelCount)];
        _keys = new float[model.LabelCount];
    }

    /// <summary>All labels; those of node i at a depth are in <see cref="Range"/>.</summary>
    public static int[] Order(EmbeddingSoftmax model, LabelIndexOptions options, int depth, int threads)
    {
        var clustering = new LabelClustering(model, options);
        using var team = new WorkerTeam(threads);
        for (int d = 0; d < depth; d++)
        {
            clustering._depth = d;
            team.Run(1 << d, clustering.Split);
        }
        return clustering._order;
    }

    /// <summary>Places of the labels of node <paramref name="node"/> of 2^depth.</summary>
    public static (int Start, int End) Range(int labels, int depth, int node) => ((int)((long)labels * node >> depth), (int)((long)labels * (node + 1) >> depth));

    private void Split(int node, int worker)
    {
        var (start, end) = Range(_order.Length, _depth, node);
        int n = end - start, width = _model.Width, middle = Range(_order.Length, _depth + 1, 2 * node).End - start;
        if (n < 2) return;
        var rng = new Rng(_options.Seed).Fork((ulong)((1L << _depth) + node));
        var labels = _order.AsSpan(start, n);
        var keys = _keys.AsSpan(start, n);
        int sample = Math.Min(n, Sample);
        for (int i = 0; i < sample; i++)
        {
            int j = i + rng.NextInt(n - i);
            (labels[i], labels[j]) = (labels[j], labels[i]);
        }
        float[] directions = GC.AllocateUninitializedArray<float>(2 * width, pinned: true);
        fixed (float* left = directions)
        {
            float* right = left + width;
            float leftBias = 0, rightBias = 0;
            Centre(labels[..1], left, ref leftBias);
            Centre(labels[1..2], right, ref rightBias);
            for (int round = 0; round < _options.Rounds; round++)
            {
                Keys(labels[..sample], keys[..sample], left, right, leftBias, rightBias);
                keys[..sample].Sort(labels[..sample]);
                Centre(labels[..(sample / 2)], left, ref leftBias);
                Centre(labels[(sample / 2)..sample], right, ref rightBias);
            }
            Keys(labels, keys, left, right, leftBias, rightBias);
        }
        keys.Sort(labels);
        labels[..middle].Sort();
        labels[middle..].Sort();
    }

    /// <summary>How much nearer each label is to the right centre: 2x·(r - l) - |r|² + |l|², the same everywhere up to a constant.</summary>
    private void Keys(ReadOnlySpan<int> labels, Span<float> keys, float* left, float* right, float leftBias, float rightBias)
    {
        int width = _model.Width;
        for (int i = 0; i < labels.Length; i++)
        {
            float* w = _model.Label(labels[i]);
            keys[i] = VectorKernels.Dot(w, right, width) - VectorKernels.Dot(w, left, width) + _model.LabelBiases[labels[i]] * (rightBias - leftBias);
        }
    }

    private void Centre(ReadOnlySpan<int> labels, float* centre, ref float bias)
    {
        VectorKernels.Clear(centre, _model.Width);
        bias = 0;
        float share = 1f / labels.Length;
        foreach (int label in labels)
        {
            VectorKernels.AddScaled(share, _model.Label(label), centre, _model.Width);
            bias += share * _model.LabelBiases[label];
        }
    }
}
