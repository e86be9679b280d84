using Forage.Features;
using Forage.Quantiles.Quanting;
using Forage.Quantiles.Trees.Internals;

namespace Forage.Quantiles.Trees;

/// <summary>
/// C4.5 (Quinlan 1993) over numbers: splits x ≤ cut by gain ratio, fractional rows where values are missing, pessimistic pruning by subtree replacement. Splits are looked for in histograms of at most 255 bins;
/// with no more values a column they are C4.5's own.
/// </summary>
/// <param name="options">How.</param>
public sealed class DecisionTreeLearner(DecisionTreeOptions? options = null) : IBinaryLearner
{
    private readonly DecisionTreeOptions _options = (options ?? new DecisionTreeOptions()).Validated();

    /// <inheritdoc/>
    public IBinaryTraining Prepare(NumericTable table, Rng rng) => new Training(new BinnedTable(table, _options.Bins), _options);

    private sealed class Training(BinnedTable bins, DecisionTreeOptions options) : IBinaryTraining
    {
        public IBinaryClassifier Learn(ReadOnlySpan<bool> positive, ReadOnlySpan<float> weights, Rng rng) => TreeGrower.Grow(bins, positive, weights, options, rng);
    }
}
