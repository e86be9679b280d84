using Forage.Bandits.Explorers;
using Forage.Bandits.Internals;
using Forage.Features;

namespace Forage.Bandits.Large;

/// <summary>One slot of a slate drawn from a beam.</summary>
/// <param name="Action">The action shown.</param>
/// <param name="Probability">The probability it was drawn with given the slots before it; 1 where it was certain.</param>
public readonly record struct BeamDraw(int Action, double Probability);

/// <summary>
/// Inverse gap weighting over the beam of a model of very many actions (Sen, Rakhlin, Ying, Kidambi, Foster, Hill, Dhillon 2021, Algorithm 1 and §4): of k slots the first k - r show the best actions
/// for certain; each of the last r is drawn from p(a) = 1/(m + γ (s_b - s_a)) over the m actions of the beam that are left, b the best of them, which gets the rest.
/// </summary>
/// <remarks>
/// Propensities are exact: they are those of the distribution drawn from, whose support is the beam. What the beam does not find has probability 0, so a share
/// <see cref="Outside"/> of each drawn slot may be kept for an action chosen uniformly among all that are not shown; it makes every action possible.
/// </remarks>
/// <param name="beam">The model.</param>
/// <param name="width">Actions taken from the beam.</param>
/// <param name="gamma">γ; larger is greedier.</param>
/// <param name="explored">r, slots that explore.</param>
/// <param name="outside">Share of an exploring slot for actions at large, in [0, 1).</param>
public sealed class BeamExplorer(IActionBeam beam, int width, double gamma, int explored = 1, double outside = 0)
{
    private readonly int[] _actions = new int[Positive(width, "width of the beam")];
    private readonly float[] _scores = new float[width];
    private readonly double[] _pmf = new double[width];

    /// <summary>Share of an exploring slot for actions at large.</summary>
    public double Outside { get; } = outside is >= 0 and < 1 ? outside : throw new ForageException($"The share of actions at large is {outside}; expected a number from 0 up to 1.");

    /// <summary>Draws a slate.</summary>
    /// <param name="context">Features of the decision.</param>
    /// <param name="rng">Randomness; one or two draws an exploring slot.</param>
    /// <param name="slate">Receives the slots; its length is k.</param>
    /// <returns>Slots filled: fewer than asked for if the beam finds fewer actions.</returns>
    public int Decide(in FeatureRow context, ref Rng rng, Span<BeamDraw> slate)
    {
        int left = beam.Search(context, _actions, _scores), k = Math.Min(slate.Length, left), certain = Math.Max(0, k - explored);
        for (int j = 0; j < k; j++)
        {
            if (j < certain)
            {
                slate[j] = new BeamDraw(_actions[0], 1);
                left = Remove(0, left);
                continue;
            }
            var pmf = _pmf.AsSpan(0, left);
            new InverseGapWeighting(gamma, 0).Explore(_scores.AsSpan(0, left), 1, pmf);
            int free = beam.Actions - j; // actions not shown yet
            double each = Outside / free;
            foreach (ref double p in pmf) p = (1 - Outside) * p;
            int at = left;
            int action;
            if (Outside > 0 && rng.NextDouble() < Outside)
            {
                action = Anywhere(slate[..j], ref rng);
                at = _actions.AsSpan(0, left).IndexOf(action);
            }
            else
            {
                at = Drawn(pmf, ref rng);
                action = _actions[at];
            }
            slate[j] = new BeamDraw(action, (at >= 0 ? pmf[at] : 0) + each);
            if (at >= 0) left = Remove(at, left);
        }
        return k;
    }

    /// <summary>Entry of the beam in proportion to a distribution whose sum is 1 - <see cref="Outside"/>.</summary>
    private int Drawn(ReadOnlySpan<double> pmf, ref Rng rng)
    {
        double u = rng.NextDouble() * (1 - Outside), sum = 0;
        int last = 0;
        for (int i = 0; i < pmf.Length; i++)
        {
            if (pmf[i] == 0) continue;
            last = i;
            if (u < (sum += pmf[i])) return i;
        }
        return last;
    }

    private int Anywhere(ReadOnlySpan<BeamDraw> shown, ref Rng rng)
    {
        while (true)
        {
            int action = rng.NextInt(beam.Actions);
            bool free = true;
            foreach (var s in shown) free &= s.Action != action;
            if (free) return action;
        }
    }

    /// <summary>Takes entry <paramref name="at"/> out, keeping the order.</summary>
    private int Remove(int at, int count)
    {
        _actions.AsSpan(at + 1, count - at - 1).CopyTo(_actions.AsSpan(at));
        _scores.AsSpan(at + 1, count - at - 1).CopyTo(_scores.AsSpan(at));
        return count - 1;
    }

    private static int Positive(int value, string what)
    {
        if (value < 1) BanditThrow.BadOption(what, value, "1 or more");
        return value;
    }
}
