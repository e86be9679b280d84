namespace Forage.Quantiles.Quanting;

/// <summary>
/// The classification examples of Algorithm 1, for all thresholds t_0 &lt; t_1 &lt; …: row i is positive at threshold k if y_i ≥ t_k, that is if k is below its rank. A positive
/// weighs <paramref name="PositiveWeight"/> (q), a negative <paramref name="NegativeWeight"/> (1 - q), times the row's own weight.
/// </summary>
/// <param name="Table">The features.</param>
/// <param name="Thresholds">The thresholds, ascending.</param>
/// <param name="Ranks">Number of thresholds at or below the target of each row.</param>
/// <param name="RowWeights">Importance of each row; null for 1.</param>
/// <param name="PositiveWeight">Weight of a positive.</param>
/// <param name="NegativeWeight">Weight of a negative.</param>
public sealed record ThresholdSample(NumericTable Table, double[] Thresholds, int[] Ranks, float[]? RowWeights, float PositiveWeight, float NegativeWeight)
{
    /// <summary>Number of rows.</summary>
    public int Count => Ranks.Length;

    /// <summary>Weight of row <paramref name="i"/> at threshold <paramref name="k"/>.</summary>
    public float Weight(int i, int k) => (k < Ranks[i] ? PositiveWeight : NegativeWeight) * (RowWeights is null ? 1 : RowWeights[i]);

    /// <summary>Classes and weights of one threshold.</summary>
    public void Fill(int k, Span<bool> positive, Span<float> weights)
    {
        for (int i = 0; i < Ranks.Length; i++)
        {
            positive[i] = k < Ranks[i];
            weights[i] = Weight(i, k);
        }
    }

    /// <summary>The sample of some of the rows.</summary>
    public ThresholdSample Select(ReadOnlySpan<int> rows)
    {
        int[] ranks = new int[rows.Length];
        float[]? weights = RowWeights is null ? null : new float[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            ranks[i] = Ranks[rows[i]];
            if (weights is not null) weights[i] = RowWeights![rows[i]];
        }
        return this with { Table = Table.Select(rows), Ranks = ranks, RowWeights = weights };
    }
}
