namespace Forage.OffPolicy.Checking;

/// <summary>How bad a finding is.</summary>
public enum Severity
{
    /// <summary>Looked at and in order.</summary>
    Fine,

    /// <summary>Worth knowing.</summary>
    Note,

    /// <summary>Estimates may mislead or be imprecise.</summary>
    Warning,

    /// <summary>Estimates from this log are wrong or impossible.</summary>
    Error,
}

/// <summary>One thing a check of a log found.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Code">A short fixed name for programs, such as <c>propensity-missing</c>.</param>
/// <param name="Sentence">What was found and what it means, in plain words.</param>
public sealed record LogFinding(Severity Severity, string Code, string Sentence);
