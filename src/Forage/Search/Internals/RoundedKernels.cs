using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Forage.Search.Internals;

/// <summary>
/// Inner loops over rows of 16-bit weights, 32 actions a step, summed in 32 bits: whole numbers, so every order gives the same. Each has a scalar twin.
/// </summary>
internal static unsafe class RoundedKernels
{
    /// <summary>Numbers of a step; rows are padded to a multiple of it.</summary>
    public const int Lane = 32;

    /// <summary>scores[a] = unit Σ_i x_i W[rows_i, a]; no values mean 1.</summary>
    public static void Score(short* weights, ReadOnlySpan<uint> rows, ReadOnlySpan<float> values, float* scores, int width, float unit)
    {
        var u = Vector512.Create(unit);
        for (int a = 0; a < width; a += 16)
        {
            if (values.IsEmpty)
            {
                var sum = Vector512<int>.Zero;
                foreach (uint row in rows) sum += Load(weights + row * (nuint)width + a);
                (Vector512.ConvertToSingle(sum) * u).Store(scores + a);
                continue;
            }
            var s = Vector512<float>.Zero;
            for (int i = 0; i < rows.Length; i++) s += Vector512.Create(values[i]) * (Vector512.ConvertToSingle(Load(weights + rows[i] * (nuint)width + a)) * u);
            s.Store(scores + a);
        }
    }

    /// <summary>The scalar twin of <see cref="Score"/>.</summary>
    public static void ScoreScalar(short* weights, ReadOnlySpan<uint> rows, ReadOnlySpan<float> values, float* scores, int width, float unit)
    {
        for (int a = 0; a < width; a++)
        {
            int whole = 0;
            float sum = 0;
            for (int i = 0; i < rows.Length; i++)
            {
                short w = weights[rows[i] * (nuint)width + (nuint)a];
                if (values.IsEmpty) whole += w;
                else sum += values[i] * (w * unit);
            }
            scores[a] = values.IsEmpty ? whole * unit : sum;
        }
    }

    /// <summary>sums[a] += Σ_i W[rows_i, a].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(short* weights, uint* rows, int count, int* sums, int width)
    {
        for (int a = 0; a < width; a += Lane)
        {
            var (low, high) = (Vector512.Load(sums + a), Vector512.Load(sums + a + 16));
            for (int i = 0; i < count; i++)
            {
                short* w = weights + rows[i] * (nuint)width + a;
                low += Load(w);
                high += Load(w + 16);
            }
            low.Store(sums + a);
            high.Store(sums + a + 16);
        }
    }

    /// <summary>The scalar twin of <see cref="Add(short*, uint*, int, int*, int)"/>.</summary>
    public static void AddScalar(short* weights, uint* rows, int count, int* sums, int width)
    {
        for (int i = 0; i < count; i++)
            for (int a = 0; a < width; a++) sums[a] += weights[rows[i] * (nuint)width + (nuint)a];
    }

    /// <summary>The first of the greatest scores; <paramref name="width"/> is a multiple of 32, and scores of padding are very small.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Best(int* scores, int width)
    {
        var top = Vector512.Max(Vector512.Load(scores), Vector512.Load(scores + 16));
        for (int a = Lane; a < width; a += 16) top = Vector512.Max(top, Vector512.Load(scores + a));
        var half = Vector256.Max(top.GetLower(), top.GetUpper());
        var quarter = Vector128.Max(half.GetLower(), half.GetUpper());
        quarter = Vector128.Max(quarter, Vector128.Shuffle(quarter, Vector128.Create(2, 3, 0, 1)));
        quarter = Vector128.Max(quarter, Vector128.Shuffle(quarter, Vector128.Create(1, 0, 3, 2)));
        var most = Vector512.Create(quarter.ToScalar());
        for (int a = 0; ; a += Lane)
        {
            uint equal = (uint)Vector512.Equals(Vector512.Load(scores + a), most).ExtractMostSignificantBits()
                | (uint)Vector512.Equals(Vector512.Load(scores + a + 16), most).ExtractMostSignificantBits() << 16;
            if (equal != 0) return a + BitOperations.TrailingZeroCount(equal);
        }
    }

    /// <summary>The scalar twin of <see cref="Best"/>.</summary>
    public static int BestScalar(int* scores, int width)
    {
        int best = 0;
        for (int a = 1; a < width; a++)
            if (scores[a] > scores[best]) best = a;
        return best;
    }

    /// <summary>Sixteen weights as 32-bit numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Load(short* weights)
    {
        var narrow = Vector256.Load(weights);
        if (Avx512F.IsSupported) return Avx512F.ConvertToVector512Int32(narrow);
        var (low, high) = Vector256.Widen(narrow);
        return Vector512.Create(low, high);
    }
}
