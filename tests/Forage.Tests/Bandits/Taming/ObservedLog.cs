using Forage.Bandits;
using Forage.Bandits.Taming.Internals;
using Forage.Features;

namespace Forage.Tests.Bandits.Taming;

/// <summary>
/// A history as the paper writes it, round by round, and every quantity of (OP) computed from its definition for every policy of an enumerated
/// class: what the fast code is compared with.
/// </summary>
internal sealed class ObservedLog(PolicyTable policies)
{
    private readonly List<(int Context, int Action, double Probability, double Reward)> _rounds = [];

    public PolicyTable Policies => policies;

    public int Actions => policies.Actions;

    public int Rounds => _rounds.Count;

    public void Add(int context, int action, double probability, double reward) => _rounds.Add((context, action, probability, reward));

    /// <summary>Rounds drawn at random: skewed contexts, propensities from 0.02 up, Bernoulli rewards.</summary>
    public static ObservedLog Random(PolicyTable policies, int rounds, ref Rng rng)
    {
        var log = new ObservedLog(policies);
        var means = new double[policies.Contexts * policies.Actions];
        foreach (ref double mean in means.AsSpan()) mean = rng.NextDouble();
        for (int t = 0; t < rounds; t++)
        {
            int x = Math.Min(rng.NextInt(policies.Contexts), rng.NextInt(policies.Contexts)), a = rng.NextInt(policies.Actions);
            log.Add(x, a, 0.02 + 0.98 * rng.NextDouble(), rng.NextDouble() < means[x * policies.Actions + a] ? 1 : 0);
        }
        return log;
    }

    /// <summary>The same history as the algorithm keeps it.</summary>
    public RewardSums Sums()
    {
        var sums = new RewardSums(Actions);
        sums.Grow(policies.Contexts);
        foreach (var (x, a, p, r) in _rounds) sums.Add(x, a, p, r);
        return sums;
    }

    /// <summary>R^_t(π) of Eq. 1 for every policy.</summary>
    public double[] Values(int rounds)
    {
        var values = new double[policies.Count];
        for (int i = 0; i < values.Length; i++)
        {
            for (int t = 0; t < rounds; t++)
            {
                var (x, a, p, r) = _rounds[t];
                if (policies[i, x] == a) values[i] += r / p / rounds;
            }
        }
        return values;
    }

    /// <summary>b_π of every policy.</summary>
    public double[] Regrets(int rounds, double mu, double psi)
    {
        var values = Values(rounds);
        double best = values.Max();
        return [.. values.Select(v => (best - v) / (psi * mu))];
    }

    /// <summary>Q^µ(a|x) of a context.</summary>
    public double[] Smoothed(double[] q, int context, double mu)
    {
        var p = new double[Actions];
        for (int i = 0; i < q.Length; i++) p[policies[i, context]] += q[i];
        for (int a = 0; a < p.Length; a++) p[a] = (1 - Actions * mu) * p[a] + mu;
        return p;
    }

    /// <summary>V_π(Q) and S_π(Q) of every policy over the first rounds.</summary>
    public (double[] V, double[] S) Moments(int rounds, double[] q, double mu)
    {
        double[][] smoothed = [.. Enumerable.Range(0, policies.Contexts).Select(x => Smoothed(q, x, mu))];
        int[] counts = new int[policies.Contexts];
        for (int t = 0; t < rounds; t++) counts[_rounds[t].Context]++;
        double[] v = new double[policies.Count], s = new double[policies.Count];
        for (int i = 0; i < v.Length; i++)
        {
            for (int x = 0; x < counts.Length; x++)
            {
                double p = smoothed[x][policies[i, x]], share = (double)counts[x] / rounds;
                v[i] += share / p;
                s[i] += share / (p * p);
            }
        }
        return (v, s);
    }

    /// <summary>Φ(Q) of Eq. 6.</summary>
    public double Potential(int rounds, double[] q, double mu, double psi)
    {
        double entropy = 0;
        for (int t = 0; t < rounds; t++)
        {
            foreach (double p in Smoothed(q, _rounds[t].Context, mu)) entropy += (1.0 / Actions * Math.Log(1.0 / Actions / p) + p - 1.0 / Actions) / rounds;
        }
        var b = Regrets(rounds, mu, psi);
        double regret = q.Select((w, i) => w * b[i]).Sum();
        return rounds * mu * (entropy / (1 - Actions * mu) + regret / (2 * Actions));
    }

    /// <summary>Asserts that Q is feasible and satisfies Eqs. 2 and 3, to rounding.</summary>
    public void AssertSolved(int rounds, double[] q, double mu, double psi)
    {
        var b = Regrets(rounds, mu, psi);
        var (v, _) = Moments(rounds, q, mu);
        Assert.All(q, w => Assert.True(w >= 0));
        Assert.True(q.Sum() <= 1 + 1e-12, $"the weights sum to {q.Sum()}");
        double regret = q.Select((w, i) => w * b[i]).Sum();
        Assert.True(regret <= 2 * Actions * (1 + 1e-9), $"Eq. 2: {regret} > 2 · {Actions}");
        for (int i = 0; i < v.Length; i++) Assert.True(v[i] <= (2 * Actions + b[i]) * (1 + 1e-9), $"Eq. 3 of policy {i}: {v[i]} > 2 · {Actions} + {b[i]}");
    }
}
