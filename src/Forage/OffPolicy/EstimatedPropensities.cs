using Forage.Features;
using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy;

/// <summary>Which group a decision belongs to, for frequencies by group; -1 for none.</summary>
public delegate int DecisionGroup(scoped in DecisionContext context);

/// <summary>
/// A stand-in for a logging policy whose propensities were not recorded: how often each action was chosen, in groups of decisions if one says which (a position, a
/// segment, a period). Made by <see cref="PropensityEstimator"/>, on request only.
/// </summary>
/// <remarks>
/// Right only if, within a group, choices did not depend on the context; otherwise every value computed from it is biased, and no interval shows it. <see cref="Caveat"/> says so and belongs into
/// every output. <see cref="Sample"/> draws from the posterior of the frequencies, so that at least their sampling error can be carried into results.
/// </remarks>
public sealed class EstimatedPropensities : IPolicy
{
    private readonly double[][] _groups;
    private readonly DecisionGroup? _group;

    internal EstimatedPropensities(double[][] groups, DecisionGroup? group, long count)
    {
        _groups = groups;
        _group = group;
        Count = count;
    }

    /// <summary>Decisions it was estimated from.</summary>
    public long Count { get; }

    /// <summary>What has to stand beside every number that rests on it.</summary>
    public string Caveat => FormattableString.Invariant(
        $"Propensities were not logged but estimated from how often each action was chosen in {Count} decisions{(_group is null ? "" : $" ({_groups.Length} groups)")}: values are right only if choices did not depend on the context{(_group is null ? "" : " within a group")}.");

    /// <inheritdoc/>
    public ActionDistribution Distribution(scoped in DecisionContext context, PolicyScratch scratch)
    {
        var weights = _groups[Group(context)];
        var p = scratch.Doubles(context.ActionCount);
        double sum = 0;
        for (int a = 0; a < p.Length; a++) p[a] = a < weights.Length ? weights[a] : 0;
        foreach (int a in context.Excluded) p[a] = 0;
        foreach (double w in p) sum += w;
        if (!(sum > 0)) p.Fill(1.0 / p.Length);
        else
            for (int a = 0; a < p.Length; a++) p[a] /= sum;
        return new ActionDistribution(default, p);
    }

    /// <summary>Another draw of the frequencies from their posterior (Dirichlet with these pseudo-counts).</summary>
    public EstimatedPropensities Sample(ref Rng rng)
    {
        var groups = new double[_groups.Length][];
        for (int g = 0; g < groups.Length; g++)
        {
            groups[g] = new double[_groups[g].Length];
            for (int a = 0; a < groups[g].Length; a++) groups[g][a] = _groups[g][a] > 0 ? Gamma.Draw(_groups[g][a], ref rng) : 0;
        }
        return new EstimatedPropensities(groups, _group, Count);
    }

    private int Group(scoped in DecisionContext context)
    {
        int group = _group is null ? 0 : _group(context);
        return (uint)group < (uint)_groups.Length ? group : throw new ForageException($"A decision is of group {group}: expected 0..{_groups.Length - 1}, the groups propensities were estimated for.");
    }
}

/// <summary>Counts choices to make <see cref="EstimatedPropensities"/>.</summary>
/// <param name="group">Groups of decisions counted apart; none counts all together.</param>
/// <param name="groups">Number of groups.</param>
/// <param name="smoothing">Pseudo-count of every action, so that none is taken for impossible. Default 0.5.</param>
public sealed class PropensityEstimator(DecisionGroup? group = null, int groups = 1, double smoothing = 0.5) : IMergeable<PropensityEstimator>
{
    private readonly List<long>[] _counts = [.. Enumerable.Range(0, Validated(groups, smoothing)).Select(_ => new List<long>())];

    /// <summary>Decisions counted.</summary>
    public long Count { get; private set; }

    /// <summary>Counts the first position of a decision; one without an action is passed over.</summary>
    public void Add(LoggedDecision decision, long number = -1)
    {
        if (decision.Slate.Count == 0) return;
        var context = new DecisionContext(decision, number);
        int action = decision.Slate[0].Action;
        if ((uint)action >= (uint)decision.ActionCount) OffPolicyThrow.BadAction(number, 0, action, decision.ActionCount);
        int g = group is null ? 0 : group(context);
        if ((uint)g >= (uint)_counts.Length) throw new ForageException($"A decision is of group {g}: expected 0..{_counts.Length - 1}.");
        while (_counts[g].Count < decision.ActionCount) _counts[g].Add(0);
        _counts[g][action]++;
        Count++;
    }

    /// <summary>The frequencies as a policy.</summary>
    public EstimatedPropensities Result()
    {
        if (Count == 0) OffPolicyThrow.NoAction(-1);
        return new EstimatedPropensities([.. _counts.Select(c => c.Select(n => n + smoothing).ToArray())], group, Count);
    }

    /// <inheritdoc/>
    public void Merge(PropensityEstimator other)
    {
        if (other._counts.Length != _counts.Length) OffPolicyThrow.Mismatch("numbers of groups", $"{_counts.Length}", $"{other._counts.Length}");
        for (int g = 0; g < _counts.Length; g++)
        {
            while (_counts[g].Count < other._counts[g].Count) _counts[g].Add(0);
            for (int a = 0; a < other._counts[g].Count; a++) _counts[g][a] += other._counts[g][a];
        }
        Count += other.Count;
    }

    private static int Validated(int groups, double smoothing)
    {
        if (groups < 1) OffPolicyThrow.BadOption("The number of groups", groups, "at least 1");
        if (!(smoothing is >= 0 and <= 1e6)) OffPolicyThrow.BadOption("The smoothing", smoothing, "a number of at least 0");
        return groups;
    }
}
