namespace Forage.OffPolicy.Learning.Slates;

/// <summary>
/// What a selective learner looks at in each decision of a log: Φ_P(x), the P actions the logging policy finds most probable, best first (so Φ_p for p &lt; P is the
/// first p of them), with ln ρ(y|x), and where the actions shown stand among them. Made once for a log and shared by all learners.
/// </summary>
public sealed class CandidateActions
{
    private readonly int[][] _actions;
    private readonly float[][] _logPrior;
    private readonly int[][] _places;
    private readonly float[][] _shownLogPrior;

    private CandidateActions(int count, int top)
    {
        Top = top;
        (_actions, _logPrior, _places, _shownLogPrior) = (new int[count][], new float[count][], new int[count][], new float[count][]);
    }

    /// <summary>P.</summary>
    public int Top { get; }

    /// <summary>Number of decisions.</summary>
    public int Count => _actions.Length;

    /// <summary>Asks the logging policy.</summary>
    /// <param name="log">The log.</param>
    /// <param name="prior">The logging policy ρ.</param>
    /// <param name="top">P ≥ 1.</param>
    /// <param name="threads">Threads to use.</param>
    /// <param name="cancellation">Stops it.</param>
    public static CandidateActions Of(IDecisionLog log, IPolicy prior, int top, int threads = 1, CancellationToken cancellation = default)
    {
        if (top < 1) throw Internals.ObjectiveThrow.Wrong($"{top} candidate actions were asked for; expected at least 1.");
        var candidates = new CandidateActions(log.Count, top);
        const int piece = 64;
        ParallelWork.For((log.Count + piece - 1) / piece, threads, cancellation, part =>
        {
            var scratch = new PolicyScratch();
            for (int i = part * piece; i < Math.Min(log.Count, (part + 1) * piece); i++)
            {
                scratch.Clear();
                candidates.Fill(i, log, prior, scratch);
            }
        });
        return candidates;
    }

    /// <summary>Φ_p of decision <paramref name="i"/>, best first; fewer than <paramref name="p"/> if the logging policy takes fewer.</summary>
    public ReadOnlySpan<int> Actions(int i, int p) => _actions[i].AsSpan(0, Math.Min(p, _actions[i].Length));

    /// <summary>ln ρ(y|x) beside <see cref="Actions"/>.</summary>
    public ReadOnlySpan<float> LogPrior(int i, int p) => _logPrior[i].AsSpan(0, Math.Min(p, _logPrior[i].Length));

    /// <summary>Rank of each action shown, from 0; -1 if it is not among the P.</summary>
    public ReadOnlySpan<int> Ranks(int i) => _places[i];

    /// <summary>ln ρ(y|x) of each action shown (first position).</summary>
    public ReadOnlySpan<float> ShownLogPrior(int i) => _shownLogPrior[i];

    private void Fill(int i, IDecisionLog log, IPolicy prior, PolicyScratch scratch)
    {
        var context = log.Context(i);
        var p = prior.Distribution(context, scratch);
        int[] actions = _actions[i] = Internals.ActionSelection.MostProbable(p, Top, scratch, out Span<float> logPrior).ToArray();
        _logPrior[i] = logPrior.ToArray();
        var slate = log.Slate(i);
        int[] places = _places[i] = new int[slate.Length];
        float[] shown = _shownLogPrior[i] = new float[slate.Length];
        for (int j = 0; j < slate.Length; j++) (places[j], shown[j]) = (Array.IndexOf(actions, slate[j].Action), (float)Math.Log(p.ProbabilityOf(slate[j].Action)));
    }
}
