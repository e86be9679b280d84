using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Forage.Extreme.Embedding.Internals;

/// <summary>
/// Loops over dense vectors whose length is a multiple of 16, so that there are no tails; tables pad their rows with zeros. Where the processor lacks 512 bits, each
/// operation is two of 256.
/// </summary>
internal static unsafe class VectorKernels
{
    /// <summary>Floats a step.</summary>
    public const int Lane = 16;

    /// <summary><paramref name="dimension"/> rounded up to whole steps.</summary>
    public static int Padded(int dimension) => (dimension + Lane - 1) / Lane * Lane;

    /// <summary>Σ a_i b_i.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(float* a, float* b, int n)
    {
        var s0 = Vector512<float>.Zero;
        var s1 = Vector512<float>.Zero;
        int i = 0;
        for (; i + 32 <= n; i += 32)
        {
            s0 = Vector512.FusedMultiplyAdd(Vector512.Load(a + i), Vector512.Load(b + i), s0);
            s1 = Vector512.FusedMultiplyAdd(Vector512.Load(a + i + 16), Vector512.Load(b + i + 16), s1);
        }
        if (i < n) s0 = Vector512.FusedMultiplyAdd(Vector512.Load(a + i), Vector512.Load(b + i), s0);
        return Sum(s0 + s1);
    }

    /// <summary>Σ a_i b_ki for four vectors b_k: to[k], the same bits as <see cref="Dot"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Dot4(float* a, float* b0, float* b1, float* b2, float* b3, int n, float* to)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, t0 = default, t1 = default, t2 = default, t3 = default;
        int i = 0;
        for (; i + 32 <= n; i += 32)
        {
            Vector512<float> x = Vector512.Load(a + i), y = Vector512.Load(a + i + 16);
            s0 = Vector512.FusedMultiplyAdd(x, Vector512.Load(b0 + i), s0);
            s1 = Vector512.FusedMultiplyAdd(x, Vector512.Load(b1 + i), s1);
            s2 = Vector512.FusedMultiplyAdd(x, Vector512.Load(b2 + i), s2);
            s3 = Vector512.FusedMultiplyAdd(x, Vector512.Load(b3 + i), s3);
            t0 = Vector512.FusedMultiplyAdd(y, Vector512.Load(b0 + i + 16), t0);
            t1 = Vector512.FusedMultiplyAdd(y, Vector512.Load(b1 + i + 16), t1);
            t2 = Vector512.FusedMultiplyAdd(y, Vector512.Load(b2 + i + 16), t2);
            t3 = Vector512.FusedMultiplyAdd(y, Vector512.Load(b3 + i + 16), t3);
        }
        if (i < n)
        {
            var x = Vector512.Load(a + i);
            s0 = Vector512.FusedMultiplyAdd(x, Vector512.Load(b0 + i), s0);
            s1 = Vector512.FusedMultiplyAdd(x, Vector512.Load(b1 + i), s1);
            s2 = Vector512.FusedMultiplyAdd(x, Vector512.Load(b2 + i), s2);
            s3 = Vector512.FusedMultiplyAdd(x, Vector512.Load(b3 + i), s3);
        }
        to[0] = Sum(s0 + t0);
        to[1] = Sum(s1 + t1);
        to[2] = Sum(s2 + t2);
        to[3] = Sum(s3 + t3);
    }

    /// <summary>Both products of one score's gradient g: sum_i += g h_i (the label's gradient) and delta_i += g w_i (the hidden vector's).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddBoth(float g, float* h, float* sum, float* w, float* delta, int n)
    {
        var wide = Vector512.Create(g);
        for (int i = 0; i < n; i += 16)
        {
            Vector512.FusedMultiplyAdd(wide, Vector512.Load(h + i), Vector512.Load(sum + i)).Store(sum + i);
            Vector512.FusedMultiplyAdd(wide, Vector512.Load(w + i), Vector512.Load(delta + i)).Store(delta + i);
        }
    }

    /// <summary>Asks for n floats that are needed soon.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(float* x, int n)
    {
        if (!Sse.IsSupported) return;
        for (int i = 0; i < n; i += 16) Sse.Prefetch0(x + i);
    }

    /// <summary>y_i += c x_i.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScaled(float c, float* x, float* y, int n)
    {
        var wide = Vector512.Create(c);
        for (int i = 0; i < n; i += 16) Vector512.FusedMultiplyAdd(wide, Vector512.Load(x + i), Vector512.Load(y + i)).Store(y + i);
    }

    /// <summary>y_i = c y_i + b_i.</summary>
    public static void ScaleAndAdd(float c, float* y, float* b, int n)
    {
        var wide = Vector512.Create(c);
        for (int i = 0; i < n; i += 16) Vector512.FusedMultiplyAdd(wide, Vector512.Load(y + i), Vector512.Load(b + i)).Store(y + i);
    }

    /// <summary>y_i = max(0, y_i).</summary>
    public static void Rectify(float* y, int n)
    {
        for (int i = 0; i < n; i += 16) Vector512.Max(Vector512.Load(y + i), Vector512<float>.Zero).Store(y + i);
    }

    /// <summary>d_i = 0 where y_i is not positive. True if some d_i ≠ 0 is left.</summary>
    public static bool Mask(float* d, float* y, int n)
    {
        var any = Vector512<float>.Zero;
        for (int i = 0; i < n; i += 16)
        {
            var kept = Vector512.Load(d + i) & Vector512.GreaterThan(Vector512.Load(y + i), Vector512<float>.Zero);
            kept.Store(d + i);
            any |= Vector512.Abs(kept);
        }
        return !Vector512.EqualsAll(any, Vector512<float>.Zero);
    }

    /// <summary>Sets n floats to 0.</summary>
    public static void Clear(float* y, int n) => new Span<float>(y, n).Clear();

    /// <summary>Sum of 16 lanes, by halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> v)
    {
        var half = v.GetLower() + v.GetUpper();
        var quarter = half.GetLower() + half.GetUpper();
        return quarter[0] + quarter[2] + (quarter[1] + quarter[3]);
    }
}
