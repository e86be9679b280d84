using Forage.Bandits;

namespace Forage.Simulation;

/// <summary>One contestant: a bandit, or the same learner with full information.</summary>
/// <param name="Name">How tables call it.</param>
/// <param name="Recipe">What it is made from; of <see cref="BanditRecipe.Learner"/> only, if <paramref name="Supervised"/>.</param>
/// <param name="Supervised">Taught all labels: what cannot be beaten.</param>
public sealed record BanditContestant(string Name, BanditRecipe Recipe, bool Supervised = false)
{
    /// <summary>True if a learning rate means something to it and was not fixed.</summary>
    public bool HasRate => (Supervised || Recipe.Kind is not (BanditKind.LinUcb or BanditKind.Thompson)) && Recipe.Learner.LearningRate is null;
}

/// <summary>The plays of one contestant at one learning rate, one a seed.</summary>
/// <param name="Contestant">Who played.</param>
/// <param name="Rate">Learning rate; NaN where it means nothing.</param>
/// <param name="Plays">One a seed, in the order of seeds.</param>
public sealed record BanditStanding(BanditContestant Contestant, double Rate, IReadOnlyList<BanditReplayResult> Plays)
{
    /// <summary>Mean loss over seeds.</summary>
    public double Loss => Plays.Average(p => p.Loss);

    /// <summary>Standard error of the mean over seeds; 0 for one.</summary>
    public double StandardError
    {
        get
        {
            if (Plays.Count < 2) return 0;
            double mean = Loss;
            return Math.Sqrt(Plays.Sum(p => (p.Loss - mean) * (p.Loss - mean)) / (Plays.Count - 1) / Plays.Count);
        }
    }

    /// <summary>Loss up to each round of the curve, mean over seeds.</summary>
    public (double[] Rounds, double[] Losses) Curve()
    {
        int n = Plays.Min(p => p.CurveRounds.Count);
        double[] losses = new double[n];
        for (int i = 0; i < n; i++) losses[i] = Plays.Average(p => p.CurveLosses[i]);
        return ([.. Plays[0].CurveRounds.Take(n)], losses);
    }
}

/// <summary>Many contestants on one set: every learning rate, every seed, on several threads. The result does not depend on the number of threads.</summary>
public static class BanditTournament
{
    /// <summary>Plays all.</summary>
    /// <param name="set">The set.</param>
    /// <param name="contestants">Who plays.</param>
    /// <param name="rates">Learning rates, for those that have one.</param>
    /// <param name="seeds">Number of seeds, from that of <paramref name="options"/> on.</param>
    /// <param name="options">How they play.</param>
    /// <param name="threads">Plays at a time.</param>
    /// <param name="progress">Told rounds played by all together and the share of all there are; from several threads.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>One standing a contestant and rate, in the order given.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static IReadOnlyList<BanditStanding> Run(SupervisedSet set, IReadOnlyList<BanditContestant> contestants, IReadOnlyList<double> rates, int seeds,
        BanditReplayOptions options, int threads = 1, Action<long, double>? progress = null, CancellationToken cancellation = default)
    {
        if (seeds < 1) throw new ForageException($"{seeds} seeds; expected at least 1.");
        var settings = Settings(contestants, rates);
        var plays = new BanditReplayResult[settings.Count * seeds];
        long each = (long)set.Count * options.Passes, all = each * plays.Length;
        long[] played = new long[plays.Length];
        ParallelWork.For(plays.Length, threads, cancellation, job =>
        {
            var (who, rate) = settings[job / seeds];
            plays[job] = Play(set, who, rate, options with { Seed = options.Seed + (ulong)(job % seeds) }, done =>
            {
                Volatile.Write(ref played[job], done);
                if (progress is null) return;
                long sum = played.Sum();
                progress(sum, (double)sum / all);
            }, cancellation);
            Volatile.Write(ref played[job], each);
            cancellation.ThrowIfCancellationRequested();
        });
        return [.. settings.Select((s, i) => new BanditStanding(s.Who, s.Rate, plays[(i * seeds)..((i + 1) * seeds)]))];
    }

    /// <summary>
    /// Plays all on a stream of examples that need not fit in memory: every batch is played by every contestant before the next is read. The number of actions must be known
    /// beforehand, and the order is that of the stream.
    /// </summary>
    /// <param name="actions">Number of labels.</param>
    /// <param name="read">Reads the stream and hands its batches over; a batch may be reused after the call.</param>
    /// <param name="contestants">Who plays.</param>
    /// <param name="rates">Learning rates, for those that have one.</param>
    /// <param name="seeds">Number of seeds.</param>
    /// <param name="options">Seed and noise.</param>
    /// <param name="threads">Plays at a time.</param>
    /// <param name="cancellation">Stops it; what was played so far is the result.</param>
    public static IReadOnlyList<BanditStanding> Stream(int actions, Action<Action<SupervisedSet>> read, IReadOnlyList<BanditContestant> contestants, IReadOnlyList<double> rates, int seeds,
        BanditReplayOptions options, int threads = 1, CancellationToken cancellation = default)
    {
        if (seeds < 1) throw new ForageException($"{seeds} seeds; expected at least 1.");
        var settings = Settings(contestants, rates);
        var plays = new List<BanditPlay>();
        try
        {
            foreach (var (who, rate) in settings)
                for (int s = 0; s < seeds; s++) plays.Add(Start(who, rate, actions, options with { Seed = options.Seed + (ulong)s }));
            read(batch =>
            {
                if (plays.Count == 1) plays[0].Add(batch, null, null, cancellation);
                else ParallelWork.For(plays.Count, threads, CancellationToken.None, p => plays[p].Add(batch, null, null, cancellation));
            });
            var results = plays.ConvertAll(p => p.Result());
            return [.. settings.Select((s, i) => new BanditStanding(s.Who, s.Rate, results.GetRange(i * seeds, seeds)))];
        }
        finally
        {
            foreach (var play in plays) play.Dispose();
        }
    }

    /// <summary>The best rate of each contestant, in hindsight, in the order of the contestants.</summary>
    public static IReadOnlyList<BanditStanding> Best(IReadOnlyList<BanditStanding> standings) =>
        [.. standings.GroupBy(s => s.Contestant).Select(g => g.MinBy(s => s.Loss)!)];

    private static BanditReplayResult Play(SupervisedSet set, BanditContestant who, double rate, BanditReplayOptions options, Action<long> progress, CancellationToken cancellation)
    {
        using var play = Start(who, rate, set.LabelCount, options);
        return BanditReplay.Run(set, play, options, progress, cancellation);
    }

    private static BanditPlay Start(BanditContestant who, double rate, int actions, BanditReplayOptions options)
    {
        var learner = double.IsNaN(rate) ? who.Recipe.Learner : who.Recipe.Learner with { LearningRate = (float)rate };
        return who.Supervised ? new BanditPlay(learner, actions) : new BanditPlay(who.Recipe with { Actions = actions, Learner = learner, Seed = options.Seed }, options);
    }

    private static List<(BanditContestant Who, double Rate)> Settings(IReadOnlyList<BanditContestant> contestants, IReadOnlyList<double> rates)
    {
        var settings = new List<(BanditContestant Who, double Rate)>();
        foreach (var c in contestants)
        {
            if (!c.HasRate || rates.Count == 0) settings.Add((c, c.Recipe.Learner.LearningRate ?? double.NaN));
            else settings.AddRange(rates.Select(r => (c, r)));
        }
        return settings;
    }
}
