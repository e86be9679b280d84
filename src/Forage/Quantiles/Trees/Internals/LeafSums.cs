using System.Numerics;
using System.Runtime.CompilerServices;

namespace Forage.Quantiles.Trees.Internals;

/// <summary>Sums of gradients and curvatures of slots of one class.</summary>
internal static class LeafSums
{
    /// <summary>g += w (p - y), h += w p (1 - p).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(ReadOnlySpan<float> p, float weight, float label, Span<float> g, Span<float> h)
    {
        int k = 0, width = Vector<float>.Count;
        var (w, y, one) = (new Vector<float>(weight), new Vector<float>(label), Vector<float>.One);
        for (; k <= p.Length - width; k += width)
        {
            var v = new Vector<float>(p[k..]);
            (new Vector<float>(g[k..]) + w * (v - y)).CopyTo(g[k..]);
            (new Vector<float>(h[k..]) + w * v * (one - v)).CopyTo(h[k..]);
        }
        AddScalar(p[k..], weight, label, g[k..], h[k..]);
    }

    /// <summary>Scalar twin of <see cref="Add"/>.</summary>
    public static void AddScalar(ReadOnlySpan<float> p, float weight, float label, Span<float> g, Span<float> h)
    {
        for (int k = 0; k < p.Length; k++)
        {
            g[k] += weight * (p[k] - label);
            h[k] += weight * p[k] * (1 - p[k]);
        }
    }
}
