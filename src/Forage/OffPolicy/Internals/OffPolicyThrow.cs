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

    [DoesNotReturn]
    public static void NoAction(long number) =>
        throw new ForageException($"{Decision(number)} says nothing of what was chosen; a value can only be estimated from decisions with a chosen action.");

    [DoesNotReturn]
    public static void NoPropensity(long number, int position) =>
        throw new ForageException($"{Decision(number)} has no propensity at position {position}: expected the probability in (0, 1] with which the action was chosen.");

    [DoesNotReturn]
    public static void BadPropensity(long number, int position, double propensity) =>
        throw new ForageException($"{Decision(number)} has propensity {Text(propensity)} at position {position}: expected a probability in (0, 1].");

    [DoesNotReturn]
    public static void BadAction(long number, int position, int action, int actionCount) =>
        throw new ForageException($"{Decision(number)} has action {action} at position {position}: expected an action in 0..{actionCount - 1}.");

    [DoesNotReturn]
    public static void BadReward(double reward) =>
        throw new ForageException($"A reward of {Text(reward)} was met: expected a finite number.");

    [DoesNotReturn]
    public static void RewardOutside(double reward, RewardRange range) =>
        throw new ForageException($"A reward of {Text(reward)} was met: expected one in [{Text(range.Lower)}, {Text(range.Upper)}], the range declared.");

    [DoesNotReturn]
    public static void BadWeight(double weight) =>
        throw new ForageException($"An importance weight of {Text(weight)} was met: expected a finite number of at least 0 (is a propensity far too small?).");

    [DoesNotReturn]
    public static void WeightOverflow(long number, int position, double logWeight) =>
        throw new ForageException($"{Decision(number)} has an importance weight of e^{Text(logWeight)} at position {position}, more than a number can hold: expected propensities not so close to 0.");

    [DoesNotReturn]
    public static void WeightAbove(double weight, double limit) =>
        throw new ForageException($"An importance weight of {Text(weight)} was met: expected at most {Text(limit)}, the largest weight declared.");

    [DoesNotReturn]
    public static void SelectionTooSmall(long number, int selected, int length) =>
        throw new ForageException($"{Decision(number)} shows {length} actions, but only the top {selected} are selected: expected a selection at least as large as the slate.");

    [DoesNotReturn]
    public static void NoModel(string estimator) =>
        throw new ForageException($"The {estimator} estimator needs a reward model, but the decisions were weighed without one.");

    [DoesNotReturn]
    public static void SlateTooLong(int length, int declared) =>
        throw new ForageException($"A slate of {length} positions was met: expected at most {declared}, the length declared.");

    [DoesNotReturn]
    public static void BadConfidence(double confidence) =>
        throw new ForageException($"The confidence is {Text(confidence)}: expected a number strictly between 0 and 1, such as 0.95.");

    [DoesNotReturn]
    public static void BadOption(string name, double value, string expected) =>
        throw new ForageException($"{name} is {Text(value)}: expected {expected}.");

    [DoesNotReturn]
    public static void Mismatch(string what, string mine, string theirs) =>
        throw new ForageException($"Two parts with different {what} cannot be merged: {mine} and {theirs}.");

    public static string Text(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    private static string Decision(long number) => number < 0 ? "The decision" : string.Create(CultureInfo.InvariantCulture, $"Decision {number}");
}
