namespace Forage.Bandits.Taming.Internals;

/// <summary>
/// The history H_t as (OP) needs it: how often each context came, n_x, and for each context and action the importance-weighted rewards
/// Σ r/p of the rounds it was played in, so that t R^(π) = Σ_x sums[x, π(x)] (Eq. 1). Rounds with one context share a row.
/// </summary>
internal sealed class RewardSums(int actions)
{
    private double[] _counts = [];
    private double[] _sums = [];

    /// <summary>Observations t.</summary>
    public long Rounds { get; private set; }

    /// <summary>Contexts with a row.</summary>
    public int Contexts { get; private set; }

    /// <summary>n_x, one a context.</summary>
    public ReadOnlySpan<double> Counts => _counts.AsSpan(0, Contexts);

    /// <summary>contexts × K sums of r/p.</summary>
    public ReadOnlySpan<double> Sums => _sums.AsSpan(0, Contexts * actions);

    /// <summary>Adds an observation; the context must have a row.</summary>
    public void Add(int context, int action, double probability, double reward)
    {
        Rounds++;
        _counts[context]++;
        _sums[context * actions + action] += reward / probability;
    }

    /// <summary>Gives rows to contexts below <paramref name="contexts"/>.</summary>
    public void Grow(int contexts)
    {
        if (contexts <= Contexts) return;
        if (contexts > _counts.Length)
        {
            int capacity = Math.Max(contexts, Math.Min(2 * _counts.Length, Array.MaxLength / actions));
            Array.Resize(ref _counts, capacity);
            Array.Resize(ref _sums, capacity * actions);
        }
        Contexts = contexts;
    }
}
