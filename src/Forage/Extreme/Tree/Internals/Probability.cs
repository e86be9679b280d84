using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Forage.Extreme.Tree.Internals;

/// <summary>What margins stand for.</summary>
internal static class Probability
{
    private const float Most = 80;

    /// <summary>1 / (1 + exp(-x)), never above 1; x beyond ±80 counts as ±80, so that nothing overflows or is denormal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sigmoid(Vector512<float> x)
        => Vector512<float>.One / (Vector512<float>.One + Vector512.Exp(-Vector512.Min(Vector512.Max(x, Vector512.Create(-Most)), Vector512.Create(Most))));
}
