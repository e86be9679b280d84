namespace Forage.OffPolicy.Selective;

/// <summary>One policy on one log, weighed in every way there is, side by side in one pass.</summary>
public sealed class SelectiveComparison
{
    private readonly List<Way> _ways = [];

    /// <summary>A comparison.</summary>
    /// <param name="target">π.</param>
    /// <param name="selector">Φ.</param>
    /// <param name="slateLength">Positions of a slate. Default 1.</param>
    /// <param name="inclusion">Weigh by inclusion probabilities too; needs the logging distribution.</param>
    /// <param name="logging">ρ, used in place of logged propensities and distributions. Default none.</param>
    public SelectiveComparison(IPolicy target, IActionSelector selector, int slateLength = 1, bool inclusion = false, IPolicy? logging = null)
    {
        if (slateLength == 1)
        {
            Add("importance sampling", SlateWeighting.Prefix, null);
            Add("selective, truncated", SlateWeighting.Prefix, SelectionWeight.Truncated);
            Add("selective, renormalised", SlateWeighting.Prefix, SelectionWeight.Renormalized);
            return;
        }
        Add("whole slate", SlateWeighting.WholeSlate, null);
        Add("full prefix", SlateWeighting.Prefix, null);
        Add("full prefix, truncated", SlateWeighting.Prefix, SelectionWeight.Truncated);
        if (inclusion)
        {
            Add("inclusion", SlateWeighting.Inclusion, null);
            Add("inclusion, truncated", SlateWeighting.Inclusion, SelectionWeight.Truncated);
        }
        Add("pruned prefix", SlateWeighting.Pruned, null);
        Add("pruned prefix, renormalised (Eq. 10)", SlateWeighting.Pruned, SelectionWeight.Renormalized);

        void Add(string name, SlateWeighting slates, SelectionWeight? selection) => _ways.Add(new Way(name, new PolicyWeigher(target, new PolicyWeigherOptions
        {
            Slates = slates,
            Selector = selection is null ? null : selector,
            Selection = selection ?? SelectionWeight.Truncated,
            Logging = logging,
        })));
    }

    /// <summary>Takes in one decision.</summary>
    public void Add(scoped in DecisionContext context, scoped ReadOnlySpan<LoggedAction> slate)
    {
        foreach (var way in _ways)
        {
            var seen = way.Weigher.Weigh(context, slate);
            way.Ips.Add(seen);
            way.Snips.Add(seen);
            way.Weights.Add(seen);
        }
    }

    /// <summary>One row for each way of weighing.</summary>
    public IReadOnlyList<SelectiveRow> Result(double confidence = 0.95) =>
        [.. _ways.Select(w => new SelectiveRow(w.Name, w.Ips.Result(confidence), w.Snips.Result(confidence), w.Weights))];

    private sealed record Way(string Name, PolicyWeigher Weigher)
    {
        public IpsEstimator Ips { get; } = new();

        public SnipsEstimator Snips { get; } = new();

        public SlateWeightStatistics Weights { get; } = new();
    }
}

/// <summary>A row of a <see cref="SelectiveComparison"/>.</summary>
/// <param name="Name">How weights were formed.</param>
/// <param name="Ips">Inverse propensity scoring with these weights.</param>
/// <param name="Snips">The self-normalised value; of truncated weights it is not one of π.</param>
/// <param name="Weights">The weights, by position.</param>
public sealed record SelectiveRow(string Name, Estimate Ips, Estimate Snips, SlateWeightStatistics Weights);
