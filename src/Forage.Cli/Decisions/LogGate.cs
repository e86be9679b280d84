using Forage.OffPolicy.Checking;

namespace Forage.Cli.Decisions;

/// <summary>Stops where the check of a log says that values computed from it would be wrong.</summary>
internal static class LogGate
{
    // What estimated propensities are a (rough) way around.
    private static readonly string[] s_propensities = ["propensity-missing", "propensity-zero", "propensity-above-one", "propensity-one", "propensity-test"];

    /// <summary>Passes if nothing forbids to go on.</summary>
    /// <exception cref="ForageException">What was found, and what can be done.</exception>
    public static void Require(LogCheckReport check, DecisionData data, bool estimate)
    {
        foreach (var finding in check.Findings)
        {
            if (finding.Severity != Severity.Error) continue;
            bool propensities = s_propensities.Contains(finding.Code);
            if (propensities && estimate) continue;
            if (finding.Code == "propensity-missing" && data.Logging is not null) continue;
            string help = propensities ? " (--estimate-propensities takes frequencies of actions instead; ./forage check shows the details)" : " (./forage check shows the details)";
            throw new ForageException($"{data.Path}: {finding.Sentence.TrimEnd('.')}{help}.");
        }
    }
}
