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

    /// <summary>to += (a + b) + (c + d).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddFour(Span<float> to, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, ReadOnlySpan<float> d)
    {
        int k = 0, width = Vector512<float>.Count, end = to.Length - width;
        ref float t = ref MemoryMarshal.GetReference(to), ra = ref MemoryMarshal.GetReference(a[..to.Length]), rb = ref MemoryMarshal.GetReference(b[..to.Length]), rc = ref MemoryMarshal.GetReference(c[..to.Length]), rd = ref MemoryMarshal.GetReference(d[..to.Length]);
        for (; k <= end; k += width)
        {
            nuint at = (nuint)k;
            (Vector512.LoadUnsafe(ref t, at) + (Vector512.LoadUnsafe(ref ra, at) + Vector512.LoadUnsafe(ref rb, at) + (Vector512.LoadUnsafe(ref rc, at) + Vector512.LoadUnsafe(ref rd, at)))).StoreUnsafe(ref t, at);
        }
        AddFourScalar(to[k..], a[k..], b[k..], c[k..], d[k..]);
    }

    /// <summary>Scalar twin of <see cref="AddFour"/>.</summary>
    public static void AddFourScalar(Span<float> to, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, ReadOnlySpan<float> d)
    {
        for (int k = 0; k < to.Length; k++) to[k] += a[k] + b[k] + (c[k] + d[k]);
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
