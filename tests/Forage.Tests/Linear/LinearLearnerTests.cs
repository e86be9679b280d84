using Forage.Data;
using Forage.Features;
using Forage.Linear;
using Forage.Persistence;

namespace Forage.Tests.Linear;

public class LinearLearnerTests
{
    public static TheoryData<string> Recipes() => [.. s_recipes.Keys];

    private static readonly Dictionary<string, (LinearOptions Options, int Slots)> s_recipes = new()
    {
        ["default"] = (new() { Bits = 12 }, 1),
        ["logistic with interactions"] = (new() { Bits = 12, Loss = LossKind.Logistic, Interactions = ["ab", "::"] }, 1),
        ["hinge, l1 and l2"] = (new() { Bits = 12, Loss = LossKind.Hinge, L1 = 1e-4f, L2 = 1e-4f }, 1),
        ["quantile without normalisation"] = (new() { Bits = 12, Loss = LossKind.Quantile, Tau = 0.9f, Normalized = false, LearningRate = 0.1f }, 1),
        ["squared without adaptation"] = (new() { Bits = 12, Adaptive = false }, 1),
        ["another exponent"] = (new() { Bits = 12, Loss = LossKind.Logistic, PowerT = 0.3f }, 1),
        ["plain descent"] = (LinearOptions.Sgd with { Bits = 12, LearningRate = 0.05f, Loss = LossKind.Logistic }, 1),
        ["five slots"] = (new() { Bits = 12, Loss = LossKind.Logistic, Interactions = ["ab"] }, 5),
        ["five slots, l1"] = (new() { Bits = 12, Loss = LossKind.Logistic, L1 = 1e-5f }, 5),
        ["no constant"] = (new() { Bits = 12, Constant = false, Loss = LossKind.Squared }, 1),
    };

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Saving_in_between_changes_nothing_bit_for_bit(string name)
    {
        var (options, slots) = s_recipes[name];
        var data = Examples(300);
        using var once = new LinearLearner(options, slots);
        Train(once, data, 0, 300);
        using var first = new LinearLearner(options, slots);
        Train(first, data, 0, 150);
        using var second = Reload(first);
        Train(second, data, 150, 300);
        Assert.Equal(Bytes(once), Bytes(second));
        for (int k = 0; k < slots; k++) Assert.Equal(once.Predict(data.Rows[0], k), second.Predict(data.Rows[0], k));
    }

    [Theory]
    [MemberData(nameof(Recipes))]
    public void It_learns_and_is_deterministic(string name)
    {
        var (options, slots) = s_recipes[name];
        var data = Examples(3000);
        using var a = new LinearLearner(options, slots);
        using var b = new LinearLearner(options, slots);
        double early = Train(a, data, 0, 500), late = Train(a, data, 2500, 3000);
        Train(b, data, 0, 500);
        Train(b, data, 2500, 3000);
        Assert.True(late < early, $"loss {late} after, {early} before");
        Assert.Equal(Bytes(a), Bytes(b));
    }

    [Theory]
    [InlineData("bits", "number of bits is 40; expected 1 to 32")]
    [InlineData("tau", "quantile tau is 1; expected a number between 0 and 1")]
    [InlineData("rate", "learning rate is -1; expected a positive number")]
    [InlineData("l1", "l1 penalty is NaN")]
    [InlineData("interaction", "interaction 'a' names 1 namespace")]
    public void A_bad_option_is_named_with_what_was_expected(string which, string message)
    {
        var options = which switch
        {
            "bits" => new LinearOptions { Bits = 40 },
            "tau" => new LinearOptions { Tau = 1 },
            "rate" => new LinearOptions { LearningRate = -1 },
            "l1" => new LinearOptions { L1 = float.NaN },
            _ => new LinearOptions { Interactions = ["a"] },
        };
        Assert.Contains(message, Assert.Throws<ForageException>(() => new LinearLearner(options)).Message);
    }

