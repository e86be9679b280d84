using System.Reflection;

namespace Forage;

/// <summary>The version of this library, as written into models and reports.</summary>
public static class ForageVersion
{
    /// <summary>Major.minor.patch.</summary>
    public static string Text { get; } = Assembly.GetExecutingAssembly().GetName().Version!.ToString(3);
}
