using System.Runtime.Intrinsics;
using Forage.Linear.Internals;

namespace Forage.Extreme.Embedding.Internals;

/// <summary>Steps of the rows of one table, with the moments they need. Different rows may be stepped from different threads at once.</summary>
internal sealed unsafe class RowOptimizer : IDisposable
{
    private readonly EmbeddingTrainerOptions _options;
    private readonly WeightTable _weights;
    private readonly WeightTable _state; // Adam: m then v of a row; AdaGrad: sums
    private readonly float[] _sums; // row-wise AdaGrad
    private readonly int[] _steps; // Adam
    private readonly BiasState[] _bias;
    private readonly float[] _correct1, _correct2; // 1/(1-β₁ⁿ), 1/√(1-β₂ⁿ), until they are 1
    private readonly int _width, _dimension;
    private readonly float _rate;

    public RowOptimizer(EmbeddingTrainerOptions options, float rate, WeightTable weights, int width, int dimension, bool biases)
    {
        (_options, _rate, _weights, _width, _dimension) = (options, rate, weights, width, dimension);
        int rows = (int)(weights.Length / width);
        _state = new WeightTable(options.Optimizer switch { EmbeddingOptimizer.Adam => 2 * weights.Length, EmbeddingOptimizer.AdaGrad => weights.Length, _ => 0 });
        _sums = options.Optimizer == EmbeddingOptimizer.RowAdaGrad ? new float[rows] : [];
        bool adam = options.Optimizer == EmbeddingOptimizer.Adam;
        _steps = adam ? new int[rows] : [];
        _bias = biases ? new BiasState[rows] : [];
        _correct1 = adam ? Corrections(options.Beta1, root: false) : [];
        _correct2 = adam ? Corrections(options.Beta2, root: true) : [];
    }

    /// <summary>Multiplies the rate; a schedule's.</summary>
    public float RateFactor { get; set; } = 1;

    /// <summary>Steps a row along its gradient, which is used up.</summary>
    public void Step(int row, float* gradient)
    {
        float* w = _weights.Data + (long)row * _width;
        if (_options.L2 > 0) VectorKernels.AddScaled(_options.L2, w, gradient, _width);
        float rate = _rate * RateFactor;
        switch (_options.Optimizer)
        {
            case EmbeddingOptimizer.Adam:
                float* m = _state.Data + 2 * (long)row * _width;
                int n = Math.Min(++_steps[row], int.MaxValue - 1);
                OptimizerKernels.Adam(w, m, m + _width, gradient, _width, Coefficients(rate, n));
                break;
            case EmbeddingOptimizer.AdaGrad:
                OptimizerKernels.AdaGrad(w, _state.Data + (long)row * _width, gradient, _width, rate, _options.Epsilon);
                break;
            case EmbeddingOptimizer.RowAdaGrad:
                _sums[row] += VectorKernels.Dot(gradient, gradient, _width) / _dimension;
                VectorKernels.AddScaled(-rate / (MathF.Sqrt(_sums[row]) + _options.Epsilon), gradient, w, _width);
                break;
            default:
                VectorKernels.AddScaled(-rate, gradient, w, _width);
                break;
        }
    }

    /// <summary>Steps a row's bias, before or after its vector.</summary>
    public void StepBias(int row, float gradient, ref float bias)
    {
        float rate = _rate * RateFactor;
        ref var s = ref _bias[row];
        switch (_options.Optimizer)
        {
            case EmbeddingOptimizer.Adam:
                s.Steps++;
                var c = Coefficients(rate, s.Steps);
                s.First = c.Beta1 * s.First + (1 - c.Beta1) * gradient;
                s.Second = c.Beta2 * s.Second + (1 - c.Beta2) * gradient * gradient;
                bias -= c.Rate * s.First / (MathF.Sqrt(s.Second) * c.Root + c.Epsilon);
                break;
            case EmbeddingOptimizer.Sgd:
                bias -= rate * gradient;
                break;
            default:
                s.Second += gradient * gradient;
                bias -= rate * gradient / (MathF.Sqrt(s.Second) + _options.Epsilon);
                break;
        }
    }

    public void Dispose() => _state.Dispose();

    private AdamCoefficients Coefficients(float rate, int n) => new(
        rate * (n < _correct1.Length ? _correct1[n] : 1), n < _correct2.Length ? _correct2[n] : 1, _options.Beta1, _options.Beta2, _options.Epsilon);

    private static float[] Corrections(double beta, bool root)
    {
        var list = new List<float> { 0 };
        double power = beta;
        for (; power > 1e-9; power *= beta) list.Add((float)(root ? 1 / Math.Sqrt(1 - power) : 1 / (1 - power)));
        return [.. list];
    }

    private struct BiasState
    {
        public float First, Second;
        public int Steps;
    }
}

/// <summary>Numbers of one Adam step: w -= Rate m/(√v Root + Epsilon), Rate with the correction of m in it, Root that of √v.</summary>
internal readonly record struct AdamCoefficients(float Rate, float Root, float Beta1, float Beta2, float Epsilon);

/// <summary>Steps of one row; lengths are multiples of 16.</summary>
internal static unsafe class OptimizerKernels
{
    public static void Adam(float* w, float* m, float* v, float* g, int n, in AdamCoefficients c)
    {
        Vector512<float> b1 = Vector512.Create(c.Beta1), a1 = Vector512.Create(1 - c.Beta1), b2 = Vector512.Create(c.Beta2), a2 = Vector512.Create(1 - c.Beta2);
        Vector512<float> rate = Vector512.Create(-c.Rate), root = Vector512.Create(c.Root), epsilon = Vector512.Create(c.Epsilon);
        for (int i = 0; i < n; i += 16)
        {
            var gradient = Vector512.Load(g + i);
            var first = Vector512.FusedMultiplyAdd(b1, Vector512.Load(m + i), a1 * gradient);
            var second = Vector512.FusedMultiplyAdd(b2, Vector512.Load(v + i), a2 * gradient * gradient);
            first.Store(m + i);
            second.Store(v + i);
            var step = rate * first / Vector512.FusedMultiplyAdd(Vector512.Sqrt(second), root, epsilon);
            (Vector512.Load(w + i) + step).Store(w + i);
        }
    }

    public static void AdaGrad(float* w, float* sums, float* g, int n, float rate, float epsilon)
    {
        Vector512<float> r = Vector512.Create(-rate), e = Vector512.Create(epsilon);
        for (int i = 0; i < n; i += 16)
        {
            var gradient = Vector512.Load(g + i);
            var sum = Vector512.FusedMultiplyAdd(gradient, gradient, Vector512.Load(sums + i));
            sum.Store(sums + i);
            Vector512.FusedMultiplyAdd(r, gradient / (Vector512.Sqrt(sum) + e), Vector512.Load(w + i)).Store(w + i);
        }
    }
}
