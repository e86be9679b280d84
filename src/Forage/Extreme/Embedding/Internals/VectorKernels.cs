using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

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
