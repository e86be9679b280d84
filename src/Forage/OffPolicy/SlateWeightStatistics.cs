namespace Forage.OffPolicy;

/// <summary>
/// <see cref="WeightStatistics"/> of whole decisions and of each position of their slates: the later the position, the more weights vary and the sooner
/// overfitted propensities show. A position shorter slates lack counts only the decisions that have it.
/// </summary>
public sealed class SlateWeightStatistics : IMergeable<SlateWeightStatistics>
{
    private readonly List<WeightStatistics> _positions = [];

    /// <summary>Of the decisions' mean weights.</summary>
    public WeightStatistics Whole { get; } = new();

    /// <summary>Number of positions of the longest slate seen.</summary>
    public int Length => _positions.Count;

    /// <summary>Of one position, from 0.</summary>
    public WeightStatistics this[int position] => _positions[position];

    /// <summary>Takes in one decision.</summary>
    public void Add(scoped in Observation observation)
    {
        Whole.Add(observation);
        Grow(observation.Weights.Length);
        for (int j = 0; j < observation.Weights.Length; j++) _positions[j].Add(observation.Weights[j]);
    }

    /// <inheritdoc/>
    public void Merge(SlateWeightStatistics other)
    {
        Whole.Merge(other.Whole);
        Grow(other.Length);
        for (int j = 0; j < other.Length; j++) _positions[j].Merge(other._positions[j]);
    }

    private void Grow(int length)
    {
        while (_positions.Count < length) _positions.Add(new WeightStatistics());
    }
}
