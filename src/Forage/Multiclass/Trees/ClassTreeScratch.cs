using Forage.Linear;

namespace Forage.Multiclass.Trees;

/// <summary>A thread's workspace for predicting with trees over classes; it grows to what they need and is used again.</summary>
public sealed class ClassTreeScratch
{
    /// <summary>Regressors asked so far.</summary>
    public long Products { get; set; }

    internal PooledRow Row => Rows[0];

    /// <summary>Rows on their way down at the same time.</summary>
    internal PooledRow[] Rows { get; } = [new(), new(), new(), new()];

    /// <summary>Nodes kept in a search, best first, and the logarithms of their probabilities.</summary>
    internal (int Node, double Log)[] Level = new (int, double)[4];

    /// <summary>Those of the level below.</summary>
    internal (int Node, double Log)[] Next = new (int, double)[4];

    /// <summary>Candidate classes.</summary>
    internal int[] Candidates = new int[64];

    /// <summary>How many of them the last prediction looked at.</summary>
    internal int Found { get; set; }

    internal void Reserve(int beam, int candidates)
    {
        if (Level.Length < beam) (Level, Next) = (new (int, double)[beam], new (int, double)[beam]);
        if (Candidates.Length < candidates) Candidates = new int[candidates];
    }
}
