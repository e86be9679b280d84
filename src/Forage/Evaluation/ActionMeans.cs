using Forage.OffPolicy;

namespace Forage.Evaluation;

/// <summary>The simplest reward model: the mean reward of each action, drawn to the mean of all by <paramref name="prior"/> imagined observations, m_a = (Σ r + prior·m)/(n_a + prior). Blind to contexts, hard to mislead.</summary>
/// <param name="known">Number of actions; 0: every action has the mean of all.</param>
/// <param name="prior">Imagined observations.</param>
public sealed class ActionMeans(int known, double prior = 20) : IRewardModel
{
    private readonly double[] _sums = new double[known], _counts = new double[known];
    private double _sum, _count;

    /// <summary>Counts what a slate showed.</summary>
    public void Add(scoped ReadOnlySpan<LoggedAction> slate)
    {
        foreach (var shown in slate)
        {
            (_sum, _count) = (_sum + shown.Reward, _count + 1);
            if (shown.Action >= known) continue;
            _sums[shown.Action] += shown.Reward;
            _counts[shown.Action]++;
        }
    }

    /// <inheritdoc/>
    public void Predict(scoped in DecisionContext context, scoped ReadOnlySpan<int> actions, scoped Span<double> rewards, PolicyScratch scratch)
    {
        double mean = _count > 0 ? _sum / _count : 0;
        int count = actions.IsEmpty ? context.ActionCount : actions.Length;
        for (int k = 0; k < count; k++)
        {
            int a = actions.IsEmpty ? k : actions[k];
            rewards[k] = a < known ? (_sums[a] + prior * mean) / (_counts[a] + prior) : mean;
        }
    }
}
