using Forage.Bandits;

namespace Forage.Cli.Reproductions.Elimination;

/// <summary>
/// ε-greedy over a finite class: the policy of the greatest value estimated by importance weighting, and with probability ε_t = min{1, (K/t)^(1/3)} any action.
/// </summary>
internal sealed class ClassEpsilonGreedy(PolicyTable policies) : IFiniteBandit
{
    private readonly double[] _values = new double[policies.Count];
    private long _rounds;
    private int _best;

    public int Actions => policies.Actions;

    public void Distribution(int context, Span<double> pmf)
    {
        double epsilon = Math.Min(1, Math.Cbrt((double)Actions / (_rounds + 1)));
        pmf.Fill(epsilon / Actions);
        pmf[policies[_best, context]] += 1 - epsilon;
    }

    public void Observe(int context, int action, double probability, double reward)
    {
        _rounds++;
        if (reward == 0) return;
        var column = policies.Column(context);
        double gained = reward / probability;
        for (int i = 0; i < column.Length; i++)
        {
            if (column[i] != action) continue;
            _values[i] += gained;
            if (_values[i] > _values[_best]) _best = i;
        }
    }
}

/// <summary>Any action, for ever.</summary>
internal sealed class UniformPlay(int actions) : IFiniteBandit
{
    public int Actions => actions;

    public void Distribution(int context, Span<double> pmf) => pmf.Fill(1.0 / actions);

    public void Observe(int context, int action, double probability, double reward)
    {
    }
}
