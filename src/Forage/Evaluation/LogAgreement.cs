using Forage.OffPolicy;
using Forage.OffPolicy.Checking;

namespace Forage.Evaluation;

/// <summary>Whether a policy is the one that made a log: its conditional probabilities against the propensities logged.</summary>
public static class LogAgreement
{
    /// <summary>Relative difference up to which both are called the same; sums in another order and other machines' arithmetic stay far below.</summary>
    public const double Tolerance = 1e-3;

    /// <summary>Compares the two on up to <paramref name="sample"/> decisions spread over the log.</summary>
    /// <returns>A finding: fine, or an error that says how far they are apart.</returns>
    public static LogFinding Of(DecisionLog log, IPolicy policy, int sample = 2000)
    {
        var scratch = new PolicyScratch();
        int step = Math.Max(1, log.Count / sample), seen = 0, apart = 0, missing = 0;
        double worst = 0;
        for (int i = 0; i < log.Count; i += step)
        {
            scratch.Clear();
            var slate = log.Slate(i);
            var p = policy.Distribution(log.Context(i), scratch);
            var logs = scratch.Doubles(slate.Length);
            PlackettLuce.LogConditionals(p, slate, logs);
            seen++;
            double difference = 0;
            for (int j = 0; j < slate.Length; j++)
            {
                if (double.IsNaN(slate[j].LogPropensity)) missing++;
                else difference = Math.Max(difference, Math.Abs(Math.Exp(logs[j] - slate[j].LogPropensity) - 1));
            }
            worst = Math.Max(worst, difference);
            if (!(difference <= Tolerance)) apart++;
        }
        if (missing > 0) return new LogFinding(Severity.Note, "logging-policy-unverified", FormattableString.Invariant($"Of the actions looked at {missing:N0} have no propensity, so whether the logging policy given made this log was not verified on them."));
        return apart == 0
            ? new LogFinding(Severity.Fine, "logging-policy-agrees", FormattableString.Invariant($"The logging policy given is the one that made the log: its probabilities are the propensities logged in all {seen:N0} decisions looked at (largest relative difference {worst:0.#e+0})."))
            : new LogFinding(Severity.Error, "logging-policy-differs", FormattableString.Invariant($"The logging policy given is not the one that made this log: in {apart:N0} of {seen:N0} decisions its probabilities differ from the propensities logged, by up to {100 * worst:G3} %."));
    }
}
