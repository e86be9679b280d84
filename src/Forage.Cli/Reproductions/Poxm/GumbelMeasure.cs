using Forage.Evaluation;
using Forage.OffPolicy;
using Forage.Simulation;

namespace Forage.Cli.Reproductions.Poxm;

/// <summary>A noisier logging policy: p' ∝ exp((ln ρ + s G)/T).</summary>
/// <param name="Name">A, B or C.</param>
/// <param name="Scale">s.</param>
/// <param name="Temperature">T.</param>
internal sealed record GumbelScenario(string Name, double Scale, double Temperature)
{
    /// <summary>The three scenarios. The paper's values are not to be had; these are ours, from hardly any noise to much.</summary>
    public static readonly GumbelScenario[] All = [new("A", 0.3, 0.9), new("B", 1, 1.2), new("C", 2, 1.6)];

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Name} (s {Scale:0.#}, T {Temperature:0.#})");
}

/// <summary>What a scenario gave: statistics of the logging policy, and for every setting what the log says and what is true.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Curve">Statistics of its logging policy on the test rows.</param>
/// <param name="Logging">R@5 of its logging policy, %.</param>
/// <param name="Trials">What the log says of each setting.</param>
/// <param name="Rewards">R@5 of each setting on the test rows, in %, learnt from all decisions.</param>
internal sealed record GumbelOutcome(GumbelScenario Scenario, SelectorCurve Curve, double Logging, PoxmTrial[] Trials, double[] Rewards)
{
    /// <summary>R@5 lost by the held-out choice against the best setting in hindsight, in points.</summary>
    public double Regret => Rewards.Max() - Rewards[Array.IndexOf(Trials, PoxmLearning.ByHeldOut(Trials))];

    /// <summary>The same of the paper's choice, against the best setting of the paper's grid.</summary>
    public double PaperRegret => Best(t => PoxmSetting.PaperTranslations.Contains(t.Setting.Translation)) - Rewards[Array.IndexOf(Trials, PoxmLearning.BySeen(Trials))];

    /// <summary>The setting that is best in truth.</summary>
    public PoxmSetting BestSetting => Trials[Array.IndexOf(Rewards, Rewards.Max())].Setting;

    /// <summary>R@5 of the best setting with a given p.</summary>
    public double BestOf(int top) => Best(t => t.Setting.Top == top);

    /// <summary>Held-out value of the best believed setting with a given p, in %.</summary>
    public double ValueOf(int top) => Trials.Where(t => t.Setting.Top == top && t.Veto is null).Select(t => 100 * t.HeldOut).DefaultIfEmpty(double.NaN).Max();

    private double Best(Func<PoxmTrial, bool> which) => Trials.Select((t, i) => which(t) ? Rewards[i] : double.NegativeInfinity).Max();
}

/// <summary>Figure 2: does the choice of p and λ adapt to how noisy the logging policy is?</summary>
internal static class GumbelMeasure
{
    /// <summary>p that are compared.</summary>
    public static readonly int[] Tops = [10, 20, 50];

    private static readonly double[] s_translations = [0.3, 0.7, 0.9];

    /// <summary>Runs a scenario.</summary>
    public static GumbelOutcome Run(PoxmRun run, GumbelScenario scenario)
    {
        using var noisy = run.With(new GumbelNoisePolicy(run.Logging, scenario.Scale, scenario.Temperature, run.Seed));
        var learning = new PoxmLearning(noisy);
        var curve = SelectorCurve.Measure(noisy.Logging, run.Data.Test.Rows, run.Data.Test.Labelled, threads: run.Threads, cancellation: run.Cancellation);
        var trials = learning.Trials(Tops, s_translations);
        double[] rewards = [.. trials.Select(t => 100 * noisy.Measure(noisy.OnTest(learning.Poxm(t.Setting), t.Setting.Top, PoxmLearning.Temperature)).Reward(PoxmRun.SlateLength).Value)];
        return new GumbelOutcome(scenario, curve, 100 * noisy.Measure(noisy.Logging).Reward(PoxmRun.SlateLength).Value, trials, rewards);
    }

    /// <summary>Adds rows and charts.</summary>
    public static void Report(GumbelOutcome[] outcomes, PoxmSet set, ReproduceResult result)
    {
        result.Blocks.Add(new ReportHeading($"Noisier logging policies on {set.Name} (Figure 2)"));
        result.Blocks.Add(new ReportText("Gumbel noise on the logging policy's log-probabilities, frozen per context and action. **Left** in the paper's figure: statistics of the three logging policies; **middle**: true R@5 by p; **right**: what the log says."));
        double[] all = [.. Enumerable.Range(1, outcomes[0].Curve.Mass.Count).Select(k => (double)k)];
        result.Blocks.Add(new LineChart("Probability within the top k", "k", "share", [.. outcomes.Select(o => new LineSeries(o.Scenario.ToString(), all, o.Curve.Mass))]) { FromZero = true });
        result.Blocks.Add(new LineChart("Right labels within the top k", "k", "share", [.. outcomes.Select(o => new LineSeries(o.Scenario.ToString(), all, o.Curve.Covered))]) { FromZero = true });
        double[] tops = [.. Tops.Select(p => (double)p)];
        result.Blocks.Add(new LineChart("True R@5 of POXM by p", "p", "R@5, %", [.. outcomes.Select(o => new LineSeries(o.Scenario.ToString(), tops, [.. Tops.Select(o.BestOf)]))]));
        result.Blocks.Add(new LineChart("What held-out decisions say of it", "p", "SNIS value a position, %", [.. outcomes.Select(o => new LineSeries(o.Scenario.ToString(), tops, [.. Tops.Select(o.ValueOf)]))]));
        result.Blocks.Add(new ReportTable([new("logging policy"), new("R@5", true), new("best in hindsight"), new("R@5", true), new("held-out choice"), new("loses", true), new("paper's choice"), new("loses", true)],
            [.. outcomes.Select(o => new ReportRow([o.Scenario.ToString(), PoxmText.Two(o.Logging), o.BestSetting.ToString(), PoxmText.Two(o.Rewards.Max()),
                PoxmLearning.ByHeldOut(o.Trials).Setting.ToString(), PoxmText.Two(o.Regret), PoxmLearning.BySeen(o.Trials).Setting.ToString(), PoxmText.Two(o.PaperRegret)]))]));
        foreach (var o in outcomes)
        {
            string part = $"{set.Name}, noise {o.Scenario.Name}";
            result.Rows.Add(new MeasuredRow(part, "R@5 of the logging policy", o.Logging, "%", Note: FormattableString.Invariant($"scale {o.Scenario.Scale}, temperature {o.Scenario.Temperature}")));
            result.Rows.Add(new MeasuredRow(part, "R@5 of the best POXM in hindsight", o.Rewards.Max(), "%", Note: o.BestSetting.ToString()));
            result.Rows.Add(new MeasuredRow(part, "lost by the held-out choice", o.Regret, "points", Note: PoxmLearning.ByHeldOut(o.Trials).Setting.ToString()));
            result.Rows.Add(new MeasuredRow(part, "lost by the paper's choice", o.PaperRegret, "points", Note: PoxmLearning.BySeen(o.Trials).Setting.ToString()));
        }
        result.Targets.Add(new MeasuredTarget("poxm-held-out-choice-loses", outcomes.Max(o => o.Regret), "<=", 1, "points"));
    }
}
