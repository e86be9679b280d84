using Forage.OffPolicy;
using Forage.Evaluation.Internals;
using Forage.OffPolicy.Learning;

namespace Forage.Evaluation;

/// <summary>
/// Turns a log into a better policy, with proof: candidates are trained on the first part of the log, one is chosen on the next part (<see cref="ChoiceRule"/>), trained anew on both, and
/// confirmed on the last part, which took no part in anything before.
/// </summary>
/// <remarks>
/// The claim rests on one comparison on untouched decisions, the paired difference to the logging policy by a betting confidence sequence, so the
/// probability to promote a policy that is not better is at most 1 - confidence however many candidates were tried. See <c>docs/improve.md</c>.
/// </remarks>
/// <param name="options">How.</param>
public sealed class Improver(ImproveOptions options)
{
    private readonly ImproveOptions _options = options.Validated();

    /// <summary>Told what is being done, how many decisions were learnt from so far (over all candidates and passes) and which share of the whole is done; from several threads, one at a time.</summary>
    public Action<string, long, double>? Progress { get; init; }

    /// <summary>Policies brought from elsewhere, by name.</summary>
    public IReadOnlyList<(string Name, IPolicy Policy)> Brought { get; init; } = [];

    /// <summary>A stand-in for propensities that were not logged; every value then rests on it.</summary>
    public EstimatedPropensities? Estimated { get; init; }

    /// <summary>Right actions by event id, where they are known.</summary>
    public IReadOnlyDictionary<string, int[]>? Truth { get; init; }

    /// <summary>Does it.</summary>
    /// <param name="log">The log; its distributions are filled in if <paramref name="logging"/> is given and they are missing.</param>
    /// <param name="logging">The logging policy, if it can be asked.</param>
    /// <param name="stop">When cancelled while candidates train, those trained so far are chosen from; later it ends with an exception.</param>
    /// <exception cref="ForageException">The log is too short or lacks what is needed.</exception>
    public ImproveResult Run(DecisionLog log, IPolicy? logging, CancellationToken stop = default)
    {
        var parts = Split(log.Count);
        int choose = parts.Train, confirm = parts.Train + parts.Choose;
        var remarks = new List<string>();
        var scale = LogSetup.Scale(log, _options.Range, remarks);
        Report("logging policy", 0);
        if (logging is not null && !log.HasDistributions) log.FillDistributions(logging, _options.Threads, stop);
        if (Estimated is not null)
        {
            log.FillDistributions(Estimated, _options.Threads, stop);
            remarks.Add(Estimated.Caveat);
        }
        IPolicy? asked = Estimated is not null ? Estimated : logging is not null ? new RecordedPolicy(logging) : log.HasDistributions ? new LoggingPolicy() : null;
        var weighting = LogSetup.Weighting(log, asked, _options.Slates);
        var appraiser = new PolicyAppraiser(log, scale, Estimated is null ? LogSetup.Weigher(log, asked, weighting, remarks) : new PolicyWeigherOptions { Slates = weighting, Logging = Estimated }, _options.Confidence);
        var trainer = new CandidateTrainer(log, logging, scale.Range, LogSetup.Table(log, _options.Bits, _options.Interactions), _options.Seed) { Threads = _options.Threads };

        var rows = new List<ImproveRow> { new("logging policy", PolicyKind.Logging, null, appraiser.AppraiseLogging(choose, confirm)) };
        var policies = new List<IPolicy?> { null };
        var greedy = asked is null ? null : new GreedyPolicy(asked);
        if (greedy is not null)
        {
            rows.Add(new ImproveRow("greedy logging policy", PolicyKind.GreedyLogging, null, appraiser.Appraise(greedy, choose, confirm, cancellation: stop)));
            policies.Add(greedy);
        }
        foreach (var (name, policy) in Brought)
        {
            rows.Add(new ImproveRow(name, PolicyKind.Brought, null, appraiser.Appraise(policy, choose, confirm, cancellation: stop)));
            policies.Add(policy);
        }
        var trials = TrainAll(log, logging, trainer, appraiser, parts, stop);
        rows.AddRange(trials.Ready.Select(t => t.Row));
        policies.AddRange(trials.Ready.Select(t => t.Policy));
        remarks.AddRange(trials.Failures);
        bool interrupted = stop.IsCancellationRequested;
        if (rows.Count == 1 && interrupted) throw new OperationCanceledException(stop);
        if (rows.Count == 1) throw new ForageException(remarks.Count > 0 ? "No candidate could be trained. " + remarks[^1] : "There is no candidate.");
        if (interrupted) stop = CancellationToken.None; // the second interrupt ends the process; the first still gets its answer

        int best = 1 + _options.Rule.Best([.. rows.Skip(1).Select(r => r.Appraisal.Evidence)]);
        var chosen = policies[best]!;
        if (rows[best].Recipe is { } recipe && _options.Refit && !interrupted)
        {
            Report("training the chosen policy anew", 0.92);
            chosen = trainer.Train(recipe, 0, confirm, null, stop);
        }
        Report("confirming", 0.96);
        var truth = Truth is null ? null : new TrueValue(log, Truth);
        ImproveRow[] final = [.. rows];
        ImproveTruth? trueValues = null;
        if (truth is not null)
        {
            // Rows that can be asked, then the logging policy, then the policy confirmed.
            var ask = new List<IPolicy?>(policies) { asked, chosen };
            var values = new double[ask.Count];
            ParallelWork.For(ask.Count, _options.Threads, CancellationToken.None, k => values[k] = ask[k] is { } policy ? truth.Of(policy, confirm, log.Count) : double.NaN);
            for (int k = 0; k < final.Length; k++)
                if (policies[k] is not null) final[k] = final[k] with { TrueValue = values[k] };
            trueValues = new ImproveTruth(asked is null ? appraiser.AppraiseLogging(confirm, log.Count).SelfNormalized : values[^2], greedy is null ? double.NaN : values[1], values[^1], truth.OfTheBest(confirm, log.Count));
        }
        return new ImproveResult
        {
            Options = _options,
            Parts = parts,
            Scale = scale,
            Weighting = weighting,
            Rows = final,
            Settings = trials.Settings,
            Chosen = final[best],
            LoggingConfirmed = appraiser.AppraiseLogging(confirm, log.Count),
            GreedyConfirmed = greedy is null ? null : appraiser.Appraise(greedy, confirm, log.Count, trace: true, stop),
            ChosenConfirmed = appraiser.Appraise(chosen, confirm, log.Count, trace: true, stop),
            OverGreedy = greedy is null || rows[best].Kind == PolicyKind.GreedyLogging ? null : Compare(log, asked!, chosen, greedy, trainer, appraiser, scale, weighting, choose, confirm),
            Policy = rows[best].Kind == PolicyKind.Brought || (rows[best].Kind == PolicyKind.GreedyLogging && logging is null) ? null : chosen,
            PolicyOverLog = chosen,
            Truth = trueValues,
            Remarks = remarks,
            Interrupted = interrupted,
        };
    }

