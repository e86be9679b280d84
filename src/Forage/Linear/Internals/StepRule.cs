using System.Runtime.CompilerServices;

namespace Forage.Linear.Internals;

/// <summary>
/// The scalar half of one online update: from a prediction and the change of prediction per unit of update to the size of the step. What is done
/// to each feature's state is the kernels' half.
/// </summary>
/// <remarks>
/// With per-feature rates s_i (see <see cref="RateOf"/>) a step u moves w_i by u·m·x_i·s_i, where m undoes the average scale of examples:
/// m = sqrt(W / S), S = Σ importance · Σ_i x_i²/N_i², W = Σ importance (Ross, Mineiro, Langford 2013, Algorithm 2).
/// </remarks>
internal sealed class StepRule
{
    private const float NoStep = 1e-8f;

    /// <summary>Margin from which on ln(1 + exp(-m)) is 0 in single precision: 24 ln 2.</summary>
    private const float NoLoss = 16.635532f;

    private readonly LinearOptions _options;

    public StepRule(LinearOptions options)
    {
        _options = options;
        bool scheduled = options.Adaptive || options.Normalized;
        double t0 = options.InitialT ?? (scheduled ? 0 : 1);
        Rate = options.LearningRate ?? (options.Adaptive && options.Normalized ? 0.5f : 10f);
        if (!scheduled) Rate *= (float)Math.Pow(t0, options.PowerT);
        Time = TotalWeight = NormSum = t0;
        bool logScale = options.Loss is LossKind.Logistic or LossKind.Poisson;
        Min = options.MinPrediction ?? (logScale ? -50 : 0);
        Max = options.MaxPrediction ?? (logScale ? 50 : 0);
    }

    /// <summary>Learning rate of the current pass.</summary>
    public float Rate { get; set; }

    /// <summary>Sum of the importances of all examples so far.</summary>
    public double Time { get; set; }

    /// <summary>W.</summary>
    public double TotalWeight { get; set; }

    /// <summary>S.</summary>
    public double NormSum { get; set; }

    public float Min { get; set; }

    public float Max { get; set; }

    public void ObserveLabel(float y)
    {
        if (_options.MinPrediction is null) Min = Math.Min(Min, y);
        if (_options.MaxPrediction is null) Max = Math.Max(Max, y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Clip(float raw) => float.IsNaN(raw) ? 0 : Math.Clamp(raw, Min, Max);

    /// <summary>a·ℓ'(p, y)², the increment of the adaptive sums per unit of x²; 0 if nothing is to be learnt.</summary>
    public float SquaredGradient(float p, float y, float importance)
    {
        if (_options.Loss == LossKind.Logistic ? y * p > NoLoss && Math.Abs(y) == 1 : Loss.Value(_options.Loss, _options.Tau, p, y) <= 0) return 0;
        float d = Loss.Derivative(_options.Loss, _options.Tau, p, y);
        return importance * d * d;
    }

    /// <summary>m, after counting this example's Σ x²/N².</summary>
    public float NormMultiplier(float importance, double norm)
    {
        if (!_options.Normalized) return 1;
        NormSum += importance * norm;
        TotalWeight += importance;
        return CurrentMultiplier;
    }

    /// <summary>m as it stands, no example counted.</summary>
    public float CurrentMultiplier
    {
        get
        {
            if (!_options.Normalized || NormSum <= 0) return 1;
            float w = (float)TotalWeight, s = (float)NormSum;
            if (_options.PowerT != 0.5f) return MathF.Pow(s / w, _options.PowerT - 1);
            return _options.Adaptive ? MathF.Sqrt(w / s) : w / s;
        }
    }

    /// <summary>The step u, before m: every weight moves by u·m·x·s.</summary>
    public float Step(float p, float y, float importance, float sensitivity, ref Shrinkage shrinkage)
    {
        float h = Rate * importance;
        if (!_options.Adaptive) h *= MathF.Pow((float)(Time + importance), -_options.PowerT);
        float u = _options.Invariant
            ? Loss.InvariantStep(_options.Loss, _options.Tau, p, y, h, sensitivity)
            : Loss.PlainStep(_options.Loss, _options.Tau, p, y, h);
        if ((_options.L1 > 0 || _options.L2 > 0) && Math.Abs(u) > NoStep)
        {
            double d = Loss.Derivative(_options.Loss, _options.Tau, p, y);
            if (Math.Abs(d) > NoStep)
            {
                double effective = -u / d;
                shrinkage.Contraction *= 1 - _options.L2 * effective;
                shrinkage.Gravity += _options.L1 * effective;
            }
        }
        u /= (float)shrinkage.Contraction;
        return float.IsNaN(u) ? 0 : u;
    }

    /// <summary>Per-feature rate s = G^-p · N^(2(p-1)) (p = <see cref="LinearOptions.PowerT"/>): 1/(sqrt(G)·N) at p = 1/2; without adaptive sums 1/N².</summary>
    public static float RateOf(LinearOptions o, float g, float n)
    {
        float p = o.PowerT, rate = 1;
        if (p == 0.5f)
        {
            if (o.Adaptive && o.Normalized) return 1 / (MathF.Sqrt(g) * n);
            if (o.Adaptive) return 1 / MathF.Sqrt(g);
            return o.Normalized ? 1 / (n * n) : 1;
        }
        if (o.Adaptive) rate = MathF.Pow(g, -p);
        if (o.Normalized) rate *= MathF.Pow(n * n, p - 1);
        return rate;
    }

    /// <summary>What a weight is multiplied by when its feature's scale grows from <paramref name="old"/> to <paramref name="grown"/>.</summary>
    public static float RescaleOf(LinearOptions o, float old, float grown)
    {
        float ratio = old / grown;
        if (o.PowerT != 0.5f) return MathF.Pow(1 / (ratio * ratio), o.PowerT - 1);
        return o.Adaptive ? ratio : ratio * ratio;
    }
}

/// <summary>Lazy l1 and l2 of one slot: the weight used is Contraction · sign(w) · max(|w| - Gravity, 0).</summary>
internal struct Shrinkage()
{
    public double Contraction = 1;
    public double Gravity;

    public readonly bool IsNone => Contraction == 1 && Gravity == 0;

    /// <summary>Time to apply it to the weights themselves, before floats lose it.</summary>
    public readonly bool IsDue => Contraction < 1e-9 || Gravity > 1e3;

    public readonly float Apply(float w) => (float)Contraction * Truncate(w, (float)Gravity);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Truncate(float w, float gravity) => MathF.CopySign(MathF.Max(MathF.Abs(w) - gravity, 0), w);
}
