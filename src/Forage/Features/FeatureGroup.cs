namespace Forage.Features;

/// <summary>A run of features that belong to one namespace: positions [<paramref name="Start"/>, <paramref name="End"/>) of a block.</summary>
/// <param name="Namespace">First byte of the namespace's name, by which interactions name it; a blank for the default namespace.</param>
/// <param name="Start">First position.</param>
/// <param name="End">One past the last position.</param>
public readonly record struct FeatureGroup(byte Namespace, int Start, int End)
{
    /// <summary>Namespace byte of features given without one.</summary>
    public const byte Default = (byte)' ';

    /// <summary>Number of features.</summary>
    public int Count => End - Start;
}
