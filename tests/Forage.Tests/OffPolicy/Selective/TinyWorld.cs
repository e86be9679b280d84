using Forage.Extreme;
using Forage.Features;
using Forage.OffPolicy;
using Forage.OffPolicy.Selective;

namespace Forage.Tests.OffPolicy.Selective;

/// <summary>A world small enough to enumerate: equally likely contexts, a policy of each kind, two-point rewards, relevant and selected actions.</summary>
internal sealed class TinyWorld
{
    public required double[][] Logging { get; init; }
    public required double[][] Target { get; init; }

    /// <summary>δ(x, y) = E[r | x, y].</summary>
    public required double[][] Means { get; init; }

    /// <summary>E[r² | x, y].</summary>
    public required double[][] Squares { get; init; }
    public required int[][] Relevant { get; init; }
    public required int[][] Selected { get; init; }

    /// <summary>Δ.</summary>
    public double Largest { get; init; } = 1;

    public int Contexts => Logging.Length;

    public IActionSelector Phi => Selector(Selected);

    public IActionSelector Psi => Selector(Relevant);

    public static IActionSelector Selector(int[][] rows)
    {
        var sets = new LabelSets();
        foreach (int[] row in rows) sets.Add(row);
        return new FixedActions(sets);
    }

    public DecisionContext Context(int x) => new(new FeatureBlock(0, 0), 0, false, Logging[x].Length, logged: Logging[x], number: x);

    /// <summary>V(π) over slates, by enumeration.</summary>
    public double Value(double[][] policy, int length = 1) =>
        Enumerable.Range(0, Contexts).Average(x => Enumeration.Slates(policy[x], length).Sum(s => s.Probability * s.Slate.Sum(a => Means[x][a])));

    /// <summary>κ(π, Ψ, Φ), by the library.</summary>
    public SelectionOverlap Overlap(int length = 1)
    {
        var overlap = new SelectionOverlap(new TabularPolicy(Target), Phi, Psi, length);
        for (int x = 0; x < Contexts; x++) overlap.Add(Context(x));
        return overlap;
    }

    /// <summary>Exact expectation of each w_j r_j, and of (w r)² for single decisions, over everything the log can hold.</summary>
    public (double[] Means, double Square) Exact(PolicyWeigherOptions options, int length = 1)
    {
        var weigher = new PolicyWeigher(new TabularPolicy(Target), options);
        var means = new double[length];
        double square = 0;
        for (int x = 0; x < Contexts; x++)
            foreach (var (slate, probability) in Enumeration.Slates(Logging[x], length))
            {
                double p = probability / Contexts;
                var weights = weigher.Weigh(Context(x), Shown(x, slate)).Weights;
                for (int j = 0; j < length; j++) means[j] += p * weights[j] * Means[x][slate[j]];
                square += p * weights[0] * weights[0] * Squares[x][slate[0]];
            }
        return (means, square);
    }

    /// <summary>E (V^ - V)² of the mean of n independent w r.</summary>
    public double MeanSquaredError(PolicyWeigherOptions options, int n) => MeanSquaredError(Exact(options), Value(Target), n);

    /// <summary>The same from moments that are known.</summary>
    public static double MeanSquaredError((double[] Means, double Square) exact, double truth, int n)
    {
        double mean = exact.Means[0], bias = mean - truth;
        return (exact.Square - mean * mean) / n + bias * bias;
    }

    /// <summary>A logged slate with the conditional propensities it was drawn with.</summary>
    public LoggedAction[] Shown(int x, int[] slate, double reward = 0)
    {
        var shown = new LoggedAction[slate.Length];
        double left = 1;
        for (int j = 0; j < slate.Length; j++)
        {
            double p = Logging[x][slate[j]];
            left = Enumerable.Range(0, Logging[x].Length).Where(a => !slate[..j].Contains(a)).Sum(a => Logging[x][a]);
            shown[j] = new LoggedAction(slate[j], Math.Min(0, Math.Log(p / left)), reward);
        }
        return shown;
    }

    /// <summary>A random world with 2 to <paramref name="most"/> actions.</summary>
    public static TinyWorld Random(ref Rng rng, Irrelevant kind, int most = 6, int least = 2)
    {
        int contexts = 1 + rng.NextInt(3), k = least + rng.NextInt(most - least + 1);
        double largest = 0.5 + 2 * rng.NextDouble(), noise = largest * rng.NextDouble(), sharpness = 2.5 * rng.NextDouble();
        double[][] logging = new double[contexts][], target = new double[contexts][], means = new double[contexts][], squares = new double[contexts][];
        int[][] relevant = new int[contexts][], selected = new int[contexts][];
        for (int x = 0; x < contexts; x++)
        {
            double relevance = rng.NextDouble(), selection = rng.NextDouble(), support = rng.NextDouble();
            var isRelevant = new bool[k];
            (logging[x], target[x], means[x], squares[x]) = (new double[k], new double[k], new double[k], new double[k]);
            for (int a = 0; a < k; a++)
            {
                isRelevant[a] = kind == Irrelevant.None || rng.NextDouble() < relevance;
                logging[x][a] = isRelevant[a] || a == 0 || kind == Irrelevant.Everywhere || rng.NextDouble() < support ? Math.Exp(sharpness * rng.NextGaussian()) : 0;
                target[x][a] = Math.Exp(sharpness * rng.NextGaussian());
                // r is low or high, both in [0, Δ]; irrelevant actions have 0, or ± noise.
                double low = largest * rng.NextDouble(), high = largest * rng.NextDouble(), p = rng.NextDouble();
                means[x][a] = isRelevant[a] ? (1 - p) * low + p * high : 0;
                squares[x][a] = isRelevant[a] ? (1 - p) * low * low + p * high * high : kind == Irrelevant.Silent ? 0 : noise * noise;
            }
            Normalise(logging[x]);
            Normalise(target[x]);
            relevant[x] = [.. Enumerable.Range(0, k).Where(a => isRelevant[a])];
            int[] shown = [.. Enumerable.Range(0, k).Where(a => logging[x][a] > 0)];
            var kept = new List<int>();
            foreach (int a in shown)
                if (rng.NextDouble() < selection) kept.Add(a);
            selected[x] = [.. kept];
            if (selected[x].Length == 0) selected[x] = [shown[rng.NextInt(shown.Length)]];
        }
        return new TinyWorld { Logging = logging, Target = target, Means = means, Squares = squares, Relevant = relevant, Selected = selected, Largest = largest };
    }

    /// <summary>The same with Φ grown to cover Ψ.</summary>
    public TinyWorld Covering() => new()
    {
        Logging = Logging,
        Target = Target,
        Means = Means,
        Squares = Squares,
        Relevant = Relevant,
        Largest = Largest,
        Selected = [.. Selected.Zip(Relevant, (s, r) => s.Union(r).Order().ToArray())],
    };

    private static void Normalise(double[] p)
    {
        double sum = p.Sum();
        for (int a = 0; a < p.Length; a++) p[a] /= sum;
    }
}

/// <summary>What actions outside Ψ give.</summary>
public enum Irrelevant
{
    /// <summary>Reward 0 always; the log need not show them.</summary>
    Silent,

    /// <summary>Noise of mean 0; the log need not show them.</summary>
    Noisy,

    /// <summary>Noise of mean 0; the log shows every action.</summary>
    Everywhere,

    /// <summary>There are none: every action is relevant, and shown.</summary>
    None,
}