    /// <summary>Chosen against greedy logging policy on the part to confirm on: doubly robust where both are deterministic and the logging distribution is known.</summary>
    private Estimate Compare(DecisionLog log, IPolicy asked, IPolicy chosen, GreedyPolicy greedy, CandidateTrainer trainer, PolicyAppraiser appraiser, RewardScale scale,
        SlateWeighting weighting, int choose, int confirm)
    {
        if (chosen is not IRankingPolicy ranking || (log.SlateLength > 1 && weighting != SlateWeighting.Inclusion)) return appraiser.Compare(chosen, greedy, confirm, log.Count);
        var market = _options.CombineModels ? new MarketRewardModel(trainer.RewardModels(0, confirm), scale.Range, _options.Seed) : null;
        IRewardModel model = market ?? trainer.RewardModel(0, confirm);
        // The bounds come from the part to choose on, so that the part to confirm on stays untouched.
        List<double> single = [], whole = [];
        var probe = new RankedComparison(asked, model, scale, double.MaxValue, 1);
        for (int i = choose; i < confirm; i++)
        {
            var inverse = probe.InverseInclusions(log.Context(i), log.Slate(i).Length, ranking, greedy);
            foreach (double x in inverse) single.Add(x);
        }
        double rarest = Quantile(single, 0.95);
        for (int i = choose; i < confirm; i++)
        {
            double sum = 0;
            foreach (double x in probe.InverseInclusions(log.Context(i), log.Slate(i).Length, ranking, greedy)) sum += x > rarest ? 0 : x;
            whole.Add(sum / log.Slate(i).Length);
        }
        var comparison = new RankedComparison(asked, model, scale, rarest, Quantile(whole, 0.995));
        for (int i = confirm; i < log.Count; i++)
        {
            comparison.Add(log.Context(i), log.Slate(i), ranking, greedy);
            market?.Observe(log.Context(i), log.Slate(i));
        }
        return comparison.Result(_options.Confidence);
    }

    private static double Quantile(List<double> values, double q)
    {
        if (values.Count == 0) return 1;
        values.Sort();
        return Math.Max(1, values[(int)(q * (values.Count - 1))]);
    }

    /// <summary>Trains and appraises all candidates.</summary>
    private CandidateTrials TrainAll(DecisionLog log, IPolicy? logging, CandidateTrainer trainer, PolicyAppraiser appraiser, (int Train, int Choose, int Confirm) parts, CancellationToken stop)
    {
        bool weighs = log.HasPropensities && Estimated is null;
        var recipes = _options.Candidates ?? CandidateList.For(log.MaxActions, log.SlateLength, logging is not null, weighs, log.HasActionFeatures, log.VectorDimension > 0);
        var search = _options.Search ?? (_options.Candidates is null ? CandidateList.Search(log.MaxActions, log.SlateLength, logging is not null, weighs, log.HasActionFeatures) : null);
        long passes = recipes.Sum(r => (long)r.Passes * (r.Members.Count == 0 ? 1 : 0)) + (search is null ? 0 : (long)search.Recipe.Passes * (search.Tops.Count + search.Translations.Count));
        long work = passes * parts.Train + 1;
        _learnt = 0;
        var trials = new CandidateTrials(trainer, appraiser, _options, parts.Train, parts.Choose, stop)
        {
            Tolerant = recipes.Count > 1,
            Progress = (name, n) => Report(name, 0.02 + 0.9 * Interlocked.Add(ref _learnt, n) / work),
        };
        trials.Run(recipes);
        if (search is not null) trials.Run(search);
        return trials;
    }

    private (int Train, int Choose, int Confirm) Split(int count)
    {
        int train = (int)(_options.TrainShare * count), choose = (int)(_options.ChooseShare * count);
        if (train < 1 || choose < 1 || count - train - choose < 1)
            throw new ForageException($"The log has {count} decisions; too few to train, choose and confirm on parts of it (expected at least 10, and hundreds to find anything).");
        return (train, choose, count - train - choose);
    }

    private readonly Lock _reporting = new();
    private long _learnt;

    private void Report(string what, double fraction)
    {
        if (Progress is null) return;
        lock (_reporting) Progress(what, Volatile.Read(ref _learnt), Math.Min(1, fraction));
    }
}
