namespace Forage.Cli.Frame;

/// <summary>What the process returns to its caller.</summary>
internal static class ExitCode
{
    /// <summary>All went well.</summary>
    public const int Fine = 0;

    /// <summary>The command was understood and failed: bad input, a missed target, a bug.</summary>
    public const int Failed = 1;

    /// <summary>The command line was not understood.</summary>
    public const int BadUsage = 2;

    /// <summary>Stopped by Ctrl-C (128 + SIGINT) after saving what could be saved.</summary>
    public const int Interrupted = 130;
}
