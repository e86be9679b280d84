using Forage.Features;
using Forage.Linear;
using Forage.OffPolicy;
using Forage.OffPolicy.Learning;

namespace Forage.Simulation;

/// <summary>
/// Turns a supervised set into a log of decisions with partial feedback: a logging policy is trained on a fraction α of the examples; for each of
/// the others it draws a slate of ℓ actions without replacement, and only the rewards of these are logged.
/// </summary>
/// <remarks>
/// One logistic regressor a label gives marginals σ(s_y); ρ(y|x) = (1-ε) σ(s_y)^(1/T) / Σ_z σ(s_z)^(1/T) + ε/K; slates are Plackett-Luce, and the
/// propensity logged is the conditional probability ρ(y_j) / Σ_{z not yet shown} ρ(z) that was drawn with. The examples of α are not in the log:
/// on them the logging policy is far better than it will be on new ones. Beygelzimer, Langford 2009; Agarwal et al. 2014; Lopez, Dhillon, Jordan 2021.
/// </remarks>
public sealed class LogSimulator
{
    private readonly SupervisedSet _set;
    private readonly LogSimulationOptions _options;
    private readonly int[] _order;
    private readonly int _trained;

    private LogSimulator(SupervisedSet set, LogSimulationOptions options, int[] order, int trained, ScorePolicy policy)
    {
        (_set, _options, _order, _trained) = (set, options, order, trained);
        LoggingPolicy = policy;
    }

    /// <summary>The policy that makes the log, exactly: it can be saved and asked for any distribution.</summary>
    public ScorePolicy LoggingPolicy { get; }

    /// <summary>Examples the logging policy was trained on.</summary>
    public ReadOnlySpan<int> TrainedOn => _order.AsSpan(0, _trained);

    /// <summary>Examples the log is made of, in its order.</summary>
    public ReadOnlySpan<int> Logged => _order.AsSpan(_trained);

    /// <summary>Trains the logging policy.</summary>
    /// <param name="set">The supervised set.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told the number of examples learnt from, of how many.</param>
    /// <param name="cancellation">Stops it.</param>
    public static LogSimulator Train(SupervisedSet set, LogSimulationOptions options, Action<long, long>? progress = null, CancellationToken cancellation = default)
    {
        options.Validated(set);
        var rng = new Rng(options.Seed);
        var order = new int[set.Count];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        var shuffle = rng.Fork(1);
        shuffle.Shuffle<int>(order);
        int trained = Math.Clamp((int)Math.Round(options.TrainFraction * set.Count), 1, set.Count - 1);

        var size = new TableSize();
        for (int i = 0; i < set.Count; i++) size.Add(set.Rows[i]);
        var learner = new LinearLearner(options.Learner ?? new LinearOptions { Loss = LossKind.Logistic, Bits = size.Bits(set.LabelCount) }, set.LabelCount);
        var targets = new float[set.LabelCount];
        var examples = order.AsSpan(0, trained).ToArray();
        var passes = rng.Fork(2);
        for (int pass = 0; pass < options.Passes; pass++)
        {
            passes.Shuffle<int>(examples);
            foreach (int i in examples)
            {
                cancellation.ThrowIfCancellationRequested();
                Array.Fill(targets, -1f);
                foreach (int label in set.Labels(i)) targets[label] = 1;
                learner.LearnAll(set.Rows[i], targets);
            }
            learner.EndPass();
            progress?.Invoke((pass + 1L) * trained, (long)options.Passes * trained);
        }
        learner.Freeze();
        var policy = new ScorePolicy(new ActionModel(learner), new ScorePolicyOptions { Link = options.Link, Temperature = options.Temperature, Uniform = options.Uniform });
        return new LogSimulator(set, options, order, trained, policy);
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
        var rng = new Rng(_options.Seed).Fork(3).Fork((ulong)example);
        var rows = _set.Rows.Copy(example, 1);
        var distribution = LoggingPolicy.Distribution(new DecisionContext(rows, 0, false, _set.LabelCount), scratch);
        var actions = scratch.Ints(_options.SlateLength);
        var logPropensities = scratch.Doubles(_options.SlateLength);
        int shown = PlackettLuce.Draw(distribution, ref rng, actions, logPropensities);
        var slate = new LoggedAction[shown];
        var labels = _set.Labels(example);
        for (int j = 0; j < shown; j++) slate[j] = new LoggedAction(actions[j], logPropensities[j], labels.BinarySearch(actions[j]) >= 0 ? 1 : 0);
        return new LoggedDecision
        {
            EventId = EventId(example),
            Rows = rows,
            ActionCount = _set.LabelCount,
            Slate = slate,
            Distribution = _options.LogDistribution ? distribution.Probabilities.ToArray() : null,
        };
    }

    /// <summary>Event id of an example's decision, by which the file of the truth names it: its 1-based number in the supervised set.</summary>
    public static string EventId(int example) => (example + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
