using System.Diagnostics.CodeAnalysis;

namespace Forage.Search.Internals;

/// <summary>What can be wrong with a program, each with a sentence that names it.</summary>
internal static class SearchThrow
{
    [DoesNotReturn]
    public static void Endless(int steps) => throw new ForageException($"The program asked for more than {steps} predictions on one input; a search task must come to an end (raise {nameof(SearchOptions.MostSteps)} if it would).");

    [DoesNotReturn]
    public static void NoLoss() => throw new ForageException("The program reported no loss; call Loss on every input that is learnt from, also when the loss is 0.");

    [DoesNotReturn]
    public static void NotFinite(double loss) => throw new ForageException($"The program reported a loss of {loss}; expected a number.");

    [DoesNotReturn]
    public static void Differs(int step, string how) => throw new ForageException($"The program differs when it is run again with the same answers: {how} at step {step}; a search task must depend on its input and its predictions only.");

    [DoesNotReturn]
    public static void Jumped(int step, int snapshot, string how) => throw new ForageException($"The snapshot at step {snapshot} lacks part of the program's state: started from it, {how} at step {step}.");

    [DoesNotReturn]
    public static void Lied(int step, int action, int snapshot, double shortLoss, double longLoss)
        => throw new ForageException($"The snapshot at step {snapshot} lacks part of the state that later predictions or losses depend on: after action {action} at step {step} the loss to go is {longLoss}, and the shortcut gave {shortLoss}.");

    [DoesNotReturn]
    public static void NoReference() => throw new ForageException("The program gave no reference at any step, and the options ask for one (roll-in or roll-out by the reference, or costs without roll-outs).");

    [DoesNotReturn]
    public static void BadPolicy(int policy, int policies) => throw new ForageException($"A prediction by policy {policy}; expected 0 to {policies - 1}.");

    [DoesNotReturn]
    public static void BadActions(int given, int expected, string what) => throw new ForageException($"{what} of {given} actions for a policy of {expected}.");

    [DoesNotReturn]
    public static void BadReference(int action, int actions) => throw new ForageException($"The reference is action {action}; expected 0 to {actions - 1}, or a negative number for none.");

    [DoesNotReturn]
    public static void BadCondition(int step, int now) => throw new ForageException($"A prediction at step {now} is conditioned on step {step}, which is still to come.");

    [DoesNotReturn]
    public static void TooManyConditions(int count) => throw new ForageException($"A prediction is conditioned on {count} earlier ones; expected at most {FeatureGather.MostConditions}.");
}
