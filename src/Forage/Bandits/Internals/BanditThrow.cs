using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Forage.Bandits.Internals;

/// <summary>The room's user errors, one sentence each.</summary>
internal static class BanditThrow
{
    [DoesNotReturn]
    public static void BadOption(string what, double value, string expected) => throw new ForageException($"The {what} is {Text(value)}; expected {expected}.");

    [DoesNotReturn]
    public static void BadAction(int action, int count) => throw new ForageException($"Action {action} was reported; expected an action in 0..{count - 1} of this decision.");

    [DoesNotReturn]
    public static void Excluded(int action) => throw new ForageException($"Action {action} was reported, but it is excluded from this decision; expected an eligible one.");

    [DoesNotReturn]
    public static void BadProbability(double probability) =>
        throw new ForageException($"The probability {Text(probability)} was reported; expected the one in (0, 1] the action was drawn with.");

    [DoesNotReturn]
    public static void ActionCount(int given, int expected) => throw new ForageException($"The decision has {given} actions; expected the {expected} the bandit was made for.");

    [DoesNotReturn]
    public static void NoAction() => throw new ForageException("The decision has no action that can be chosen; expected at least one.");

    [DoesNotReturn]
    public static void NoActionFeatures() => throw new ForageException("The decision's actions have no rows; expected one a row, as the bandit knows actions by their features only.");

    [DoesNotReturn]
    public static void NotADistribution(double sum) => throw new ForageException($"Probabilities that sum to {Text(sum)} were given; expected 1.");

    [DoesNotReturn]
    public static void BadFeature(double value) => throw new ForageException($"A feature with value {Text(value)} was met; expected a finite number.");

    [DoesNotReturn]
    public static void TooManyFeatures(int dimensions) =>
        throw new ForageException($"More than {dimensions - 1} distinct features were met; expected no more than the dimensions less one (ask for more, or project onto them).");

    public static string Text(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
