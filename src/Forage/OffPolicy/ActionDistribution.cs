namespace Forage.OffPolicy;

/// <summary>
/// A distribution over actions, sparse for large sets: <see cref="Actions"/>[i] has probability <see cref="Probabilities"/>[i] and every
/// other action 0. With no <see cref="Actions"/> it is dense over 0..n-1.
/// </summary>
public readonly ref struct ActionDistribution(ReadOnlySpan<int> actions, ReadOnlySpan<double> probabilities)
{
    /// <summary>Actions of positive probability, each once; empty for a dense distribution.</summary>
    public ReadOnlySpan<int> Actions { get; } = actions;

    /// <summary>Their probabilities; they sum to 1.</summary>
    public ReadOnlySpan<double> Probabilities { get; } = probabilities;

    /// <summary>Number of entries.</summary>
    public int Count => Probabilities.Length;

    /// <summary>True if entry i is action i.</summary>
    public bool IsDense => Actions.IsEmpty;

    /// <summary>The action of entry <paramref name="i"/>.</summary>
    public int ActionAt(int i) => IsDense ? i : Actions[i];

    /// <summary>Probability of <paramref name="action"/>; 0 if it is not listed.</summary>
    public double ProbabilityOf(int action)
    {
        if (IsDense) return (uint)action < (uint)Probabilities.Length ? Probabilities[action] : 0;
        int i = Actions.IndexOf(action);
        return i < 0 ? 0 : Probabilities[i];
    }
}
