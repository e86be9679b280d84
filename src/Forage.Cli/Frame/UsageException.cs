namespace Forage.Cli.Frame;

/// <summary>The command line asks for something that cannot be: exit code 2.</summary>
internal sealed class UsageException(string message) : ForageException(message)
{
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
