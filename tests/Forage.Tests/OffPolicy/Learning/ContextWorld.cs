using Forage.Features;
using Forage.Linear;
using Forage.OffPolicy;

namespace Forage.Tests.OffPolicy.Learning;

/// <summary>A world whose truth is a table: a few contexts, a few actions, the mean reward of each pair, and a logging policy that is far from the best.</summary>
internal sealed class ContextWorld
{
    public const int Contexts = 4, Actions = 5;

    public double[,] Mean { get; } = new double[Contexts, Actions];

    public double[,] Logging { get; } = new double[Contexts, Actions];

    /// <summary>With action features the pair is described by the context's row crossed with the action's, else by the slot.</summary>
    public bool ActionFeatures { get; init; }

    public static ContextWorld Random(ulong seed, bool actionFeatures = false)
    {
        var world = new ContextWorld { ActionFeatures = actionFeatures };
        var rng = new Rng(seed);
        for (int x = 0; x < Contexts; x++)
        {
            int best = rng.NextInt(Actions);
            double sum = 0;
            for (int a = 0; a < Actions; a++)
            {
                world.Mean[x, a] = a == best ? 0.85 : 0.1 + 0.4 * rng.NextDouble();
                sum += world.Logging[x, a] = a == best ? 0.5 : 0.6 + rng.NextDouble();
            }
            for (int a = 0; a < Actions; a++) world.Logging[x, a] /= sum;
        }
        return world;
    }

    public LinearOptions Options(float rate) => new() { Bits = 12, LearningRate = rate, Constant = false, Interactions = ActionFeatures ? ["ca"] : [] };

    public int Slots => ActionFeatures ? 1 : Actions;

    public FeatureBlock Rows(int x)
    {
        var block = new FeatureBlock();
        var writer = new RowWriter(block);
        writer.BeginRow();
        writer.BeginGroup((byte)'c');
        writer.Add((uint)(x + 1), 1);
        writer.EndGroup();
        writer.EndRow();
        for (int a = 0; ActionFeatures && a < Actions; a++)
        {
            writer.BeginRow(0);
            writer.BeginGroup((byte)'a');
            writer.Add((uint)(100 + a), 1);
            writer.EndGroup();
            writer.EndRow();
        }
        return block;
    }

    public LoggedDecision Draw(ref Rng rng, int length = 1)
    {
        int x = rng.NextInt(Contexts);
        var p = new double[Actions];
        for (int a = 0; a < Actions; a++) p[a] = Logging[x, a];
        var actions = new int[length];
        var logs = new double[length];
        PlackettLuce.Draw(new ActionDistribution(default, p), ref rng, actions, logs);
        var slate = new LoggedAction[length];
        for (int j = 0; j < length; j++) slate[j] = new LoggedAction(actions[j], logs[j], rng.NextDouble() < Mean[x, actions[j]] ? 1 : 0);
        return new LoggedDecision { Rows = Rows(x), ActionCount = Actions, Slate = slate, Distribution = p };
    }

    public int Best(int x)
    {
        int best = 0;
        for (int a = 1; a < Actions; a++)
            if (Mean[x, a] > Mean[x, best]) best = a;
        return best;
    }

    public int Chosen(IPolicy policy, int x)
    {
        var p = new double[Actions];
        for (int a = 0; a < Actions; a++) p[a] = Logging[x, a];
        return new GreedyPolicy(policy).Rank(new DecisionContext(Rows(x), 0, ActionFeatures, Actions, default, p), 1, new PolicyScratch())[0];
    }
}
