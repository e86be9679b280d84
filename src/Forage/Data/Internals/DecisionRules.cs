using System.Globalization;
using Forage.OffPolicy;

namespace Forage.Data.Internals;

/// <summary>What every format demands of a logged decision beyond its grammar.</summary>
internal static class DecisionRules
{
    /// <summary>How far above 1 a probability may be, from rounding in the logger, to be taken as 1.</summary>
    public const double Slack = 1e-6;

    /// <summary>ln p of a propensity in (0, 1].</summary>
    /// <param name="p">Propensity as logged; NaN if the log does not say.</param>
    /// <param name="zeroIsMissing">Whether 0 means that the log does not say.</param>
    /// <param name="log">ln p, or NaN.</param>
    /// <param name="error">What is wrong.</param>
    public static bool TryLog(double p, bool zeroIsMissing, out double log, out string? error)
    {
        error = null;
        log = double.NaN;
        if (double.IsNaN(p) || (p == 0 && zeroIsMissing)) return true;
        if (p is <= 0 or > 1 + Slack)
        {
            error = $"the propensity is {Show(p)}; expected a probability above 0 and at most 1";
            return false;
        }
        log = p >= 1 ? 0 : Math.Log(p);
        return true;
    }

    /// <summary>Whether the actions of a slate exist and differ.</summary>
    public static bool TrySlate(ReadOnlySpan<LoggedAction> slate, int actions, List<int> scratch, out string? error)
    {
        error = null;
        for (int i = 0; i < slate.Length; i++)
        {
            if ((uint)slate[i].Action >= (uint)actions)
            {
                error = $"action number {slate[i].Action} (counted from 0) was chosen but there are only {actions} actions";
                return false;
            }
            if (slate.Length > 64) continue;
            for (int j = 0; j < i; j++)
                if (slate[j].Action == slate[i].Action) return Twice(slate[i].Action, out error);
        }
        if (slate.Length <= 64) return true;
        scratch.Clear();
        foreach (var a in slate) scratch.Add(a.Action);
        scratch.Sort();
        for (int i = 1; i < scratch.Count; i++)
            if (scratch[i] == scratch[i - 1]) return Twice(scratch[i], out error);
        return true;

        static bool Twice(int action, out string? error)
        {
            error = $"action number {action} (counted from 0) is there twice in one slate; expected each once";
            return false;
        }
    }

    /// <summary>Makes a distribution whose sum is 1 but for rounding (up to 1e-3) sum to 1; false if it is none.</summary>
    public static bool TryNormalise(Span<double> p)
    {
        double sum = 0;
        foreach (double x in p) sum += x;
        if (!(Math.Abs(sum - 1) <= 1e-3)) return false;
        if (Math.Abs(sum - 1) <= 1e-9) return true;
        foreach (ref double x in p) x /= sum;
        return true;
    }

    /// <summary>The probability, shortest first, whose logarithm is exactly <paramref name="log"/>; false if doubles have none.</summary>
    public static bool TryPropensity(double log, out double p)
    {
        double exact = Math.Exp(log);
        Span<double> candidates = [Math.Round(exact, 6), Math.Round(exact, 12), exact, Math.BitIncrement(exact), Math.BitDecrement(exact)];
        foreach (double candidate in candidates)
        {
            p = candidate;
            if (p is > 0 and <= 1 && Math.Log(p) == log) return true;
        }
        p = 0;
        return false;
    }

    /// <summary>As <see cref="TryPropensity"/>, or the nearest positive one.</summary>
    public static double PropensityOf(double log) => TryPropensity(log, out double p) ? p : Math.Max(Math.Exp(log), double.Epsilon);

    /// <summary>A number as messages show it.</summary>
    public static string Show(double x) => x.ToString("R", CultureInfo.InvariantCulture);
}
