using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Forage.Quantiles.Trees.Internals;

/// <summary>The inner loops of boosting, each with its scalar twin: over 16 slots adding a row's gradients and curvatures to histograms and judging a cut; over all slots adding up leaves.</summary>
internal static class SlotKernels
{
    /// <summary>Slots splits are judged on.</summary>
    public const int Width = 16;

    /// <summary>Numbers of a bin: 16 gradients, then 16 curvatures.</summary>
    public const int Stride = 2 * Width;

    /// <summary>Adds 32 numbers of a row to the bin of each column.</summary>
    /// <param name="own">Gradients and curvatures of the row.</param>
    /// <param name="bins">Its bins, one a column.</param>
    /// <param name="offsets">First bin of each column.</param>
    /// <param name="sums">Bins × 32.</param>
    /// <param name="counts">Rows in each bin.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(ReadOnlySpan<float> own, ReadOnlySpan<byte> bins, ReadOnlySpan<int> offsets, Span<float> sums, Span<int> counts)
    {
        var g = Vector512.Create(own[..Width]);
        var h = Vector512.Create(own.Slice(Width, Width));
        for (int c = 0; c < bins.Length; c++)
        {
            int bin = offsets[c] + bins[c];
            var at = sums.Slice(bin * Stride, Stride);
            (Vector512.Create<float>(at[..Width]) + g).CopyTo(at);
            (Vector512.Create<float>(at.Slice(Width, Width)) + h).CopyTo(at.Slice(Width, Width));
            counts[bin]++;
        }
    }

    /// <summary>Scalar twin of <see cref="Add"/>.</summary>
    public static void AddScalar(ReadOnlySpan<float> own, ReadOnlySpan<byte> bins, ReadOnlySpan<int> offsets, Span<float> sums, Span<int> counts)
    {
        for (int c = 0; c < bins.Length; c++)
        {
            int bin = offsets[c] + bins[c];
            for (int j = 0; j < Stride; j++) sums[bin * Stride + j] += own[j];
            counts[bin]++;
        }
    }

    /// <summary>Numbers of slots that take whole vectors.</summary>
    public static int Padded(int slots) => (slots + Width - 1) / Width * Width;

    /// <summary>Adds to the numbers of each row those of its leaves in four trees: to += (a + b) + (c + d).</summary>
    /// <param name="to">Rows × stride.</param>
    /// <param name="stride">Numbers of a row and of a leaf, a multiple of 16.</param>
    /// <param name="leaves">The rows' leaves in the first tree, in the second, …, <paramref name="apart"/> apart.</param>
    /// <param name="apart">Room for the leaves in a tree.</param>
    /// <param name="a">Leaves × stride of the first tree.</param>
    /// <param name="b">Of the second.</param>
    /// <param name="c">Of the third.</param>
    /// <param name="d">Of the fourth.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddLeaves(Span<float> to, int stride, ReadOnlySpan<int> leaves, int apart, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, ReadOnlySpan<float> d)
    {
        int rows = to.Length / stride;
        ref float t = ref MemoryMarshal.GetReference(to), ra = ref MemoryMarshal.GetReference(a), rb = ref MemoryMarshal.GetReference(b), rc = ref MemoryMarshal.GetReference(c), rd = ref MemoryMarshal.GetReference(d);
        for (int i = 0; i < rows; i++)
        {
            nuint at = (nuint)(i * stride), end = at + (nuint)stride;
            nuint oa = (nuint)(leaves[i] * stride), ob = (nuint)(leaves[apart + i] * stride), oc = (nuint)(leaves[2 * apart + i] * stride), od = (nuint)(leaves[3 * apart + i] * stride);
            for (; at < end; at += Width, oa += Width, ob += Width, oc += Width, od += Width)
                (Vector512.LoadUnsafe(ref t, at) + (Vector512.LoadUnsafe(ref ra, oa) + Vector512.LoadUnsafe(ref rb, ob) + (Vector512.LoadUnsafe(ref rc, oc) + Vector512.LoadUnsafe(ref rd, od)))).StoreUnsafe(ref t, at);
        }
    }

    /// <summary>Scalar twin of <see cref="AddLeaves"/>.</summary>
    public static void AddLeavesScalar(Span<float> to, int stride, ReadOnlySpan<int> leaves, int apart, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, ReadOnlySpan<float> d)
    {
        for (int i = 0; i < to.Length / stride; i++)
        {
            for (int k = 0; k < stride; k++)
                to[i * stride + k] += a[leaves[i] * stride + k] + b[leaves[apart + i] * stride + k] + (c[leaves[2 * apart + i] * stride + k] + d[leaves[3 * apart + i] * stride + k]);
        }
    }

    /// <summary>Σ G²/(H + λ) over the slots.</summary>
    public static float Quality(Vector512<float> g, Vector512<float> h, Vector512<float> l2) => Vector512.Sum(g * g / (h + l2));

    /// <summary>Σ over slots of G_l²/(H_l + λ) + G_r²/(H_r + λ), where left is given and right is the rest.</summary>
    public static float Quality(Vector512<float> g, Vector512<float> h, Vector512<float> allG, Vector512<float> allH, Vector512<float> l2)
    {
        var (otherG, otherH) = (allG - g, allH - h);
        return Vector512.Sum(g * g / (h + l2) + otherG * otherG / (otherH + l2));
    }

    /// <summary>Scalar twin of the quality of a cut.</summary>
    public static float QualityScalar(ReadOnlySpan<float> left, ReadOnlySpan<float> all, float l2)
    {
        float sum = 0;
        for (int s = 0; s < Width; s++)
        {
            float g = left[s], h = left[Width + s], og = all[s] - g, oh = all[Width + s] - h;
            sum += g * g / (h + l2) + og * og / (oh + l2);
        }
        return sum;
    }
}
