using Forage.Bandits;
using Forage.Features;
using Forage.Linear;
using Forage.OffPolicy;

namespace Forage.Tests.Bandits;

/// <summary>
/// A linear world of known truth: x has <see cref="Features"/> Gaussian features, action a pays 1 with probability clip(0.5 + 0.45 wᵀx/|x|·…): the sign of a margin decides
/// which actions are good. The same seed gives the same rounds.
/// </summary>
internal sealed class BanditWorld
{
    private readonly float[][] _weights;

    public BanditWorld(int actions, int features, int rounds, ulong seed = 5)
    {
        (Actions, Features) = (actions, features);
        var rng = new Rng(seed);
        _weights = [.. Enumerable.Range(0, actions).Select(_ => Enumerable.Range(0, features).Select(_ => (float)rng.NextGaussian()).ToArray())];
        var shared = new RowWriter(Shared);
        var own = new RowWriter(WithActions);
        var values = new float[features];
        for (int t = 0; t < rounds; t++)
        {
            for (int f = 0; f < features; f++) values[f] = (float)rng.NextGaussian();
            Write(ref shared, -1, (byte)'x', 0, values);
            int row = Write(ref own, -1, (byte)'x', 0, values);
            for (int a = 0; a < actions; a++) Write(ref own, row, (byte)'a', 1000 + (uint)a, [1]);
            Values.Add([.. values]);
        }
    }

    public int Actions { get; }

    public int Features { get; }

    public int Rounds => Values.Count;

    public FeatureBlock Shared { get; } = new();

    public FeatureBlock WithActions { get; } = new();

    public List<float[]> Values { get; } = [];

    /// <summary>Options under which a linear learner can know the truth.</summary>
    public static LinearOptions Learner { get; } = new() { Bits = 12, LearningRate = 0.5f };

    /// <summary>Those for actions with rows of their own.</summary>
    public static LinearOptions CrossedLearner { get; } = Learner with { Bits = 14, Interactions = ["xa"] };

    public DecisionContext Context(int t, bool rows = false, ReadOnlySpan<int> excluded = default) => rows
        ? new DecisionContext(WithActions, t * (Actions + 1), true, Actions, excluded)
        : new DecisionContext(Shared, t, false, Actions, excluded);

    /// <summary>Probability that action a pays 1.</summary>
    public double Mean(int t, int a)
    {
        double z = 0;
        for (int f = 0; f < Features; f++) z += Values[t][f] * _weights[a][f];
        return Math.Clamp(0.5 + 0.4 * z / Math.Sqrt(Features), 0.02, 0.98);
    }

    public double BestMean(int t) => Enumerable.Range(0, Actions).Max(a => Mean(t, a));

    /// <summary>Mean regret a round over the last half of the rounds.</summary>
    public double LateRegret(IContextualBandit bandit, ulong seed, bool rows = false)
    {
        var rng = new Rng(seed);
        double regret = 0;
        for (int t = 0; t < Rounds; t++)
        {
            var context = Context(t, rows);
            var draw = bandit.Decide(context, ref rng);
            double mean = Mean(t, draw.Action);
            if (t >= Rounds / 2) regret += BestMean(t) - mean;
            bandit.Learn(context, draw.Action, draw.Probability, rng.NextDouble() < mean ? 1 : 0);
        }
        return regret / (Rounds - Rounds / 2);
    }

    /// <summary>Regret a round of choosing at random.</summary>
    public double UniformRegret() => Enumerable.Range(Rounds / 2, Rounds - Rounds / 2).Average(t => BestMean(t) - Enumerable.Range(0, Actions).Average(a => Mean(t, a)));

    private static int Write(ref RowWriter writer, int shared, byte ns, uint first, ReadOnlySpan<float> values)
    {
        writer.BeginRow(shared);
        writer.BeginGroup(ns);
        for (int f = 0; f < values.Length; f++) writer.Add(first + (uint)f, values[f]);
        writer.EndGroup();
        return writer.EndRow();
    }
}

