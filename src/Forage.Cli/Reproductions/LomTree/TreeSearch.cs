using Forage.Linear;
using Forage.Multiclass.Trees;

namespace Forage.Cli.Reproductions.LomTree;

/// <summary>
/// The paper's search (Section 4) by error on held-out training examples: step sizes, numbers of passes, and for a LOMtree T and R_S; with losses, a decay of the step size from pass to
/// pass, passes in which a LOMtree grows, and of one against all the weight of positives, a penalty and means over passes beside. First a grid, then one coordinate after the other around its best; of a grid of methods
/// that learn alike from the first pass on, only the four best after four passes go on.
/// </summary>
internal sealed class TreeSearch(ReproduceContext context, TrialJournal journal)
{
    private const int Short = 4, Kept = 4;

    private static readonly float[] s_penalties = [3e-7f, 1e-6f, 3e-6f];
    private static readonly int[] s_nodes = [1, 2, 8, 16, 32, 64];
    private static readonly double[] s_resistances = [8, 16, 32, 64, 128, 256];

    /// <summary>The best setting of a method on a set.</summary>
    /// <param name="method">The kind of tree; null for one against all.</param>
    /// <param name="splits">The set, split.</param>
    /// <param name="passes">Most passes.</param>
    /// <param name="told">Called with each trial done, of how many.</param>
    public (TreeSetting Setting, TrialOutcome Outcome) Best(TreeMethod? method, IReadOnlyList<ClassSet> splits, int passes, Action<int, int> told)
    {
        bool few = context.Quick || splits[0].IsLarge;
        var start = new TreeSetting(method) { Passes = passes };
        List<TreeSetting> grid = method switch
        {
            null => ForClasses(start, few),
            TreeMethod.LomTree => ForLomTree(start, few),
            TreeMethod.RecallTree => Grid(start, few ? [LossKind.Hinge] : [LossKind.Hinge, LossKind.Logistic], few ? [0.25f, 1] : [0.25f, 0.5f, 1, 2], few ? [1] : [1, 0.9f]),
            _ => Grid(start, few ? [LossKind.Logistic] : [LossKind.Squared, LossKind.Logistic], few ? [0.25f, 1] : [0.25f, 1, 4], few ? [1] : [1, 0.9f]),
        };
        int done = 0, all = grid.Count;
        var best = Run(grid);
        if (few) return best;
        Refine([.. from factor in new[] { 0.5f, 2 } select best.Setting with { Rate = factor * best.Setting.Rate }, .. Decays(best.Setting), .. Growth(best.Setting)]);
        if (method is null)
        {
            Refine([.. s_penalties.Select(p => best.Setting with { Penalty = p })]);
            Refine([.. Averaged(best.Setting, passes)]);
        }
        if (method != TreeMethod.LomTree) return best;
        Refine([.. s_nodes.Select(n => best.Setting with { NodesPerClass = n })]);
        Refine([.. s_resistances.Select(r => best.Setting with { Resistance = r })]);
        return best;

        void Refine(List<TreeSetting> settings)
        {
            all += settings.Count;
            var other = Run(settings, whole: true);
            if (other.Outcome.Error < best.Outcome.Error) best = other;
        }

        (TreeSetting Setting, TrialOutcome Outcome) Run(List<TreeSetting> settings, bool whole = false)
        {
            if (!whole && method != TreeMethod.LomTree && settings.Count > Kept && settings[0].Passes > Short)
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

    private static List<TreeSetting> Grid(TreeSetting start, LossKind[] losses, float[] rates, float[] decays)
        => [.. from loss in losses from rate in rates from decay in decays select start with { Loss = loss, Rate = rate, Decay = decay }];

    /// <summary>One against all: squared loss of predictions that are not clipped wants small steps and weighted positives, logistic loss large ones.</summary>
    private static List<TreeSetting> ForClasses(TreeSetting start, bool few)
        => few ? Grid(start, [LossKind.Logistic], [0.5f, 4], [1])
        : [
            .. Grid(start, [LossKind.Logistic], [0.5f, 2, 8], [1, 0.9f]),
            .. Grid(start, [LossKind.Hinge], [0.25f, 1], [1]),
            .. from s in Grid(start with { Unclipped = true }, [LossKind.Squared], [0.1f, 0.25f, 0.5f], [1]) from weight in new[] { 1f, 5f } select s with { PositiveWeight = weight },
        ];

    /// <summary>LOMtrees that grow all the time as in the paper, and ones that grow for a few passes with small steps, by hinge loss, and then learn with large ones that decay.</summary>
    private static List<TreeSetting> ForLomTree(TreeSetting start, bool few)
    {
        var paper = Grid(start, few ? [LossKind.Squared] : [LossKind.Squared, LossKind.Hinge], few ? [0.25f, 1] : [0.1f, 0.25f, 0.5f, 1, 2], [1]);
        if (few) return paper;
        return [.. paper, .. from rate in new[] { 0.05f, 0.1f, 0.2f } select start with { Loss = LossKind.Hinge, Rate = 1, Decay = 0.85f, GrowPasses = 4, GrowRate = rate }];
    }

    private static IEnumerable<TreeSetting> Decays(TreeSetting s) => from decay in new[] { 0.8f, 0.85f, 0.9f, 0.95f } where s.Decay < 1 && decay != s.Decay select s with { Decay = decay };

    /// <summary>The mean of the second half of the passes; so too after plain steps with a penalty, whose mean tends to the penalised optimum.</summary>
    private static IEnumerable<TreeSetting> Averaged(TreeSetting s, int passes)
        => [s with { AverageFrom = passes / 2 }, .. from rate in new[] { 0.01f, 0.02f } from penalty in new[] { 5e-4f, 1e-3f } select new TreeSetting(s.Method) { Plain = true, Rate = rate, Penalty = penalty, AverageFrom = passes / 2, Passes = passes }];

    private static IEnumerable<TreeSetting> Growth(TreeSetting s) => from passes in new[] { 2, 6 } where s.GrowPasses > 0 select s with { GrowPasses = passes };
}
