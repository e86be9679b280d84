using Forage.Bandits.Internals;
using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Bandits;

/// <summary>How a <see cref="GuardedBandit"/> guards.</summary>
public sealed record GuardOptions
{
    /// <summary>Share of rounds, while the baseline acts, in which the candidate decides, so that it can be judged and learn; in (0, 1).</summary>
    public double Trial { get; init; } = 0.1;

    /// <summary>Error probability of ever promoting a candidate that is not better, all promotions together.</summary>
    public double Alpha { get; init; } = 0.05;

    /// <summary>What the candidate must be better by, in units of reward.</summary>
    public double Margin { get; init; }

    /// <summary>Rounds between looks at the bound; a look costs microseconds.</summary>
    public int Every { get; init; } = 64;

    /// <summary>Range of rewards.</summary>
    public RewardRange Range { get; init; } = RewardRange.Unit;

    internal void Validate()
    {
        if (Trial is not (> 0 and < 1)) BanditThrow.BadOption("share of trials", Trial, "a number between 0 and 1");
        if (Alpha is not (> 0 and < 1)) BanditThrow.BadOption("error probability", Alpha, "a number between 0 and 1");
        if (!(Margin >= 0 && Margin < Range.Length)) BanditThrow.BadOption("margin", Margin, "0 or more, within the range of rewards");
        if (Every < 1) BanditThrow.BadOption("number of rounds between looks", Every, "1 or more");
        Range.Validate();
    }
}

/// <summary>
/// A candidate that must earn its place: the baseline acts, mixed with a share of trials of the candidate, until a confidence sequence for the difference of the two, valid at
/// every time at once (<see cref="MixtureDifference"/>), has its lower end above the margin; then the candidate acts alone. A learning candidate is judged as it was in
/// each round; what is refuted when it is promoted is that it was in no round better than the margin.
/// </summary>
/// <remarks>
/// While it guards, action a has probability (1 - ε) p_b(a) + ε p_c(a), which is what is logged; weights p_c(a)/p(a) ≤ 1/ε and p_b(a)/p(a) ≤ 1/(1-ε) are bounded, as the sequence
/// wants. The weights of a round use the distributions at the time it is learnt: rewards that come after the candidate has learnt from others are judged by what it would do now.
/// </remarks>
public sealed class GuardedBandit : IContextualBandit
{
    private readonly IContextualBandit _candidate;
    private readonly IPolicy _baseline;
    private readonly GuardOptions _options;
    private readonly MixtureDifference _difference;
    private readonly PolicyScratch _scratch = new();
    private double[] _theirs = [], _pmf = [];

    /// <summary>A guard.</summary>
    /// <param name="candidate">What may take over; it learns from every round. It is disposed of with the guard.</param>
    /// <param name="baseline">What acts until then; it only reads.</param>
    /// <param name="options">Share of trials, error, margin.</param>
    public GuardedBandit(IContextualBandit candidate, IPolicy baseline, GuardOptions? options = null)
    {
        _options = options ?? new GuardOptions();
        _options.Validate();
        (_candidate, _baseline) = (candidate, baseline);
        _difference = new MixtureDifference(new RewardScale { Range = _options.Range }, 1 / Math.Min(_options.Trial, 1 - _options.Trial));
    }

    /// <inheritdoc/>
    public long Rounds => _candidate.Rounds;

    /// <summary>True once the candidate acts alone.</summary>
    public bool Promoted { get; private set; }

    /// <summary>The round after which it was promoted; -1 before.</summary>
    public long PromotedAt { get; private set; } = -1;

    /// <summary>Value of the candidate less that of the baseline, with its interval.</summary>
    public Estimate Difference => _difference.Result(1 - 2 * _options.Alpha); // one side of it is used

    /// <inheritdoc/>
    public void Distribution(scoped in DecisionContext context, Span<double> pmf)
    {
        _candidate.Distribution(context, pmf);
        if (Promoted) return;
        var theirs = Baseline(context);
        for (int a = 0; a < pmf.Length; a++) pmf[a] = (1 - _options.Trial) * theirs[a] + _options.Trial * pmf[a];
    }

    /// <inheritdoc/>
    public Draw Decide(scoped in DecisionContext context, ref Rng rng)
    {
        var pmf = Room(ref _pmf, context.ActionCount);
        Distribution(context, pmf);
        return Sampling.Draw(pmf, ref rng);
    }

    /// <inheritdoc/>
    public void Learn(scoped in DecisionContext context, int action, double probability, double reward)
    {
        if ((uint)action >= (uint)context.ActionCount) BanditThrow.BadAction(action, context.ActionCount);
        if (!(probability > 0 && probability <= 1)) BanditThrow.BadProbability(probability);
        double unit = _options.Range.ToUnit(reward);
        if (Promoted)
        {
            _candidate.Learn(context, action, probability, reward);
            return;
        }
        var pmf = Room(ref _pmf, context.ActionCount);
        _candidate.Distribution(context, pmf);
        double ours = pmf[action], theirs = Baseline(context)[action], drawn = (1 - _options.Trial) * theirs + _options.Trial * ours;
        _candidate.Learn(context, action, probability, reward);
        if (drawn <= 0) return; // neither would take it any more
        _difference.Add(new WeightedReward(ours / drawn, unit), new WeightedReward(theirs / drawn, unit));
        if (Rounds % _options.Every != 0 || !(Difference.Lower > _options.Margin)) return;
        (Promoted, PromotedAt) = (true, Rounds);
    }

    /// <inheritdoc/>
    public void Dispose() => _candidate.Dispose();

    private ReadOnlySpan<double> Baseline(scoped in DecisionContext context)
    {
        _scratch.Clear();
        var p = _baseline.Distribution(context, _scratch);
        if (p.IsDense) return p.Probabilities;
        var dense = Room(ref _theirs, context.ActionCount);
        dense.Clear();
        for (int i = 0; i < p.Count; i++) dense[p.ActionAt(i)] = p.Probabilities[i];
        return dense;
    }

    private static Span<double> Room(ref double[] array, int count)
    {
        if (array.Length < count) array = new double[Math.Max(count, 2 * array.Length)];
        return array.AsSpan(0, count);
    }
}
