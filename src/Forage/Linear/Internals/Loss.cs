using System.Runtime.CompilerServices;

namespace Forage.Linear.Internals;

/// <summary>
/// The losses ℓ(p, y) with their derivatives and steps. h is learning rate × importance, s the change of the prediction per unit of update. The
/// invariant step solves dp/dh = -s ℓ'(p, y), p(0) = p in closed form and divides by s (Karampatziakis and Langford 2011), so that an example of
/// importance k moves the prediction as k infinitesimal streams of it would and never past the label.
/// </summary>
internal static class Loss
{
    private const float Tiny = 1e-6f;
    private const float MaxExponent = 44;

    public static float Value(LossKind kind, float tau, float p, float y) => kind switch
    {
        LossKind.Squared => (p - y) * (p - y),
        LossKind.Logistic => y is 1 or -1 ? LogOnePlusExp(-y * p) : Mix(y, LogOnePlusExp(-p), LogOnePlusExp(p)),
        LossKind.Hinge => Math.Max(0, 1 - y * p),
        LossKind.Quantile => y > p ? tau * (y - p) : (1 - tau) * (p - y),
        LossKind.Poisson => Deviance(p, y),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>dℓ/dp; of half the deviance for Poisson.</summary>
    public static float Derivative(LossKind kind, float tau, float p, float y) => kind switch
    {
        LossKind.Squared => 2 * (p - y),
        LossKind.Logistic => y is 1 or -1 ? -y / (1 + MathF.Exp(y * p)) : Mix(y, -1 / (1 + MathF.Exp(p)), 1 / (1 + MathF.Exp(-p))),
        LossKind.Hinge => y * p >= 1 ? 0 : -y,
        LossKind.Quantile => y > p ? -tau : y < p ? 1 - tau : 0,
        LossKind.Poisson => MathF.Exp(Clip(p)) - y,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>Step of plain gradient descent, -h ℓ'.</summary>
    public static float PlainStep(LossKind kind, float tau, float p, float y, float h) => -h * Derivative(kind, tau, p, y);

    /// <summary>The importance-invariant step.</summary>
    public static float InvariantStep(LossKind kind, float tau, float p, float y, float h, float s)
    {
        float c = h * s;
        switch (kind)
        {
            case LossKind.Squared:
                return c < Tiny ? 2 * (y - p) * h : (y - p) * (1 - MathF.Exp(-2 * c)) / s;
            case LossKind.Logistic:
                return y is 1 or -1 ? LogisticStep(p, y, h, s, c) : Mix(y, LogisticStep(p, 1, h, s, c), LogisticStep(p, -1, h, s, c));
            case LossKind.Hinge:
                float margin = 1 - y * p;
                return margin <= 0 ? 0 : y * (c < margin ? h : margin / s);
            case LossKind.Quantile:
                float e = y - p;
                if (e > 0) return tau * c < e ? tau * h : e / s;
                return e < 0 ? ((tau - 1) * c > e ? (tau - 1) * h : e / s) : 0;
            case LossKind.Poisson:
                return PoissonStep(Clip(p), y, h, s, c);
            default:
                throw new ArgumentOutOfRangeException(nameof(kind));
        }
    }

    /// <summary>exp(p(h) y) + p(h) y = c + p y + exp(p y): solved by Lambert's W, W(eˣ) - x below.</summary>
    private static float LogisticStep(float p, float y, float h, float s, float c)
    {
        float d = MathF.Exp(y * p);
        if (c < Tiny) return y * h / (1 + d);
        return -(y * LambertOfExpMinus(c + y * p + d) + p) / s;
    }

    /// <summary>p(h) = p + y c - ln(1 + e^p (e^{y c} - 1)/y): the flow of dp/dc = y - e^p.</summary>
    private static float PoissonStep(float p, float y, float h, float s, float c)
    {
        if (y > 0)
        {
            if (y * c > MaxExponent) return (MathF.Log(y) - p) / s;
            return y * h - LogOnePlus(MathF.Exp(p) * ExpMinusOne(y * c) / y) / s;
        }
        float growth = MathF.Exp(p) * c;
        return float.IsFinite(growth) ? -LogOnePlus(growth) / s : -(p + MathF.Log(c)) / s;
    }

    /// <summary>W(eˣ) - x, by one Halley-like step (Winitzki's iteration) from a rough start; error below 1e-4.</summary>
    private static float LambertOfExpMinus(double x)
    {
        double w = x >= 1 ? 0.86 * x + 0.01 : Math.Exp(0.8 * x - 0.65);
        double r = x >= 1 ? x - Math.Log(w) - w : 0.2 * x + 0.65 - w;
        double t = 1 + w;
        double u = 2 * t * (t + 2.0 / 3.0 * r);
        return (float)(w * (1 + r / t * (u - r) / (u - 2 * r)) - x);
    }

    private static float Deviance(float p, float y)
    {
        p = Clip(p);
        return 2 * (y * (MathF.Log(y + Tiny) - p) - (y - MathF.Exp(p)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float LogOnePlusExp(float z) => z > 30 ? z : MathF.Log(1 + MathF.Exp(z));

    private static float LogOnePlus(float z) => z < 1e-3f ? z - z * z / 2 : MathF.Log(1 + z);

    private static float ExpMinusOne(float z) => z < 1e-3f ? z + z * z / 2 : MathF.Exp(z) - 1;

    private static float Clip(float p) => Math.Clamp(p, -MaxExponent, MaxExponent);

    /// <summary>Soft labels y in [-1, 1]: the expectation over a label of +1 with probability (1 + y)/2.</summary>
    private static float Mix(float y, float plus, float minus) => 0.5f * (1 + y) * plus + 0.5f * (1 - y) * minus;
}
