namespace Forage.Cli.Frame;

/// <summary>The command line asks for something that cannot be: exit code 2.</summary>
internal sealed class UsageException(string message) : ForageException(message)
{
    /// <summary>An option's value must be such.</summary>
    /// <param name="holds">Whether it is.</param>
    /// <param name="command">The command: "learn".</param>
    /// <param name="option">The option: "--holdout".</param>
    /// <param name="value">What was given.</param>
    /// <param name="expected">What was expected.</param>
    public static void Require(bool holds, string command, string option, double value, string expected)
    {
        if (!holds) throw new UsageException(FormattableString.Invariant($"forage {command}: option '{option}' got '{value}', expected {expected}"));
    }

    /// <summary>Validates options; what they find wrong is a mistake in the command line.</summary>
    /// <param name="command">The command: "learn".</param>
    /// <param name="validate">Throws if an option is at fault.</param>
    public static void Check(string command, Action validate)
    {
        try
        {
            validate();
        }
        catch (ForageException e)
        {
            throw new UsageException($"forage {command}: {e.Message}");
        }
    }
}
