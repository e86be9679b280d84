using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Forage.Bandits.Elimination.Internals;

/// <summary>The folder's user errors, one sentence each.</summary>
internal static class EliminationThrow
{
    /// <summary>Refuses weights of contexts that are no distribution, however scaled.</summary>
    public static void CheckContexts(ReadOnlySpan<double> weights, int contexts)
    {
        if (weights.Length != contexts) Wrong($"{weights.Length} weights of contexts were given; expected {contexts}.");
        for (int x = 0; x < weights.Length; x++)
            if (!(weights[x] >= 0 && double.IsFinite(weights[x]))) Wrong($"Context {x} has weight {weights[x]}; expected a finite number of at least 0.");
    }

    /// <summary>A user's mistake.</summary>
    [DoesNotReturn]
    public static void Wrong(FormattableString message) => throw new ForageException(message.ToString(CultureInfo.InvariantCulture));
}
