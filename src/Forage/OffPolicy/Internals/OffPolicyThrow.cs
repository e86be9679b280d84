using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Forage.OffPolicy.Internals;

/// <summary>The room's user errors, one sentence each.</summary>
internal static class OffPolicyThrow
{
    [DoesNotReturn]
    public static void NoDistribution(long number) =>
        throw new ForageException($"{Decision(number)} has no logged distribution, which is needed here: log the whole distribution, or give the logging policy.");

    [DoesNotReturn]
    public static void RepeatedAction(int action, int first, int second) =>
        throw new ForageException($"Action {action} stands in positions {first} and {second} of one slate; a slate is drawn without replacement.");

    private static string Decision(long number) => number < 0 ? "The decision" : string.Create(CultureInfo.InvariantCulture, $"Decision {number}");
}
