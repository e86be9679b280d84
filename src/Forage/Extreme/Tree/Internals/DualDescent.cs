using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Forage.Features;

namespace Forage.Extreme.Tree.Internals;

/// <summary>
/// Dual coordinate descent for up to sixteen linear classifiers over the same examples at once, one a lane: min ½‖w‖² + C Σ_i loss(y_i w·x_i), w = Σ_i y_i α_i x_i.
/// Squared hinge: Hsieh et al., ICML 2008, algorithm 1 with Q̄ = Q + I/(2C). Logistic: Yu, Huang, Lin, Machine Learning 2011: each α_i solves
/// ln(α/(C-α)) + ‖x_i‖² (α - α_old) + y_i w·x_i = 0.
/// </summary>
/// <remarks>
/// With t = ln(α/(C-α)) the logistic equation is h(t) = t + ‖x‖² (Cσ(t) - α_old) + b = 0, increasing with slope at least 1. h is convex below 0 and concave above, so
/// Newton's method from a point of the root's own side of 0 that is not beyond it converges monotonically, and from beyond it is there after one step that is
/// stopped at 0. It starts at t = -b, the root once α_old = Cσ(-b). An example whose α is right in all lanes rests until the others are done.
/// </remarks>
internal sealed class DualDescent
{
    // A rest is earned by being this much better than what descent stops at.
    private const float RestShare = 0.1f;
    private const int NewtonSteps = 8;
    private const float NewtonTolerance = 1e-3f;

    private float[] _weights = [], _alpha = [], _squares = [];
    private int[] _order = [];

    /// <summary>Weights found: lane k of local column c at 16 c + k.</summary>
    public ReadOnlySpan<float> Weights => _weights;

    /// <summary>Dual variables: lane k of example i at 16 i + k.</summary>
    public ReadOnlySpan<float> Alpha => _alpha;

    /// <summary>Goes over the examples made.</summary>
    public int Passes { get; private set; }

    /// <summary>Descends.</summary>
    /// <param name="rows">The examples.</param>
    /// <param name="positive">Bit k of entry i: example i is a positive one of classifier k.</param>
    /// <param name="lanes">Number of classifiers.</param>
    /// <param name="options">Loss, C, and when to stop.</param>
    /// <param name="rng">Orders the examples.</param>
    public void Solve(LocalRows rows, ReadOnlySpan<ushort> positive, int lanes, LabelTreeOptions options, ref Rng rng)
    {
        int n = rows.Count;
        Reset(ref _weights, rows.ColumnCount * Lanes.Width);
        Reset(ref _alpha, n * Lanes.Width);
        if (_order.Length < n) (_order, _squares) = (new int[n], new float[n]);
        for (int i = 0; i < n; i++)
        {
            float square = 0;
            foreach (float v in rows.ValuesOf(i)) square += v * v;
            (_order[i], _squares[i]) = (i, square);
        }
        var used = Vector512.LessThan(Indices, Vector512.Create(lanes)).AsSingle();
        float tolerance = (float)options.Tolerance, rest = RestShare * tolerance;
        bool logistic = options.Loss == NodeLoss.Logistic;
        int active = n;
        for (Passes = 0; Passes < options.MaxPasses;)
        {
            rng.Shuffle(_order.AsSpan(0, active));
            float worst = 0;
            bool whole = active == n;
            int kept = 0;
            for (int s = 0; s < active; s++)
            {
                int i = _order[s];
                var columns = rows.ColumnsOf(i);
                var values = rows.ValuesOf(i);
                ref float alphas = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_alpha), i * Lanes.Width);
                var old = Vector512.LoadUnsafe(ref alphas);
                var y = Signs(positive[i]);
                var margin = y * Lanes.Dot(columns, values, _weights);
                var next = logistic ? Logistic(old, margin, _squares[i], (float)options.C, out var violation) : SquaredHinge(old, margin, _squares[i], (float)options.C, out violation);
                violation = Vector512.Abs(violation) & used;
                float most = Max(violation);
                worst = Math.Max(worst, most);
                if (most > rest)
                {
                    (_order[s], _order[kept]) = (_order[kept], _order[s]);
                    kept++;
                }
                var step = (next - old) & used;
                if (Vector512.EqualsAll(step, Vector512<float>.Zero)) continue;
                (old + step).StoreUnsafe(ref alphas);
                Lanes.Add(columns, values, y * step, _weights);
            }
            Passes++;
            if (worst <= tolerance)
            {
                if (whole) break;
                active = n;
            }
            else
            {
                active = kept;
            }
        }
    }

    private static Vector512<int> Indices => Vector512.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);

    private static Vector512<int> Bits => Vector512.Create(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Signs(ushort positive)
        => Vector512.ConditionalSelect(Vector512.Equals(Vector512.Create((int)positive) & Bits, Vector512<int>.Zero).AsSingle(), Vector512.Create(-1f), Vector512.Create(1f));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector512<float> Logistic(Vector512<float> old, Vector512<float> margin, float square, float c, out Vector512<float> violation)
    {
        var s = Probability.Sigmoid(-margin);
        violation = s - old * (1 / c);
        // h(0) tells the side of the root.
        var bend = Vector512.Create(square * c);
        var shift = margin - old * square;
        var below = Vector512.GreaterThan(shift + bend * 0.5f, Vector512<float>.Zero).AsSingle();
        var t = -margin;
        for (int k = 0; k < NewtonSteps; k++)
        {
            t = Vector512.ConditionalSelect(below, Vector512.Min(t, Vector512<float>.Zero), Vector512.Max(t, Vector512<float>.Zero));
            s = Probability.Sigmoid(t);
            var h = t + Vector512.FusedMultiplyAdd(bend, s, shift);
            var slope = Vector512.FusedMultiplyAdd(bend, s * (Vector512<float>.One - s), Vector512<float>.One);
            var step = h / slope;
            t -= step;
            if (Vector512.LessThanAll(Vector512.Abs(step), Vector512.Create(NewtonTolerance))) break;
        }
        return Probability.Sigmoid(t) * c;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> SquaredHinge(Vector512<float> old, Vector512<float> margin, float square, float c, out Vector512<float> violation)
    {
        float diagonal = 0.5f / c;
        var gradient = Vector512.FusedMultiplyAdd(old, Vector512.Create(diagonal), margin - Vector512<float>.One);
        var next = Vector512.Max(Vector512<float>.Zero, old - gradient * (1 / (square + diagonal)));
        violation = Vector512.ConditionalSelect(Vector512.Equals(old, Vector512<float>.Zero), Vector512.Min(gradient, Vector512<float>.Zero), gradient);
        return next;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Max(Vector512<float> x)
    {
        var half = Vector256.Max(x.GetLower(), x.GetUpper());
        var quarter = Vector128.Max(half.GetLower(), half.GetUpper());
        quarter = Vector128.Max(quarter, Vector128.Shuffle(quarter, Vector128.Create(2, 3, 0, 1)));
        return Math.Max(quarter[0], quarter[1]);
    }

    private static void Reset(ref float[] array, int length)
    {
        if (array.Length < length) array = new float[Math.Max(length, 3 * array.Length / 2)];
        else Array.Clear(array, 0, length);
    }
}
