namespace Forage.Features;

/// <summary>Receives the names behind feature indices while text is parsed, for reports. Implementations are safe for several threads.</summary>
public interface IFeatureNames
{
    /// <summary>Feature <paramref name="name"/> (with its string value, if it has one) of namespace <paramref name="ns"/> has index <paramref name="index"/>.</summary>
    void Add(uint index, ReadOnlySpan<byte> ns, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value);
}
