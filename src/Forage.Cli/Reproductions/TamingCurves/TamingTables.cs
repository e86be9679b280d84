namespace Forage.Cli.Reproductions.TamingCurves;

/// <summary>Rows and targets of the curves.</summary>
internal static class TamingTables
{
    public static void Add(FiniteCurve curve, ReproduceResult result)
    {
        var (regret, calls) = (curve.RegretGrowth, curve.CallGrowth);
        string part = curve.Setting.Name;
        Slope(result, part, "growth of regret increments, median world", regret);
        Slope(result, part, "growth of regret increments, mean", curve.MeanRegretGrowth);
        Slope(result, part, "growth of oracle calls", calls);
        int end = curve.Rounds.Length - 1;
        string rounds = FormattableString.Invariant($"after {curve.Rounds[end]:N0} rounds, mean of {curve.Regrets.Length} worlds");
        result.Rows.Add(new MeasuredRow(part, "regret", curve.Regret(end), "reward", Note: rounds));
        result.Rows.Add(new MeasuredRow(part, "oracle calls", curve.Calls.Average(c => c[end]), "calls", Note: rounds));
        result.Rows.Add(new MeasuredRow(part, "policies of positive weight", curve.Support, "policies", Note: "of 200"));
        result.Rows.Add(new MeasuredRow(part, "time a round", curve.Seconds[end] / curve.Rounds[end] * 1e6, "µs", Note: "the world's time included"));
        if (!curve.Setting.Promised) return;
        string id = "taming-" + curve.Setting.Id;
        result.Targets.Add(new MeasuredTarget(id + "-regret-slope", regret.Slope, ">=", 0.4, "power of T"));
        result.Targets.Add(new MeasuredTarget(id + "-regret-slope-most", regret.Slope, "<=", 0.65, "power of T"));
        result.Targets.Add(new MeasuredTarget(id + "-calls-slope", calls.Slope, "<=", 0.6, "power of T"));
    }

    public static void Add(TreeCurve curve, ReproduceResult result)
    {
        string note = FormattableString.Invariant($"{curve.Rounds[^1]:N0} rounds, {curve.Columns:N0} columns in the table, {curve.Calls[^1]:N0} oracle calls");
        result.Rows.Add(new MeasuredRow(curve.Name, "time in all", curve.Seconds[^1], "s", Note: note));
        Slope(result, curve.Name, "growth of time", curve.TimeGrowth);
        result.Rows.Add(new MeasuredRow(curve.Name, "mean reward, first eighth", curve.Early, "reward", Note: "best 0.8, uniform 0.4"));
        result.Rows.Add(new MeasuredRow(curve.Name, "mean reward, last half", curve.Late, "reward"));
    }

    private static void Slope(ReproduceResult result, string part, string measure, GrowthRate rate)
    {
        bool known = double.IsFinite(rate.Lower);
        result.Rows.Add(new MeasuredRow(part, measure, rate.Slope, "power of T", known ? rate.Lower : null, known ? rate.Upper : null,
            FormattableString.Invariant($"from {rate.From:N0} to {rate.To:N0} rounds")));
    }
}