/// <summary>One recipe of every kind, and variants worth a test of their own.</summary>
internal static class Recipes
{
    public static readonly Dictionary<string, BanditRecipe> All = new()
    {
        ["epsilon greedy"] = new() { Kind = BanditKind.EpsilonGreedy, Epsilon = 0.1 },
        ["epsilon greedy, decaying, dr"] = new() { Kind = BanditKind.EpsilonGreedy, Epsilon = 1, Decay = 1.0 / 3, Estimator = CostEstimator.Dr },
        ["epsilon greedy, ips"] = new() { Kind = BanditKind.EpsilonGreedy, Epsilon = 0.2, Estimator = CostEstimator.Ips },
        ["epsilon greedy, dm"] = new() { Kind = BanditKind.EpsilonGreedy, Epsilon = 0.1, Estimator = CostEstimator.Dm },
        ["explore first"] = new() { Kind = BanditKind.ExploreFirst, FirstRounds = 300 },
        ["epoch greedy"] = new() { Kind = BanditKind.EpochGreedy },
        ["softmax"] = new() { Kind = BanditKind.Softmax, Lambda = 15 },
        ["squarecb"] = new() { Kind = BanditKind.SquareCb },
        ["squarecb, logistic"] = new() { Kind = BanditKind.SquareCb, Learner = BanditWorld.Learner with { Loss = LossKind.Logistic } },
        ["bagging"] = new() { Kind = BanditKind.Bagging, Policies = 6, Epsilon = 0.02 },
        ["bagging, not greedified"] = new() { Kind = BanditKind.Bagging, Policies = 16, Greedify = false, Epsilon = 0 },
        ["cover, dr"] = new() { Kind = BanditKind.OnlineCover, Policies = 4, Epsilon = 1, Estimator = CostEstimator.Dr },
        ["cover, mtr"] = new() { Kind = BanditKind.OnlineCover, Policies = 4, Epsilon = 1 },
        ["cover, one policy"] = new() { Kind = BanditKind.OnlineCover, Policies = 1, Epsilon = 1 },
        ["cover, smoothing"] = new() { Kind = BanditKind.OnlineCover, Policies = 8, Epsilon = 1, Psi = 0.1, Smoothing = true },
        ["cover, no uniform"] = new() { Kind = BanditKind.OnlineCover, Policies = 8, Epsilon = 1, Psi = 1, NoUniform = true },
        ["regcb, optimistic"] = new() { Kind = BanditKind.RegCb, Epsilon = 0 },
        ["regcb, elimination"] = new() { Kind = BanditKind.RegCb, Optimistic = false, Epsilon = 0, Mellowness = 0.01 },
        ["linucb, exact"] = new() { Kind = BanditKind.LinUcb, Dimensions = 40, Epsilon = 0, Width = 0.5 },
        ["linucb, diagonal"] = new() { Kind = BanditKind.LinUcb, Epsilon = 0, Width = 0.5 },
        ["linucb, projected"] = new() { Kind = BanditKind.LinUcb, Dimensions = 32, Project = true, Minibatch = 10, Epsilon = 0, Width = 0.5 },
        ["thompson, exact"] = new() { Kind = BanditKind.Thompson, Dimensions = 40, Epsilon = 0, Width = 0.5 },
        ["thompson, diagonal"] = new() { Kind = BanditKind.Thompson, Epsilon = 0.01, Width = 0.5 },
        ["thompson, forgetting"] = new() { Kind = BanditKind.Thompson, Epsilon = 0.01, Width = 0.5, Forgetting = 0.9995 },
        ["linucb, exact, forgetting"] = new() { Kind = BanditKind.LinUcb, Dimensions = 40, Epsilon = 0, Width = 0.5, Forgetting = 0.9995 },
    };

    /// <summary>A bandit of this name for a world, with fixed actions or with action rows.</summary>
    public static ContextualBandit Make(string name, BanditWorld world, bool rows = false)
    {
        var recipe = All[name];
        var learner = rows ? BanditWorld.CrossedLearner : BanditWorld.Learner;
        if (recipe.Dimensions == 40 && rows) recipe = recipe with { Dimensions = 80 };
        return ContextualBandit.Create(recipe with { Actions = rows ? 0 : world.Actions, Learner = learner with { Loss = recipe.Learner.Loss } });
    }
}
