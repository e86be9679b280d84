using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Forage.Features;

namespace Forage.Linear.Internals;

/// <summary>Where a feature's state stands: four floats w (weight), G (adaptive sum), N (largest |x|), s (rate of the current example), or w alone.</summary>
internal readonly unsafe struct SingleTable(float* data, int bits, bool stateful)
{
    public readonly float* Data = data;
    public readonly uint Mask = bits == 32 ? uint.MaxValue : (1u << bits) - 1;
    public readonly int Shift = stateful ? 2 : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* At(uint index) => Data + ((nuint)(index & Mask) << Shift);
}

/// <summary>Σ x_i w_i, or Σ x_i T(w_i, gravity). Four running sums so that additions overlap; their order is fixed.</summary>
internal unsafe struct DotKernel(SingleTable table, float gravity) : IFeatureVisitor
{
    private float _a, _b, _c, _d;

    public readonly float Sum => (_a + _b) + (_c + _d);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Visit(uint xor, float scale, ReadOnlySpan<uint> indices, ReadOnlySpan<float> values)
    {
        ref uint index = ref MemoryMarshal.GetReference(indices);
        ref float value = ref MemoryMarshal.GetReference(values);
        int n = indices.Length, i = 0;
        if (gravity > 0)
        {
            for (; i < n; i++) _a += Unsafe.Add(ref value, i) * scale * Shrinkage.Truncate(*table.At(Unsafe.Add(ref index, i) ^ xor), gravity);
            return;
        }
        float* data = table.Data;
        uint mask = table.Mask;
        int shift = table.Shift;
        float a = 0, b = 0, c = 0, d = 0;
        for (; i + 4 <= n; i += 4)
        {
            a = MathF.FusedMultiplyAdd(Unsafe.Add(ref value, i), data[(nuint)((Unsafe.Add(ref index, i) ^ xor) & mask) << shift], a);
            b = MathF.FusedMultiplyAdd(Unsafe.Add(ref value, i + 1), data[(nuint)((Unsafe.Add(ref index, i + 1) ^ xor) & mask) << shift], b);
            c = MathF.FusedMultiplyAdd(Unsafe.Add(ref value, i + 2), data[(nuint)((Unsafe.Add(ref index, i + 2) ^ xor) & mask) << shift], c);
            d = MathF.FusedMultiplyAdd(Unsafe.Add(ref value, i + 3), data[(nuint)((Unsafe.Add(ref index, i + 3) ^ xor) & mask) << shift], d);
        }
        for (; i < n; i++) a = MathF.FusedMultiplyAdd(Unsafe.Add(ref value, i), data[(nuint)((Unsafe.Add(ref index, i) ^ xor) & mask) << shift], a);
        _a = MathF.FusedMultiplyAdd(scale, a, _a);
        _b = MathF.FusedMultiplyAdd(scale, b, _b);
        _c = MathF.FusedMultiplyAdd(scale, c, _c);
        _d = MathF.FusedMultiplyAdd(scale, d, _d);
    }
}

/// <summary>
/// For adaptive and normalised updates with exponent 1/2: G += q x², N = max(N, |x|) with the weight rescaled by N_old/N, s = 1/(sqrt(G) N), and
/// the sums Σ x²/N² and Σ x² s. Eight features at a time; <see cref="Reference"/> is the scalar twin and gives the same bits.
/// </summary>
internal unsafe struct RateKernel(SingleTable table, float squaredGradient, bool scalar) : IFeatureVisitor
{
    /// <summary>Magnitudes of values are taken to lie between these bounds, so that no sum or rate overflows or vanishes.</summary>
    public const float SmallestValue = 1e-12f, LargestValue = 1e15f;

    /// <summary>|x| within the bounds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Magnitude(float x) => MathF.Min(MathF.Max(MathF.Abs(x), SmallestValue), LargestValue);

    private Vector256<float> _norms, _sensitivities;
    private float _norm, _sensitivity;

    public readonly float Norm => _norm + Vector256.Sum(_norms);

