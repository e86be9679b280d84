namespace Forage;

/// <summary>
/// A mistake of the user's: bad input, a bad option, a file that is not what it was said to be. The message is one sentence that names the
/// offending value and what was expected; a caller may show it as it is. Every other exception that leaves the library is a bug of ours.
/// </summary>
public class ForageException : Exception
{
    /// <summary>A user's mistake with a message fit to be shown.</summary>
    public ForageException(string message) : base(message) { }

    /// <summary>A user's mistake with a message fit to be shown and the failure that revealed it.</summary>
    public ForageException(string message, Exception inner) : base(message, inner) { }
}
