using Forage.Features;
using Forage.OffPolicy;
using Forage.Simulation.Internals;

namespace Forage.Simulation;

/// <summary>
/// Turns a supervised set into a log of decisions with partial feedback: a logging policy is trained on a fraction α of the examples; for each of
/// the others it draws a slate of ℓ actions without replacement, and only the rewards of these are logged.
/// </summary>
/// <remarks>
/// The policy is trained here (<see cref="Train"/>: one logistic regressor a label gives marginals σ(s_y), ρ(y|x) = (1-ε) σ(s_y)^(1/T) / Σ_z σ(s_z)^(1/T) + ε/K) or is any
/// other (<see cref="For"/>). Slates are Plackett-Luce, and the propensity logged is the conditional probability ρ(y_j) / Σ_{z not yet shown} ρ(z) that was drawn with. The examples of α are not in the log:
/// on them the logging policy is far better than it will be on new ones. Beygelzimer, Langford 2009; Agarwal et al. 2014; Lopez, Dhillon, Jordan 2021.
/// </remarks>
public sealed class LogSimulator
{
    private readonly SupervisedSet _set;
    private readonly LogSimulationOptions _options;
    private readonly int[] _order;
    private readonly int _trained;

    private LogSimulator(SupervisedSet set, LogSimulationOptions options, int[] order, int trained, IPolicy policy)
    {
        (_set, _options, _order, _trained) = (set, options, order, trained);
        LoggingPolicy = policy;
    }

    /// <summary>The policy that makes the log, exactly: it can be asked for any distribution, and saved if it is of a kind that can.</summary>
    public IPolicy LoggingPolicy { get; }

    /// <summary>Examples the logging policy was trained on.</summary>
    public ReadOnlySpan<int> TrainedOn => _order.AsSpan(0, _trained);

    /// <summary>Examples the log is made of, in its order.</summary>
    public ReadOnlySpan<int> Logged => _order.AsSpan(_trained);

    /// <summary>The examples a logging policy may learn from, under <see cref="LogSimulationOptions.TrainFraction"/> and the seed; the others make the log.</summary>
    public static int[] TrainingExamples(SupervisedSet set, LogSimulationOptions options)
    {
        var (order, trained) = Split(set, options.Validated(set));
        return order.AsSpan(0, trained).ToArray();
    }

    /// <summary>A simulator whose logging policy is trained here: one logistic regressor a label.</summary>
    /// <param name="set">The supervised set.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told the number of examples learnt from, of how many.</param>
    /// <param name="cancellation">Stops it.</param>
    public static LogSimulator Train(SupervisedSet set, LogSimulationOptions options, Action<long, long>? progress = null, CancellationToken cancellation = default)
    {
        var (order, trained) = Split(set, options.Validated(set));
        return new LogSimulator(set, options, order, trained, MarginalsTraining.Run(set, options, order.AsSpan(0, trained).ToArray(), progress, cancellation));
    }

    /// <summary>A simulator for a policy that was trained elsewhere, of any kind, on <see cref="TrainingExamples"/>; these are kept out of the log.</summary>
    /// <param name="set">The supervised set.</param>
    /// <param name="policy">The logging policy over the set's labels.</param>
    /// <param name="options">Fraction, slate length and seed; what describes the training of a policy is not looked at.</param>
    public static LogSimulator For(SupervisedSet set, IPolicy policy, LogSimulationOptions options)
    {
        var (order, trained) = Split(set, options.Validated(set));
        return new LogSimulator(set, options, order, trained, policy);
    }

    private static (int[] Order, int Trained) Split(SupervisedSet set, LogSimulationOptions options)
    {
        var order = new int[set.Count];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        var shuffle = new Rng(options.Seed).Fork(1);
        shuffle.Shuffle<int>(order);
        return (order, Math.Clamp((int)Math.Round(options.TrainFraction * set.Count), 1, set.Count - 1));
    }

    /// <summary>Draws the log, one decision at a time. Each decision has its own random stream, so that any part of the log can be made again alone.</summary>
    public IEnumerable<LoggedDecision> Decisions()
    {
        var scratch = new PolicyScratch();
        for (int k = _trained; k < _order.Length; k++) yield return Decide(_order[k], scratch);
    }

    /// <summary>The decision made for example <paramref name="example"/>.</summary>
    public LoggedDecision Decide(int example, PolicyScratch scratch)
    {
        scratch.Clear();
        var shown = new LoggedAction[_options.SlateLength];
        int count = Draw(example, shown, scratch, out var distribution);
        return new LoggedDecision
        {
            EventId = EventId(example),
            Rows = _set.Rows.Copy(example, 1),
            ActionCount = _set.LabelCount,
            Slate = count == shown.Length ? shown : shown[..count],
            Distribution = _options.LogDistribution ? Dense(distribution) : null,
        };
    }

    /// <summary>The slate of the decision made for example <paramref name="example"/>, without copying anything: for logs too large to be kept as decisions.</summary>
    /// <param name="example">The example.</param>
    /// <param name="slate">Receives the actions shown, with their propensities and rewards.</param>
    /// <param name="scratch">Working memory; cleared.</param>
    /// <returns>Number of actions shown: fewer than asked for only if the policy's support is smaller.</returns>
    public int Draw(int example, scoped Span<LoggedAction> slate, PolicyScratch scratch)
    {
        scratch.Clear();
        return Draw(example, slate, scratch, out _);
    }

    private int Draw(int example, scoped Span<LoggedAction> slate, PolicyScratch scratch, out ActionDistribution distribution)
    {
        var rng = new Rng(_options.Seed).Fork(3).Fork((ulong)example);
        distribution = LoggingPolicy.Distribution(new DecisionContext(_set.Rows, example, false, _set.LabelCount), scratch);
        var actions = scratch.Ints(_options.SlateLength);
        var logPropensities = scratch.Doubles(_options.SlateLength);
        int shown = PlackettLuce.Draw(distribution, ref rng, actions, logPropensities);
        var labels = _set.Labels(example);
        for (int j = 0; j < shown; j++) slate[j] = new LoggedAction(actions[j], logPropensities[j], labels.BinarySearch(actions[j]) >= 0 ? 1 : 0);
        return shown;
    }

    private double[] Dense(scoped in ActionDistribution p)
    {
        var dense = new double[_set.LabelCount];
        for (int i = 0; i < p.Count; i++) dense[p.ActionAt(i)] = p.Probabilities[i];
        return dense;
    }

    /// <summary>Event id of an example's decision, by which the file of the truth names it: its 1-based number in the supervised set.</summary>
    public static string EventId(int example) => (example + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