    public readonly float Sensitivity => _sensitivity + Vector256.Sum(_sensitivities);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Visit(uint xor, float scale, ReadOnlySpan<uint> indices, ReadOnlySpan<float> values)
    {
        int i = 0, n = indices.Length;
        ref uint index = ref MemoryMarshal.GetReference(indices);
        ref float value = ref MemoryMarshal.GetReference(values);
        if (Avx2.IsSupported && !scalar)
        {
            var q = Vector256.Create(squaredGradient);
            var mask = Vector256.Create(table.Mask);
            var flip = Vector256.Create(xor);
            var scales = Vector256.Create(scale);
            Vector256<float> smallest = Vector256.Create(SmallestValue), largest = Vector256.Create(LargestValue);
            var norms = _norms;
            var sensitivities = _sensitivities;
            float* data = table.Data;
            for (; i + 8 <= n; i += 8)
            {
                var at = (Vector256.LoadUnsafe(ref index, (nuint)i) ^ flip) & mask;
                if (HasDuplicate(at))
                {
                    (_norms, _sensitivities) = (norms, sensitivities);
                    Reference(xor, scale, ref Unsafe.Add(ref index, i), ref Unsafe.Add(ref value, i));
                    (norms, sensitivities) = (_norms, _sensitivities);
                    continue;
                }
                float* p0 = data + ((nuint)at.GetElement(0) << 2), p1 = data + ((nuint)at.GetElement(1) << 2);
                float* p2 = data + ((nuint)at.GetElement(2) << 2), p3 = data + ((nuint)at.GetElement(3) << 2);
                float* p4 = data + ((nuint)at.GetElement(4) << 2), p5 = data + ((nuint)at.GetElement(5) << 2);
                float* p6 = data + ((nuint)at.GetElement(6) << 2), p7 = data + ((nuint)at.GetElement(7) << 2);
                var y0 = Vector256.Create(Vector128.Load(p0), Vector128.Load(p4));
                var y1 = Vector256.Create(Vector128.Load(p1), Vector128.Load(p5));
                var y2 = Vector256.Create(Vector128.Load(p2), Vector128.Load(p6));
                var y3 = Vector256.Create(Vector128.Load(p3), Vector128.Load(p7));
                Vector256<float> t0 = Avx.UnpackLow(y0, y1), t1 = Avx.UnpackHigh(y0, y1), t2 = Avx.UnpackLow(y2, y3), t3 = Avx.UnpackHigh(y2, y3);
                Vector256<float> w = Avx.Shuffle(t0, t2, 0x44), g = Avx.Shuffle(t0, t2, 0xEE), big = Avx.Shuffle(t1, t3, 0x44);

                var x = Vector256.Min(Vector256.Max(Vector256.Abs(Vector256.LoadUnsafe(ref value, (nuint)i) * scales), smallest), largest);
                if (Vector256.GreaterThanAny(x, big))
                {
                    var grown = Vector256.Max(x, big);
                    w = Vector256.ConditionalSelect(Vector256.GreaterThan(x, big), w * (big / grown), w);
                    big = grown;
                }
                var x2 = x * x;
                g = Vector256.FusedMultiplyAdd(q, x2, g);
                var root = Vector256.Sqrt(g);
                var s = Vector256<float>.One / (root * big);
                var relative = x * s * root;
                norms = Vector256.FusedMultiplyAdd(relative, relative, norms);
                sensitivities = Vector256.FusedMultiplyAdd(x2, s, sensitivities);

                t0 = Avx.UnpackLow(w, g);
                t1 = Avx.UnpackHigh(w, g);
                t2 = Avx.UnpackLow(big, s);
                t3 = Avx.UnpackHigh(big, s);
                y0 = Avx.Shuffle(t0, t2, 0x44);
                y1 = Avx.Shuffle(t0, t2, 0xEE);
                y2 = Avx.Shuffle(t1, t3, 0x44);
                y3 = Avx.Shuffle(t1, t3, 0xEE);
                y0.GetLower().Store(p0);
                y1.GetLower().Store(p1);
                y2.GetLower().Store(p2);
                y3.GetLower().Store(p3);
                y0.GetUpper().Store(p4);
                y1.GetUpper().Store(p5);
                y2.GetUpper().Store(p6);
                y3.GetUpper().Store(p7);
            }
            (_norms, _sensitivities) = (norms, sensitivities);
        }
        else
        {
            for (; i + 8 <= n; i += 8) Reference(xor, scale, ref Unsafe.Add(ref index, i), ref Unsafe.Add(ref value, i));
        }
        for (; i < n; i++)
        {
            One(Unsafe.Add(ref index, i) ^ xor, Unsafe.Add(ref value, i) * scale, out float relative, out float x2, out float s);
            _norm = MathF.FusedMultiplyAdd(relative, relative, _norm);
            _sensitivity = MathF.FusedMultiplyAdd(x2, s, _sensitivity);
        }
    }

    /// <summary>The scalar twin: eight features, one after the other, into the eight running sums.</summary>
    private void Reference(uint xor, float scale, ref uint index, ref float value)
    {
        for (int lane = 0; lane < 8; lane++)
        {
            One(Unsafe.Add(ref index, lane) ^ xor, Unsafe.Add(ref value, lane) * scale, out float relative, out float x2, out float s);
            _norms = _norms.WithElement(lane, MathF.FusedMultiplyAdd(relative, relative, _norms.GetElement(lane)));
            _sensitivities = _sensitivities.WithElement(lane, MathF.FusedMultiplyAdd(x2, s, _sensitivities.GetElement(lane)));
        }
    }

