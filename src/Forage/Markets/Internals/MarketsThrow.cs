using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Forage.Markets.Internals;

/// <summary>The room's user errors, one sentence each.</summary>
internal static class MarketsThrow
{
    [DoesNotReturn]
    public static void BadProbability(string what, double value) =>
        throw new ForageException($"{what} is {Text(value)}: expected a probability in [0, 1].");

    [DoesNotReturn]
    public static void BadBelief(int trader, int outcome, double value) =>
        throw new ForageException($"Trader {trader} believes outcome {outcome} has probability {Text(value)}: expected a number in [0, 1].");

    [DoesNotReturn]
    public static void BadSum(int trader, double sum) =>
        throw new ForageException($"The probabilities of trader {trader} add up to {Text(sum)}: expected 1.");

    [DoesNotReturn]
    public static void BadFraction(int trader, double value) =>
        throw new ForageException($"Trader {trader} has Kelly fraction {Text(value)}: expected a number in [0, 1].");

    [DoesNotReturn]
    public static void BadWealth(int trader, double value) =>
        throw new ForageException($"Trader {trader} has wealth {Text(value)}: expected a finite number that is not negative.");

    [DoesNotReturn]
    public static void NoWealth() => throw new ForageException("No trader has any wealth: expected at least one with more than 0.");

    [DoesNotReturn]
    public static void NobodyBets() => throw new ForageException("No trader that has wealth bets (all fractions are 0): there is no price.");

    [DoesNotReturn]
    public static void AllBankrupt(long round, int outcome) =>
        throw new ForageException($"Outcome {outcome} came true in round {round} though every trader with wealth gave it probability 0: all would be bankrupt; clip the beliefs.");

    [DoesNotReturn]
    public static void BadTolerance(int trader, double value) =>
        throw new ForageException($"Trader {trader} has risk tolerance {Text(value)}: expected a finite number above 0.");

    [DoesNotReturn]
    public static void CertainCara(int trader, int outcome) =>
        throw new ForageException($"Trader {trader} of constant risk aversion gives outcome {outcome} probability 0 and would sell it without limit: expected a positive probability.");

    [DoesNotReturn]
    public static void BadOption(string name, double value, string expected) =>
        throw new ForageException($"{name} is {Text(value)}: expected {expected}.");

    [DoesNotReturn]
    public static void BadLength(string what, int given, int expected) =>
        throw new ForageException($"{what} has {given} numbers: expected {expected}.");

    [DoesNotReturn]
    public static void BadOutcome(int outcome, int outcomes) =>
        throw new ForageException($"Outcome {outcome} is not one of 0..{outcomes - 1}.");

    [DoesNotReturn]
    public static void NotOpen() => throw new ForageException("There is no open market to settle: expected beliefs first, then the outcome.");

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
