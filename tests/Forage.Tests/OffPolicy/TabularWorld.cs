using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Tests.OffPolicy;

/// <summary>A small world with known truth: contexts, actions, a mean reward for each pair. The number of a decision is its context.</summary>
internal sealed class TabularWorld
{
    public TabularWorld(int contexts, int actions, ulong seed)
    {
        var rng = new Rng(seed);
        Contexts = contexts;
        Actions = actions;
        Means = Table(contexts, actions, () => 0.05 + 0.9 * rng.NextDouble() * rng.NextDouble());
        Logging = RandomPolicy(contexts, actions, ref rng, sharpness: 1);
        Target = RandomPolicy(contexts, actions, ref rng, sharpness: 1.5);
    }

    public int Contexts { get; }
    public int Actions { get; }
    public double[][] Means { get; }
    public TabularPolicy Logging { get; }
    public TabularPolicy Target { get; }

    public static double[][] Table(int rows, int columns, Func<double> cell) =>
        [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, columns).Select(_ => cell()).ToArray())];

    public static TabularPolicy RandomPolicy(int contexts, int actions, ref Rng rng, double sharpness)
    {
        var rows = new double[contexts][];
        for (int x = 0; x < contexts; x++)
        {
            rows[x] = new double[actions];
            for (int a = 0; a < actions; a++) rows[x][a] = Math.Exp(sharpness * rng.NextGaussian());
            double sum = rows[x].Sum();
            for (int a = 0; a < actions; a++) rows[x][a] /= sum;
        }
        return new TabularPolicy(rows);
    }

    /// <summary>One decision of <paramref name="length"/> positions with 0/1 rewards that depend on context and action only.</summary>
    public (LoggedDecision Decision, int Context) Draw(ref Rng rng, int length = 1)
    {
        int x = rng.NextInt(Contexts);
        Span<int> actions = stackalloc int[length];
        Span<double> logs = stackalloc double[length];
        PlackettLuce.Draw(new ActionDistribution(default, Logging.Rows[x]), ref rng, actions, logs);
        var slate = new LoggedAction[length];
        for (int j = 0; j < length; j++) slate[j] = new LoggedAction(actions[j], logs[j], rng.NextDouble() < Means[x][actions[j]] ? 1 : 0);
        return (new LoggedDecision { Rows = new FeatureBlock(0, 0), ActionCount = Actions, Slate = slate, Distribution = Logging.Rows[x] }, x);
    }

    /// <summary>V(π) by enumeration of all slates.</summary>
    public double Truth(TabularPolicy policy, int length = 1) =>
        Enumerable.Range(0, Contexts).Average(x => Enumeration.Slates(policy.Rows[x], length).Sum(s => s.Probability * s.Slate.Sum(a => Means[x][a])));

    public double GreedyTruth(TabularPolicy policy, int length) =>
        Enumerable.Range(0, Contexts).Average(x => Enumerable.Range(0, Actions).OrderByDescending(a => policy.Rows[x][a]).Take(length).Sum(a => Means[x][a]));
}

/// <summary>π(a|x) from a table; x is the decision's number.</summary>
internal sealed class TabularPolicy(double[][] rows) : IPolicy
{
    public double[][] Rows { get; } = rows;

    public ActionDistribution Distribution(scoped in DecisionContext context, PolicyScratch scratch) => new(default, Rows[(int)context.Number]);
}

/// <summary>Rewards from a table, off by a constant factor.</summary>
internal sealed class TabularModel(double[][] means, double factor) : IRewardModel
{
    public void Predict(scoped in DecisionContext context, scoped ReadOnlySpan<int> actions, scoped Span<double> rewards, PolicyScratch scratch)
    {
        var row = means[(int)context.Number];
        int n = actions.IsEmpty ? row.Length : actions.Length;
        for (int i = 0; i < n; i++) rewards[i] = factor * row[actions.IsEmpty ? i : actions[i]];
    }
}

internal static class Enumeration
{
    /// <summary>All ordered slates with their Plackett-Luce probabilities.</summary>
    public static IEnumerable<(int[] Slate, double Probability)> Slates(double[] p, int length) => Extend([], 1, p, length);

    public static double Inclusion(double[] p, int length, int action) => Slates(p, length).Where(s => s.Slate.Contains(action)).Sum(s => s.Probability);

    private static IEnumerable<(int[], double)> Extend(int[] prefix, double probability, double[] p, int length)
    {
        if (prefix.Length == length)
        {
            yield return (prefix, probability);
            yield break;
        }
        double mass = 0;
        for (int a = 0; a < p.Length; a++)
            if (!prefix.Contains(a)) mass += p[a];
        for (int a = 0; a < p.Length; a++)
        {
            if (prefix.Contains(a) || p[a] <= 0) continue;
            foreach (var slate in Extend([.. prefix, a], probability * p[a] / mass, p, length)) yield return slate;
        }
    }
}

/// <summary>Mean and standard error over runs.</summary>
internal sealed class RunStatistics
{
    private double _sum, _squares;
    private int _count;

    public void Add(double x) => (_sum, _squares, _count) = (_sum + x, _squares + x * x, _count + 1);

    public double Mean => _sum / _count;

    public double StandardError => Math.Sqrt(Math.Max(0, _squares / _count - Mean * Mean) / (_count - 1));
}
