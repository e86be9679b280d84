using Forage.Extreme.Embedding.Internals;

namespace Forage.Extreme.Embedding;

/// <summary>How label vectors are clustered and searched. Stored with the index.</summary>
public sealed record LabelIndexOptions
{
    /// <summary>About how many labels a leaf has, at least 1; the number of leaves is a power of 2.</summary>
    public int LeafSize { get; init; } = 320;

    /// <summary>Leaves whose labels get rough scores, at least 1: time goes up with it, and recall.</summary>
    public int Beam { get; init; } = 600;

    /// <summary>Labels that get exact scores, those of the best rough ones, at least 1; 0: all in the leaves read, and no rough scores.</summary>
    public int Shortlist { get; init; } = 512;

    /// <summary>How many deviations of the scores in a leaf are added to its mean score when leaves are chosen, ≥ 0: what it may hold, not what it holds on average. What is best depends on the model; 0 did no worse on the one in <c>bench/extreme-serving</c>.</summary>
    public float Spread { get; init; }

    /// <summary>Rounds of 2-means a split.</summary>
    public int Rounds { get; init; } = 6;

    /// <summary>Rounds in which labels move to nearer leaves once all is split; 0 keeps leaves of equal size.</summary>
    public int Moves { get; init; } = 2;

    /// <summary>Seed of where splits start.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ForageException">The first option that is out of range, with what was expected.</exception>
    public void Validate()
    {
        EmbeddingThrow.Require(LeafSize >= 1, "number of labels a leaf", LeafSize, "at least 1");
        EmbeddingThrow.Require(Beam >= 1, "beam", Beam, "at least 1");
        EmbeddingThrow.Require(Shortlist >= 0, "length of the shortlist", Shortlist, "0 (all) or more");
        EmbeddingThrow.Require(Spread is >= 0 and < float.PositiveInfinity, "number of deviations", Spread, "0 or more");
        EmbeddingThrow.Require(Rounds >= 1, "number of rounds", Rounds, "at least 1");
        EmbeddingThrow.Require(Moves >= 0, "number of rounds in which labels move", Moves, "0 or more");
    }
}
