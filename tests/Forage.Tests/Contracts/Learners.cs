using Forage.Bandits;
using Forage.Features;
using Forage.Linear;
using Forage.Multiclass;
using Forage.Multiclass.Trees;
using Forage.OffPolicy;
using Forage.Oracles;
using Forage.Persistence;
using Forage.Search;
using Forage.Search.Tasks;

namespace Forage.Tests.Contracts;

/// <summary>A learner as the contract suite sees it: example i has a target that follows from its number.</summary>
public interface ILearnerUnderTest : IDisposable
{
    void Learn(FeatureRow row, int number);

    float[] Predict(FeatureRow row);

    byte[] Save();

    ILearnerUnderTest Load(byte[] saved);
}

/// <summary>Every learner there is.</summary>
public static class Learners
{
    public static readonly Dictionary<string, Func<ILearnerUnderTest>> All = new()
    {
        ["linear, squared"] = () => Linear(new LinearOptions { Bits = 10 }),
        ["linear, logistic with interactions"] = () => Linear(new LinearOptions { Bits = 10, Loss = LossKind.Logistic, Interactions = ["ab", ":b"] }),
        ["linear, hinge, l1, l2"] = () => Linear(new LinearOptions { Bits = 10, Loss = LossKind.Hinge, L1 = 1e-5f, L2 = 1e-5f }),
        ["linear, quantile"] = () => Linear(new LinearOptions { Bits = 10, Loss = LossKind.Quantile, Tau = 0.2f }),
        ["linear, poisson"] = () => Linear(new LinearOptions { Bits = 10, Loss = LossKind.Poisson, LearningRate = 0.05f, MaxPrediction = 3, MinPrediction = -3 }),
        ["linear, plain descent"] = () => Linear(LinearOptions.Sgd with { Bits = 10, LearningRate = 0.01f }),
        ["linear, ten slots"] = () => Linear(new LinearOptions { Bits = 10, Loss = LossKind.Logistic }, 10),
        ["one against all"] = () => Multiclass(new OneAgainstAll(4, new LinearOptions { Bits = 10, Loss = LossKind.Logistic })),
        ["one against all, weighted positives"] = () => Multiclass(new OneAgainstAll(4, new LinearOptions { Bits = 10, MinPrediction = -50, MaxPrediction = 50 }, positiveWeight: 5)),
        ["cost-sensitive one against all"] = () => CostSensitive(new CostSensitiveOneAgainstAll(4, new LinearOptions { Bits = 10 })),
        ["bandit, epsilon greedy, dr"] = () => Bandit(new BanditRecipe { Kind = BanditKind.EpsilonGreedy, Estimator = CostEstimator.Dr, Epsilon = 0.2 }),
        ["bandit, squarecb"] = () => Bandit(new BanditRecipe { Kind = BanditKind.SquareCb }),
        ["bandit, bagging"] = () => Bandit(new BanditRecipe { Kind = BanditKind.Bagging, Epsilon = 0.2 }),
        ["bandit, online cover"] = () => Bandit(new BanditRecipe { Kind = BanditKind.OnlineCover, Epsilon = 1, Estimator = CostEstimator.Dr }),
        ["bandit, thompson"] = () => Bandit(new BanditRecipe { Kind = BanditKind.Thompson, Epsilon = 0.2 }),
        ["lomtree"] = () => Tree(TreeMethod.LomTree),
        ["lomtree that recycles"] = () => Tree(TreeMethod.LomTree, nodes: 2),
        ["random tree"] = () => Tree(TreeMethod.RandomTree),
        ["filter tree"] = () => Tree(TreeMethod.FilterTree),
        ["recall tree"] = () => Tree(TreeMethod.RecallTree, nodes: 3),
        ["learning to search, one prediction"] = () => Search(),
        ["weighted all pairs"] = () => CostSensitive(new WeightedAllPairs(4, new LinearOptions { Bits = 10, Loss = LossKind.Logistic })),
    };

    private static Subject<LinearLearner> Linear(LinearOptions options, int slots = 1) => new(new LinearLearner(options, slots),
        (l, row, i) => { for (int k = 0; k < l.Slots; k++) l.Learn(row, options.Loss is LossKind.Poisson ? i % 4 : (i + k) % 2 * 2 - 1, 1 + i % 3, k); },
        (l, row) => { var p = new float[l.Slots]; l.PredictAll(row, p); return p; },
        (l, w) => l.Save(w), LinearLearner.Load);

    private static Subject<OneAgainstAll> Multiclass(OneAgainstAll learner) => new(learner,
        (l, row, i) => l.Learn(row, i % 4, 1 + i % 2), (l, row) => [l.Predict(row)], (l, w) => l.Save(w), OneAgainstAll.Load);

