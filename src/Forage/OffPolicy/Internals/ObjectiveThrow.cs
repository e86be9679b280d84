using System.Globalization;

namespace Forage.OffPolicy.Internals;

/// <summary>Faults of a user who sets up learning from logs.</summary>
internal static class ObjectiveThrow
{
    /// <summary>A sentence with numbers written the same everywhere.</summary>
    public static ForageException Wrong(FormattableString message) => new(message.ToString(CultureInfo.InvariantCulture));
}
