using Forage.Linear;
using Forage.OffPolicy;
using Forage.OffPolicy.Learning;
using Forage.Features;

namespace Forage.Tests.OffPolicy.Learning;

public class PolicyModelTests
{
    public static TheoryData<string> Kinds() => ["score", "greedy", "mixture", "restricted", "doubly robust", "uniform"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void SavedAndLoadedItIsTheSame(string kind)
    {
        var world = ContextWorld.Random(2);
        var policy = Make(kind, world);
        byte[] first = Bytes(new PolicyModel(new PolicyRecipe { Name = kind, Actions = 5, Seed = 3 }, policy));
        var loaded = PolicyModel.Load(new MemoryStream(first), "test");
        Assert.Equal(kind, loaded.Recipe.Name);
        Assert.Equal(first, Bytes(loaded));
        for (int x = 0; x < ContextWorld.Contexts; x++) Assert.Equal(Ask(policy, world, x), Ask(loaded.Policy, world, x));
    }

    [Fact]
    public void ADamagedFileIsNamed()
    {
        byte[] bytes = Bytes(new PolicyModel(new PolicyRecipe(), Make("score", ContextWorld.Random(2))));
        bytes[bytes.Length / 2] ^= 4;
        Assert.Throws<ForageException>(() => PolicyModel.Load(new MemoryStream(bytes), "test"));
        Assert.Throws<ForageException>(() => PolicyModel.Load(new MemoryStream(bytes[..40]), "test"));
    }

    [Fact]
    public void AFrozenLearnerPredictsTheSameAfterSavingAndIsSmaller()
    {
        var world = ContextWorld.Random(2);
        var learner = Trained(world, 4);
        byte[] before = Bytes(new PolicyModel(new PolicyRecipe(), new ScorePolicy(new ActionModel(learner))));
        var rough = new float[ContextWorld.Actions];
        learner.PredictAll(world.Rows(1)[0], rough);
        learner.Freeze();
        var exact = new float[ContextWorld.Actions];
        learner.PredictAll(world.Rows(1)[0], exact);
        for (int a = 0; a < exact.Length; a++) Assert.InRange(exact[a], rough[a] - 0.01f * Math.Abs(rough[a]), rough[a] + 0.01f * Math.Abs(rough[a]));
        byte[] after = Bytes(new PolicyModel(new PolicyRecipe(), new ScorePolicy(new ActionModel(learner))));
        Assert.True(after.Length < before.Length, $"{after.Length} against {before.Length}");
        var loaded = (LinearLearner)((ActionModel)((ScorePolicy)PolicyModel.Load(new MemoryStream(after), "test").Policy).Scorer).Regressor;
        var again = new float[ContextWorld.Actions];
        loaded.PredictAll(world.Rows(1)[0], again);
        Assert.Equal(exact, again);
    }

    [Fact]
    public void RestrictedPoliciesStayWithinTheTopOfTheOther()
    {
        var world = ContextWorld.Random(2);
        var p = Ask(Make("restricted", world), world, 0);
        Assert.Equal(2, p.Count(q => q > 0));
        Assert.Equal(1, p.Sum(), 12);
    }

    private static IPolicy Make(string kind, ContextWorld world)
    {
        var score = new ScorePolicy(new ActionModel(Trained(world, 1), new ScorePolicy(new ActionModel(Trained(world, 2)))), new ScorePolicyOptions { Temperature = 0.5, Uniform = 0.1, Top = 4 });
        return kind switch
        {
            "score" => score,
            "greedy" => new GreedyPolicy(score),
            "mixture" => new MixturePolicy(score, new UniformPolicy(), 0.2),
            "restricted" => new RestrictedPolicy(score, new RecordedPolicy(new ScorePolicy(new ActionModel(Trained(world, 3)))), 2),
            "doubly robust" => new ScorePolicy(new DoublyRobustScorer(new ActionModel(Trained(world, 1)), new ActionModel(Trained(world, 2)), RewardLoss.Logistic)),
            _ => new UniformPolicy(),
        };
    }

    private static LinearLearner Trained(ContextWorld world, ulong seed)
    {
        var learner = new LinearLearner(ActionModel.Regression(world.Options(0.3f)), ContextWorld.Actions);
        var rng = new Rng(seed);
        for (int i = 0; i < 200; i++) learner.Learn(world.Rows(rng.NextInt(ContextWorld.Contexts))[0], (float)rng.NextGaussian(), 1, rng.NextInt(ContextWorld.Actions));
        return learner;
    }

    private static double[] Ask(IPolicy policy, ContextWorld world, int x)
    {
        var p = policy.Distribution(new DecisionContext(world.Rows(x), 0, false, ContextWorld.Actions), new PolicyScratch());
        var dense = new double[ContextWorld.Actions];
        for (int i = 0; i < p.Count; i++) dense[p.ActionAt(i)] = p.Probabilities[i];
        return dense;
    }

    private static byte[] Bytes(PolicyModel model)
    {
        var stream = new MemoryStream();
        model.Save(stream);
        return stream.ToArray();
    }
}