    private static Subject<IClassTree> Tree(TreeMethod method, int nodes = 0) => new(
        ClassTree.Create(method, 4, new ClassTreeOptions { MostNodes = nodes, SwapResistance = 0, Candidates = 2, Learner = new LinearOptions { Bits = 32, Loss = method == TreeMethod.LomTree ? LossKind.Squared : LossKind.Logistic } }),
        (t, row, i) => t.Learn(row, i % 4, 1 + i % 2), (t, row) => [t.Predict(row)], (t, w) => ClassTree.Save(t, w), r => ClassTree.Load(r));

    private static Subject<T> CostSensitive<T>(T learner) where T : class, ICostSensitive, IDisposable => new(learner,
        (l, row, i) => l.Learn(row, [i % 3, i % 2, i % 5 == 0 ? float.NaN : 0.5f, i % 4 * 0.3f], 1 + i % 2), (l, row) => [l.Predict(row)],
        (l, w) => { if (l is CostSensitiveOneAgainstAll c) c.Save(w); else ((WeightedAllPairs)(object)l).Save(w); },
        r => typeof(T) == typeof(CostSensitiveOneAgainstAll) ? (T)(object)CostSensitiveOneAgainstAll.Load(r) : (T)(object)WeightedAllPairs.Load(r));

    private static Subject<ContextualBandit> Bandit(BanditRecipe recipe) => new(ContextualBandit.Create(recipe with { Actions = 3, Learner = new LinearOptions { Bits = 10 } }),
        (b, row, i) => b.Learn(Decision(row), i % 3, 0.25 + i % 3 * 0.25, i % 2),
        (b, row) => { double[] p = new double[3]; b.Distribution(Decision(row), p); return [.. p.Select(x => (float)x)]; },
        (b, w) => b.Save(w), ContextualBandit.Load);

    private static Subject<SearchLearner<ClassExample, int>> Search() => new(new SearchLearner<ClassExample, int>(new MulticlassTask(), [4], SearchOptions.DAgger with { Dropout = 0.1 }),
        (l, row, i) => l.Learn(Example(row, i % 4)),
        (l, row) => { using var model = l.ToModel(); return [new Forage.Search.Search(model).Run(new MulticlassTask(), Example(row, -1))]; },
        (l, w) => l.Save(w), r => SearchLearner<ClassExample, int>.Load(new MulticlassTask(), r));

    private static ClassExample Example(FeatureRow row, int label)
    {
        var features = SearchFeatures.Of(row);
        return new ClassExample(features.Indices.ToArray(), features.Values.ToArray(), label);
    }

    private static DecisionContext Decision(FeatureRow row)
    {
        var block = new FeatureBlock();
        var writer = new RowWriter(block);
        writer.BeginRow();
        for (int g = 0; g < row.GroupCount; g++)
        {
            var group = row.Group(g);
            writer.BeginGroup(group.Namespace);
            writer.AddRange(row.Indices[group.Start..group.End], row.Values[group.Start..group.End]);
            writer.EndGroup();
        }
        writer.EndRow();
        return new DecisionContext(block, 0, false, 3);
    }

    private delegate void LearnOne<T>(T learner, FeatureRow row, int number);

    private delegate float[] PredictOne<T>(T learner, FeatureRow row);

    private sealed class Subject<T>(T learner, LearnOne<T> learn, PredictOne<T> predict, Action<T, ModelWriter> save, Func<ModelReader, T> load) : ILearnerUnderTest
        where T : class, IDisposable
    {
        public void Learn(FeatureRow row, int number) => learn(learner, row, number);

        public float[] Predict(FeatureRow row) => predict(learner, row);

        public byte[] Save()
        {
            var stream = new MemoryStream();
            using var writer = new ModelWriter(stream);
            save(learner, writer);
            writer.Finish();
            return stream.ToArray();
        }

        public ILearnerUnderTest Load(byte[] saved) => new Subject<T>(load(new ModelReader(new MemoryStream(saved), "saved")), learn, predict, save, load);

        public void Dispose() => learner.Dispose();
    }
}

/// <summary>Rows of two namespaces, the same at each call.</summary>
public static class ContractData
{
    public static FeatureBlock Rows(int count)
    {
        var rng = new Rng(99);
        var block = new FeatureBlock();
        var writer = new RowWriter(block);
        for (int i = 0; i < count; i++)
        {
            writer.BeginRow();
            for (byte ns = (byte)'a'; ns <= 'b'; ns++)
            {
                writer.BeginGroup(ns);
                for (int f = 0; f < 4; f++) writer.Add((uint)(rng.NextInt(30) + 1000 * ns), (float)rng.NextGaussian());
                writer.EndGroup();
            }
            writer.EndRow();
        }
        return block;
    }
}
