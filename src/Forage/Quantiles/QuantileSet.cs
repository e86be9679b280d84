using Forage.Quantiles.Internals;

namespace Forage.Quantiles;

/// <summary>Examples to learn quantiles from: a table of features, a target a row, perhaps a weight a row.</summary>
/// <param name="Table">Features; NaN is a missing value.</param>
/// <param name="Targets">y, a finite number a row.</param>
/// <param name="Weights">Importance of each row, ≥ 0; null for 1.</param>
public sealed record QuantileSet(NumericTable Table, double[] Targets, float[]? Weights = null)
{
    /// <summary>Number of rows.</summary>
    public int Count => Targets.Length;

    /// <summary>Weight of a row.</summary>
    public float WeightOf(int row) => Weights is null ? 1 : Weights[row];

    /// <summary>Some of the rows, in the order given.</summary>
    public QuantileSet Select(ReadOnlySpan<int> rows)
    {
        double[] targets = new double[rows.Length];
        float[]? weights = Weights is null ? null : new float[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            targets[i] = Targets[rows[i]];
            if (weights is not null) weights[i] = Weights![rows[i]];
        }
        return new QuantileSet(Table.Select(rows), targets, weights);
    }

    /// <summary>The rows whose weight is not 0: the others are as if they were not there.</summary>
    internal QuantileSet Weighing() => Weights is null || !Weights.Contains(0) ? this : Select([.. Enumerable.Range(0, Count).Where(i => Weights[i] != 0)]);

    /// <summary>Checks sizes and values.</summary>
    /// <exception cref="ForageException">No row; a target that is not finite; a weight that is negative or not finite, or all of them 0; an infinite feature.</exception>
    public QuantileSet Validated()
    {
        if (Targets.Length != Table.Rows || Weights is not null && Weights.Length != Table.Rows)
            throw new ArgumentException($"{Table.Rows} rows, {Targets.Length} targets and {Weights?.Length ?? Table.Rows} weights were given; expected as many of each.");
        if (Count == 0) QuantileThrow.Wrong($"There are no examples to learn quantiles from; expected at least one.");
        double total = 0;
        for (int i = 0; i < Count; i++)
        {
            if (!double.IsFinite(Targets[i])) QuantileThrow.Wrong($"The target of row {i} is {Targets[i]}; expected a finite number.");
            if (Weights is not null && !(Weights[i] >= 0 && float.IsFinite(Weights[i]))) QuantileThrow.Wrong($"The weight of row {i} is {Weights[i]}; expected a finite number of at least 0.");
            total += WeightOf(i);
        }
        if (total == 0) QuantileThrow.Wrong($"All weights are 0; expected at least one that is not.");
        for (int c = 0; c < Table.Columns; c++)
        {
            foreach (float x in Table.Column(c))
                if (float.IsInfinity(x)) QuantileThrow.Wrong($"Column {c} has the value {x}; expected finite numbers, or NaN where a value is missing.");
        }
        return this;
    }
}
