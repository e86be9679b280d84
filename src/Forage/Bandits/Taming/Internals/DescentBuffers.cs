namespace Forage.Bandits.Taming.Internals;

/// <summary>Memory of a <see cref="CoordinateDescent"/>, kept from one to the next so that epochs of one round allocate next to nothing.</summary>
internal sealed class DescentBuffers
{
    /// <summary>contexts × K rewards for the oracle, at least.</summary>
    public double[] Rewards { get; private set; } = [];

    /// <summary>One action a context, at least.</summary>
    public int[] Choices { get; private set; } = [];

    /// <summary>Makes room.</summary>
    public void Reserve(int contexts, int actions)
    {
        if (contexts <= Choices.Length) return;
        int capacity = Math.Max(contexts, Math.Min(2 * Choices.Length, Array.MaxLength / actions));
        (Choices, Rewards) = (new int[capacity], new double[capacity * actions]);
    }
}
