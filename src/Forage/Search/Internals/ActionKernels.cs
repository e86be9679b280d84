using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Forage.Search.Internals;

/// <summary>
/// Inner loops over rows of weights, sixteen actions a step. Each has a scalar twin that computes the same numbers in the same order (sums use no
/// fused operation, so that the twins are equal bit for bit on every machine).
/// </summary>
internal static unsafe class ActionKernels
{
    /// <summary>scores[a] = Σ_i x_i W[rows_i, a] over <paramref name="width"/> floats, a multiple of 16; no values mean 1. Row 0 is skipped.</summary>
    public static void Score(float* weights, nuint cell, ReadOnlySpan<uint> rows, ReadOnlySpan<float> values, float* scores, int width)
    {
        for (int a = 0; a < width; a += 64)
        {
            switch (Math.Min(64, width - a))
            {
                case 16: Score1(weights + a, cell, rows, values, scores + a); break;
                case 32: Score2(weights + a, cell, rows, values, scores + a); break;
                case 48: Score3(weights + a, cell, rows, values, scores + a); break;
                default: Score4(weights + a, cell, rows, values, scores + a); break;
            }
        }
    }

    /// <summary>The scalar twin of <see cref="Score"/>.</summary>
    public static void ScoreScalar(float* weights, nuint cell, ReadOnlySpan<uint> rows, ReadOnlySpan<float> values, float* scores, int width)
    {
        for (int a = 0; a < width; a++)
        {
            float sum = 0;
            for (int i = 0; i < rows.Length; i++)
                if (rows[i] != 0) sum += (values.IsEmpty ? 1 : values[i]) * weights[rows[i] * cell + (nuint)a];
            scores[a] = sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Score1(float* weights, nuint cell, ReadOnlySpan<uint> rows, ReadOnlySpan<float> values, float* scores)
    {
        var s0 = Vector512<float>.Zero;
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i] == 0) continue;
            float* w = weights + rows[i] * cell;
            s0 += values.IsEmpty ? Vector512.Load(w) : Vector512.Create(values[i]) * Vector512.Load(w);
        }
        s0.Store(scores);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Score2(float* weights, nuint cell, ReadOnlySpan<uint> rows, ReadOnlySpan<float> values, float* scores)
    {
        var (s0, s1) = (Vector512<float>.Zero, Vector512<float>.Zero);
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i] == 0) continue;
            float* w = weights + rows[i] * cell;
            if (values.IsEmpty)
            {
                s0 += Vector512.Load(w);
                s1 += Vector512.Load(w + 16);
            }
            else
            {
                var x = Vector512.Create(values[i]);
                s0 += x * Vector512.Load(w);
                s1 += x * Vector512.Load(w + 16);
            }
        }
        s0.Store(scores);
        s1.Store(scores + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Score3(float* weights, nuint cell, ReadOnlySpan<uint> rows, ReadOnlySpan<float> values, float* scores)
    {
        var (s0, s1, s2) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i] == 0) continue;
            float* w = weights + rows[i] * cell;
            if (values.IsEmpty)
            {
                s0 += Vector512.Load(w);
                s1 += Vector512.Load(w + 16);
                s2 += Vector512.Load(w + 32);
            }
            else
            {
                var x = Vector512.Create(values[i]);
                s0 += x * Vector512.Load(w);
                s1 += x * Vector512.Load(w + 16);
                s2 += x * Vector512.Load(w + 32);
            }
        }
        s0.Store(scores);
        s1.Store(scores + 16);
        s2.Store(scores + 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Score4(float* weights, nuint cell, ReadOnlySpan<uint> rows, ReadOnlySpan<float> values, float* scores)
    {
        var (s0, s1, s2, s3) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i] == 0) continue;
            float* w = weights + rows[i] * cell;
            var x = Vector512.Create(values.IsEmpty ? 1 : values[i]);
            s0 += x * Vector512.Load(w);
            s1 += x * Vector512.Load(w + 16);
            s2 += x * Vector512.Load(w + 32);
            s3 += x * Vector512.Load(w + 48);
        }
        s0.Store(scores);
        s1.Store(scores + 16);
        s2.Store(scores + 32);
        s3.Store(scores + 48);
    }

    /// <summary>
    /// AdaGrad on one row with averaging: for every action G += (x d)², Δ = -rate · x d / sqrt(G), w += Δ, U += time · Δ. A row is w, G, U, each
    /// <paramref name="width"/> floats.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Update(float* row, float* gradient, float x, float rate, float time, float floor, int width)
    {
        var (vx, vr, vt, ve) = (Vector512.Create(x), Vector512.Create(-rate), Vector512.Create(time), Vector512.Create(floor));
        for (int a = 0; a < width; a += 16)
        {
            var d = vx * Vector512.Load(gradient + a);
            float* w = row + a;
            var g = Vector512.Load(w + width) + d * d;
            g.Store(w + width);
            var step = vr * d / Vector512.Sqrt(g + ve);
            (Vector512.Load(w) + step).Store(w);
            (Vector512.Load(w + 2 * width) + vt * step).Store(w + 2 * width);
        }
    }

    /// <summary>The scalar twin of <see cref="Update"/>.</summary>
    public static void UpdateScalar(float* row, float* gradient, float x, float rate, float time, float floor, int width)
    {
        for (int a = 0; a < width; a++)
        {
            float d = x * gradient[a];
            float g = row[width + a] += d * d;
            float step = -rate * d / MathF.Sqrt(g + floor);
            row[a] += step;
            row[2 * width + a] += time * step;
        }
    }

    /// <summary>Asks the memory for a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(float* row, int width)
    {
        if (!Sse.IsSupported) return;
        for (int a = 0; a < width; a += 16) Sse.Prefetch0(row + a);
    }

    /// <summary>
    /// The action with the greatest score among those whose <paramref name="mask"/> is 0 (null for all); the smaller number among equals. Both have room for a
    /// multiple of 16, and what stands behind the last action does not count.
    /// </summary>
    public static int Best(float* scores, float* mask, int actions)
    {
        var top = Vector512.Create(float.NegativeInfinity);
        for (int a = 0; a < actions; a += 16) top = Vector512.MaxNative(top, Allowed(scores, mask, a, actions));
        var half = Vector256.MaxNative(top.GetLower(), top.GetUpper());
        var quarter = Vector128.MaxNative(half.GetLower(), half.GetUpper());
        quarter = Vector128.MaxNative(quarter, Vector128.Shuffle(quarter, Vector128.Create(2, 3, 0, 1)));
        quarter = Vector128.MaxNative(quarter, Vector128.Shuffle(quarter, Vector128.Create(1, 0, 3, 2)));
        float most = quarter.ToScalar();
        if (most > float.NegativeInfinity)
        {
            for (int a = 0; a < actions; a += 16)
            {
                ulong equal = Vector512.Equals(Allowed(scores, mask, a, actions), Vector512.Create(most)).ExtractMostSignificantBits();
                if (equal != 0) return a + BitOperations.TrailingZeroCount(equal);
            }
        }
        return BestScalar(scores, mask, actions); // nothing but -infinity, or no numbers at all
    }

    /// <summary>The scalar twin of <see cref="Best"/>.</summary>
    public static int BestScalar(float* scores, float* mask, int actions)
    {
        int best = -1;
        float top = float.NegativeInfinity;
        for (int a = 0; a < actions; a++)
        {
            if (mask != null && mask[a] != 0) continue;
            if (best >= 0 && !(scores[a] > top)) continue;
            (best, top) = (a, scores[a]);
        }
        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Allowed(float* scores, float* mask, int a, int actions)
    {
        var x = Vector512.Load(scores + a);
        if (mask != null) return Vector512.ConditionalSelect(Vector512.Equals(Vector512.Load(mask + a), Vector512<float>.Zero), x, Vector512.Create(float.NegativeInfinity));
        if (a + 16 <= actions) return x;
        return Vector512.ConditionalSelect(Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(actions - a)).AsSingle(), x, Vector512.Create(float.NegativeInfinity));
    }
}
