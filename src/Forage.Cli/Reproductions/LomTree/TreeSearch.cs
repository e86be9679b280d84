using Forage.Linear;
using Forage.Multiclass.Trees;

namespace Forage.Cli.Reproductions.LomTree;

/// <summary>
/// The paper's search (Section 4): step sizes, numbers of passes, and for a LOMtree T and R_S, by error on a tenth of the training examples held out. One coordinate after the other
/// rather than all combinations, and of many settings only the four best after four passes go on; 0.1 is added to the step sizes, and losses, a decay of the rate from pass to pass and
/// the share of strange examples a leaf may have to what is tried. Where a set comes in several random splits,
/// the errors of the first two are averaged.
/// </summary>
internal sealed class TreeSearch(ReproduceContext context, TrialJournal journal)
{
    private const int Short = 4, Kept = 4;

    private static readonly float[] s_rates = [0.1f, 0.25f, 0.5f, 0.75f, 1, 2, 4, 8];
    private static readonly float[] s_decays = [0.9f, 0.8f];
    private static readonly float[] s_factors = [1, 2, 4];
    private static readonly int[] s_nodes = [1, 2, 8, 16, 32, 64];
    private static readonly double[] s_resistances = [8, 16, 32, 64, 128, 256];
    private static readonly double[] s_shares = [0.02, 0.05, 0.1];

    /// <summary>The best setting of a method on a set.</summary>
    /// <param name="method">The kind of tree; null for one against all.</param>
    /// <param name="splits">The set, split.</param>
    /// <param name="passes">Most passes.</param>
    /// <param name="told">Called with each trial done, of how many.</param>
    public (TreeSetting Setting, TrialOutcome Outcome) Best(TreeMethod? method, IReadOnlyList<ClassSet> splits, int passes, Action<int, int> told)
    {
        var start = new TreeSetting(method) { Passes = passes };
        float[] rates = context.Quick ? [0.25f, 1] : s_rates;
        LossKind[] losses = context.Quick ? [start.Loss] : method switch
        {
            TreeMethod.LomTree => [LossKind.Squared, LossKind.Hinge],
            TreeMethod.RecallTree => [LossKind.Hinge, LossKind.Logistic],
            _ => [LossKind.Squared, LossKind.Logistic],
        };
        var trials = (from loss in losses from rate in rates select start with { Loss = loss, Rate = rate }).ToList();
        bool decays = passes > Short && !context.Quick && method != TreeMethod.LomTree; // which they do not help
        int done = 0, all = trials.Count + (decays ? s_decays.Length * s_factors.Length : 0) + (method == TreeMethod.LomTree && !context.Quick ? s_nodes.Length + s_resistances.Length + s_shares.Length : 0);
        var best = Run(trials);
        // What decays may start larger.
        if (decays) best = Better(best, Run([.. from decay in s_decays from factor in s_factors select best.Setting with { Decay = decay, Rate = factor * best.Setting.Rate }]));
        if (method != TreeMethod.LomTree || context.Quick) return best;
        best = Better(best, Run([.. s_shares.Select(s => best.Setting with { MixedShare = s })]));
        best = Better(best, Run([.. s_nodes.Select(n => best.Setting with { NodesPerClass = n })]));
        return Better(best, Run([.. s_resistances.Select(r => best.Setting with { Resistance = r })]));

        (TreeSetting Setting, TrialOutcome Outcome) Run(List<TreeSetting> settings)
        {
            if (settings.Count > Kept && settings[0].Passes > Short)
            {
                var early = Outcomes([.. settings.Select(s => s with { Passes = Short })]);
                settings = [.. Enumerable.Range(0, settings.Count).OrderBy(i => (early[i].Error, i)).Take(Kept).Select(i => settings[i])];
                all += Kept;
            }
            var outcomes = Outcomes(settings);
            int at = Enumerable.Range(0, settings.Count).MinBy(i => (outcomes[i].Error, i));
            return (settings[at], outcomes[at]);
        }

        TrialOutcome[] Outcomes(List<TreeSetting> settings)
        {
            var outcomes = new TrialOutcome[settings.Count];
            Parallel.For(0, settings.Count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = context.Session.Cancellation }, i =>
            {
                outcomes[i] = journal.Trial(settings[i], splits, context.Session.Seed, context.Session.Cancellation);
                told(Interlocked.Increment(ref done), all);
            });
            return outcomes;
        }
    }

    private static (TreeSetting, TrialOutcome) Better((TreeSetting Setting, TrialOutcome Outcome) a, (TreeSetting Setting, TrialOutcome Outcome) b) => b.Outcome.Error < a.Outcome.Error ? b : a;
}