    private readonly void One(uint index, float value, out float relative, out float x2, out float s)
    {
        float* state = table.At(index);
        float x = Magnitude(value);
        if (x > state[2])
        {
            state[0] *= state[2] / x;
            state[2] = x;
        }
        x2 = x * x;
        state[1] = MathF.FusedMultiplyAdd(squaredGradient, x2, state[1]);
        float root = MathF.Sqrt(state[1]);
        state[3] = s = 1 / (root * state[2]);
        relative = x * s * root; // x / N without a second division
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool HasDuplicate(Vector256<uint> at)
    {
        if (Avx512CD.VL.IsSupported) return Avx512CD.VL.DetectConflicts(at) != Vector256<uint>.Zero;
        var one = Avx2.PermuteVar8x32(at, Vector256.Create(1u, 2, 3, 4, 5, 6, 7, 0));
        var two = Avx2.PermuteVar8x32(at, Vector256.Create(2u, 3, 4, 5, 6, 7, 0, 1));
        var three = Avx2.PermuteVar8x32(at, Vector256.Create(3u, 4, 5, 6, 7, 0, 1, 2));
        var four = Avx2.Permute2x128(at, at, 1);
        var same = Vector256.Equals(at, one) | Vector256.Equals(at, two) | Vector256.Equals(at, three) | Vector256.Equals(at, four);
        return same != Vector256<uint>.Zero;
    }
}

/// <summary>The same for every other combination of adaptive, normalised and exponent; scalar.</summary>
internal unsafe struct GeneralRateKernel(SingleTable table, LinearOptions options, float squaredGradient) : IFeatureVisitor
{
    public float Norm { get; private set; }

    public float Sensitivity { get; private set; }

    public void Visit(uint xor, float scale, ReadOnlySpan<uint> indices, ReadOnlySpan<float> values)
    {
        for (int i = 0; i < indices.Length; i++)
        {
            float* state = table.At(indices[i] ^ xor);
            float x = RateKernel.Magnitude(values[i] * scale);
            if (options.Adaptive) state[1] += squaredGradient * x * x;
            if (options.Normalized)
            {
                if (x > state[2])
                {
                    if (state[2] > 0) state[0] *= StepRule.RescaleOf(options, state[2], x);
                    state[2] = x;
                }
                float relative = x / state[2];
                Norm += relative * relative;
            }
            state[3] = StepRule.RateOf(options, state[1], state[2]);
            Sensitivity += x * x * state[3];
        }
    }
}

/// <summary>Σ x², the sensitivity of plain gradient descent.</summary>
internal struct SquareKernel : IFeatureVisitor
{
    public float Sum { get; private set; }

    public void Visit(uint xor, float scale, ReadOnlySpan<uint> indices, ReadOnlySpan<float> values)
    {
        float sum = 0;
        foreach (float v in values) sum = MathF.FusedMultiplyAdd(v, v, sum);
        Sum += scale * scale * sum;
    }
}

/// <summary>w += u x s; s is 1 where there is no per-feature state.</summary>
internal readonly unsafe struct UpdateKernel(SingleTable table, float step) : IFeatureVisitor
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Visit(uint xor, float scale, ReadOnlySpan<uint> indices, ReadOnlySpan<float> values)
    {
        ref uint index = ref MemoryMarshal.GetReference(indices);
        ref float value = ref MemoryMarshal.GetReference(values);
        float u = step * scale;
        float* data = table.Data;
        uint mask = table.Mask;
        if (table.Shift == 0)
        {
            for (int i = 0; i < indices.Length; i++)
            {
                float* w = data + ((Unsafe.Add(ref index, i) ^ xor) & mask);
                *w = MathF.FusedMultiplyAdd(u, Unsafe.Add(ref value, i), *w);
            }
            return;
        }
        for (int i = 0; i < indices.Length; i++)
        {
            float* state = data + ((nuint)((Unsafe.Add(ref index, i) ^ xor) & mask) << 2);
            state[0] = MathF.FusedMultiplyAdd(u, Unsafe.Add(ref value, i) * state[3], state[0]);
        }
    }
}

/// <summary>Asks for the cache lines of a row that comes next.</summary>
internal readonly unsafe struct PrefetchKernel(SingleTable table) : IFeatureVisitor
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Visit(uint xor, float scale, ReadOnlySpan<uint> indices, ReadOnlySpan<float> values)
    {
        if (!Sse.IsSupported) return;
        ref uint index = ref MemoryMarshal.GetReference(indices);
        for (int i = 0; i < indices.Length; i++) Sse.Prefetch0(table.At(Unsafe.Add(ref index, i)));
    }
}
