using Forage.Features;

namespace Forage.Tests.Contracts;

/// <summary>What every learner promises, whatever it learns. A new learner joins by a line in <see cref="Learners"/>.</summary>
public class LearnerContractTests
{
    public static TheoryData<string> Names() => [.. Learners.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Learning_leaves_its_input_untouched(string name)
    {
        using var learner = Learners.All[name]();
        var block = ContractData.Rows(40);
        var before = ContractData.Rows(40);
        for (int i = 0; i < 40; i++) learner.Learn(block[i], i);
        for (int i = 0; i < 40; i++)
        {
            Assert.Equal(before[i].Indices.ToArray(), block[i].Indices.ToArray());
            Assert.Equal(before[i].Values.ToArray(), block[i].Values.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Predicting_changes_nothing(string name)
    {
        using var learner = Trained(name, 60);
        byte[] before = learner.Save();
        var rows = ContractData.Rows(60);
        for (int i = 0; i < 60; i++) learner.Predict(rows[i]);
        Assert.Equal(before, learner.Save());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Unseen_and_missing_features_are_fine(string name)
    {
        using var learner = Trained(name, 60);
        float[] empty = learner.Predict(default);
        Assert.All(empty, p => Assert.True(float.IsFinite(p)));
        float[] unseen = learner.Predict(new FeatureRow([4_000_000_001, 17], [1e6f, -1e-6f]));
        Assert.All(unseen, p => Assert.True(float.IsFinite(p)));
        learner.Learn(default, 0);
        learner.Learn(new FeatureRow([4_000_000_001], [2]), 1);
        Assert.All(learner.Predict(ContractData.Rows(1)[0]), p => Assert.True(float.IsFinite(p)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_examples_give_the_same_learner(string name)
    {
        using var a = Trained(name, 120);
        using var b = Trained(name, 120);
        Assert.Equal(a.Save(), b.Save());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Saving_loading_and_saving_again_gives_the_same_bytes_and_predictions(string name)
    {
        using var learner = Trained(name, 120);
        byte[] saved = learner.Save();
        using var loaded = learner.Load(saved);
        Assert.Equal(saved, loaded.Save());
        var rows = ContractData.Rows(120);
        for (int i = 0; i < 120; i++) Assert.Equal(learner.Predict(rows[i]), loaded.Predict(rows[i]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Learning_goes_on_after_loading_as_if_it_had_not_stopped(string name)
    {
        using var straight = Trained(name, 120);
        using var half = Trained(name, 60);
        using var resumed = half.Load(half.Save());
        var rows = ContractData.Rows(120);
        for (int i = 60; i < 120; i++) resumed.Learn(rows[i], i);
        Assert.Equal(straight.Save(), resumed.Save());
    }

    private static ILearnerUnderTest Trained(string name, int examples)
    {
        var learner = Learners.All[name]();
        var rows = ContractData.Rows(examples);
        for (int i = 0; i < examples; i++) learner.Learn(rows[i], i);
        return learner;
    }
}
