using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Forage.Budgets.Internals;

/// <summary>The room's user errors, one sentence each.</summary>
internal static class BudgetThrow
{
    /// <summary>A user's mistake.</summary>
    [DoesNotReturn]
    public static void Wrong(FormattableString message) => throw new ForageException(message.ToString(CultureInfo.InvariantCulture));
}
