namespace Forage.Oracles;

/// <summary>A deterministic policy over the numbered contexts of an <see cref="IArgMaxOracle"/>; it never changes its mind.</summary>
public interface IContextPolicy
{
    /// <summary>What it plays in consecutive contexts.</summary>
    /// <param name="first">Number of the first context.</param>
    /// <param name="actions">Receives the actions of contexts first, first + 1, ...</param>
    void Choose(int first, Span<int> actions);
}