    [Fact]
    public void A_label_that_is_not_finite_is_refused_and_what_was_learnt_stays()
    {
        using var learner = new LinearLearner(new LinearOptions { Bits = 10 });
        var data = Examples(50);
        Train(learner, data, 0, 50);
        byte[] before = Bytes(learner);
        Assert.Contains("label NaN", Assert.Throws<ForageException>(() => learner.Learn(data.Rows[0], float.NaN)).Message);
        Assert.Contains("importance", Assert.Throws<ForageException>(() => learner.Learn(data.Rows[0], 1, float.PositiveInfinity)).Message);
        Assert.Equal(before, Bytes(learner));
    }

    [Fact]
    public void A_damaged_model_is_named_as_such_wherever_it_is_damaged()
    {
        using var learner = new LinearLearner(new LinearOptions { Bits = 8 });
        Train(learner, Examples(30), 0, 30);
        byte[] good = Bytes(learner);
        var rng = new Rng(5);
        for (int i = 0; i < 400; i++)
        {
            byte[] bad = (byte[])good.Clone();
            if (i % 2 == 0) bad = bad[..rng.NextInt(bad.Length)];
            else bad[rng.NextInt(bad.Length)] ^= (byte)(1 << rng.NextInt(8));
            Assert.Throws<ForageException>(() =>
            {
                var reader = new ModelReader(new MemoryStream(bad), "m");
                using var loaded = LinearLearner.Load(reader);
                while (reader.PeekChunk() is not null) reader.SkipChunk();
                reader.Finish();
            });
        }
    }

    [Fact]
    public void Nothing_is_allocated_per_example()
    {
        using var learner = new LinearLearner(new LinearOptions { Bits = 12, Loss = LossKind.Logistic, Interactions = ["ab"] });
        using var slots = new LinearLearner(new LinearOptions { Bits = 10 }, 4);
        var data = Examples(200);
        float[] targets = [1, -1, 1, -1];
        void Pass()
        {
            for (int i = 0; i < data.Count; i++)
            {
                learner.Learn(data.Rows[i], data.Labels[i].Value);
                slots.LearnAll(data.Rows[i], targets);
            }
        }
        Pass();
        Allocation.AssertNone(Pass);
    }

    private static double Train(LinearLearner learner, ExampleBatch data, int from, int to)
    {
        double loss = 0;
        var targets = new float[learner.Slots];
        var scores = new float[learner.Slots];
        for (int i = from; i < to; i++)
        {
            float y = data.Labels[i].Value;
            if (learner.Slots == 1)
            {
                loss += learner.LossOf(learner.Learn(data.Rows[i], y, data.Labels[i].Importance), y);
                continue;
            }
            for (int k = 0; k < targets.Length; k++) targets[k] = k % 2 == 0 ? y : -y;
            learner.LearnAll(data.Rows[i], targets, default, scores);
            for (int k = 0; k < targets.Length; k++) loss += learner.LossOf(scores[k], targets[k]);
        }
        return loss / (to - from);
    }

    private static ExampleBatch Examples(int count)
    {
        var rng = new Rng(42);
        var batch = new ExampleBatch();
        var writer = new RowWriter(batch.Rows);
        for (int i = 0; i < count; i++)
        {
            double score = 0;
            writer.BeginRow();
            for (int ns = 0; ns < 2; ns++)
            {
                writer.BeginGroup((byte)('a' + ns));
                for (int f = 0; f < 5; f++)
                {
                    uint index = (uint)(rng.NextInt(20) + 100 * ns);
                    float value = (float)rng.NextGaussian() * (1 + index % 3);
                    score += value * ((index % 5) - 2.0) / (1 + index % 3);
                    writer.Add(index, value);
                }
                writer.EndGroup();
            }
            writer.EndRow();
            batch.Add(new SimpleLabel(score > 0 ? 1 : -1, 1 + i % 2));
        }
        return batch;
    }

    private static byte[] Bytes(LinearLearner learner)
    {
        var stream = new MemoryStream();
        using var writer = new ModelWriter(stream);
        learner.Save(writer);
        writer.Finish();
        return stream.ToArray();
    }

    private static LinearLearner Reload(LinearLearner learner) => LinearLearner.Load(new ModelReader(new MemoryStream(Bytes(learner)), "model"));
}
