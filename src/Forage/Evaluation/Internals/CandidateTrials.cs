using Forage.OffPolicy;

namespace Forage.Evaluation.Internals;

/// <summary>Trains candidates on the first part of a log and appraises them on the next, several at a time; the outcome does not depend on how many.</summary>
/// <param name="trainer">Trains.</param>
/// <param name="appraiser">Appraises.</param>
/// <param name="options">Threads and the rule to choose by.</param>
/// <param name="train">Decisions [0, train) are learnt from.</param>
/// <param name="choose">Decisions [train, train + choose) are appraised on.</param>
/// <param name="stop">When cancelled, what is ready is all there is.</param>
internal sealed class CandidateTrials(CandidateTrainer trainer, PolicyAppraiser appraiser, ImproveOptions options, int train, int choose, CancellationToken stop)
{
    private readonly List<string> _failures = [];

    /// <summary>Told the candidate's name and how many decisions were learnt from since the last call; from several threads.</summary>
    public Action<string, int>? Progress { get; init; }

    /// <summary>A candidate that fails is left out; else its failure is that of the whole.</summary>
    public bool Tolerant { get; init; } = true;

    /// <summary>What became of the candidates, in the order of their recipes.</summary>
    public List<(ImproveRow Row, IPolicy Policy)> Ready { get; } = [];

    /// <summary>Settings that were tried to find the best one, in order.</summary>
    public List<ImproveRow> Settings { get; } = [];

    /// <summary>Why candidates were left out, a sentence each.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <summary>Tries candidates.</summary>
    public void Run(IReadOnlyList<CandidateRecipe> recipes) => Ready.AddRange(Try(recipes));

    /// <summary>Tries settings and adds the best.</summary>
    public void Run(SettingSearch search)
    {
        var tried = Try(search.First);
        if (Best(tried) is not { } first) return;
        tried.AddRange(Try(search.Second(first.Row.Recipe!)));
        Settings.AddRange(tried.Select(t => t.Row));
        if (Best(tried) is not { } best) return;
        foreach (var other in tried)
            if (other.Row != best.Row) trainer.Forget(other.Row.Recipe!, 0, train); // models of many actions are large
        Ready.Add(best);
        Run([SettingSearch.Greedy(best.Row.Recipe!)]);
    }

    // Settings are compared with each other, not with the log: no proof is asked for.
    private (ImproveRow Row, IPolicy Policy)? Best(List<(ImproveRow Row, IPolicy Policy)> tried) =>
        tried.Count == 0 ? null : tried[options.Rule.Best([.. tried.Select(t => t.Row.Appraisal.Evidence with { Lower = double.PositiveInfinity })])];

    private List<(ImproveRow Row, IPolicy Policy)> Try(IReadOnlyList<CandidateRecipe> recipes)
    {
        var trained = new (ImproveRow Row, IPolicy Policy)?[recipes.Count];
        var failed = new string?[recipes.Count];
        try
        {
            ParallelWork.For(recipes.Count, options.Threads, stop, k =>
            {
                var recipe = recipes[k];
                try
                {
                    var policy = trainer.Train(recipe, 0, train, n => Progress?.Invoke(recipe.Name, n), stop);
                    var appraisal = appraiser.Appraise(policy, train, train + choose, cancellation: stop);
                    trained[k] = (new ImproveRow(recipe.Name, PolicyKind.Learnt, recipe, appraisal), policy);
                }
                catch (ForageException e) when (Tolerant)
                {
                    failed[k] = $"The candidate '{recipe.Name}' was left out: {e.Message}"; // it diverged, say; the others may not
                }
            });
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The first interrupt ends the trials; what is ready is chosen among, and the caller says that it was interrupted.
        }
        _failures.AddRange(failed.OfType<string>());
        return [.. trained.OfType<(ImproveRow, IPolicy)>()];
    }
}
