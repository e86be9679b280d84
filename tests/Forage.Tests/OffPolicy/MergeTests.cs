using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Tests.OffPolicy;

/// <summary>Parts added up equal the whole, for every mergeable fold.</summary>
public class MergeTests
{
    private static readonly List<(double Weight, double Reward)> s_data = Data();

    [Fact]
    public void Ips() => Estimators(() => new IpsEstimator(), (a, b) => a.Merge(b));

    [Fact]
    public void Clipped_ips() => Estimators(() => new IpsEstimator(3), (a, b) => a.Merge(b));

    [Fact]
    public void Snips() => Estimators(() => new SnipsEstimator(), (a, b) => a.Merge(b));

    [Fact]
    public void Direct_method() => Estimators(() => new DirectMethodEstimator(), (a, b) => a.Merge(b));

    [Fact]
    public void Doubly_robust() => Estimators(() => new DoublyRobustEstimator(), (a, b) => a.Merge(b));

    [Fact]
    public void Clopper_Pearson() => Estimators(() => new ClopperPearsonEstimator(50), (a, b) => a.Merge(b));

    [Fact]
    public void Empirical_likelihood() => Estimators(() => new EmpiricalLikelihoodEstimator(), (a, b) => a.Merge(b));

    [Fact]
    public void Mixture_sequence() => Estimators(() => new MixtureSequence(), (a, b) => a.Merge(b));

    [Fact]
    public void Bounded_mixture_sequence() => Estimators(() => new MixtureSequence(maxWeight: 50), (a, b) => a.Merge(b));

    [Fact]
    public void Bounded_sums_sequence() => Estimators(() => new SumsSequence(maxWeight: 50), (a, b) => a.Merge(b));

    [Fact]
    public void Sums_sequence() => Estimators(() => new SumsSequence(), (a, b) => a.Merge(b));

    [Fact]
    public void Differences()
    {
        MixtureDifference whole = new(), left = new(), right = new();
        SumsDifference wholeSums = new(), leftSums = new(), rightSums = new();
        for (int i = 0; i < s_data.Count; i++)
        {
            var seen = new Observation(s_data[i].Weight, s_data[i].Reward);
            whole.Add(seen);
            wholeSums.Add(seen);
            (i < 700 ? left : right).Add(seen);
            (i < 700 ? leftSums : rightSums).Add(seen);
        }
        left.Merge(right);
        leftSums.Merge(rightSums);
        Same(whole.Result(), left.Result());
        Same(wholeSums.Result(), leftSums.Result());
        Assert.Equal(whole.Variance, left.Variance, 1e-12 * whole.Variance);
    }

    [Fact]
    public void Weights_and_propensity_tests()
    {
        WeightStatistics whole = new(), left = new(), right = new();
        PropensityTest wholeTest = new(50), leftTest = new(50), rightTest = new(50);
        for (int i = 0; i < s_data.Count; i++)
        {
            whole.Add(s_data[i].Weight);
            wholeTest.Add(s_data[i].Weight);
            (i < 700 ? left : right).Add(s_data[i].Weight);
            (i < 700 ? leftTest : rightTest).Add(s_data[i].Weight);
        }
        left.Merge(right);
        leftTest.Merge(rightTest);
        Assert.Equal(whole.Count, left.Count);
        Assert.Equal(whole.Mean, left.Mean, 1e-12);
        Assert.Equal(whole.EffectiveSampleSize, left.EffectiveSampleSize, 1e-9 * whole.EffectiveSampleSize);
        Assert.Equal(whole.Largest, left.Largest);
        Assert.Equal(whole.NonzeroFraction, left.NonzeroFraction);
        Assert.Equal(wholeTest.Result().LogWealthAbove, leftTest.Result().LogWealthAbove, 1e-9);
        Assert.Equal(wholeTest.Result().LogWealthBelow, leftTest.Result().LogWealthBelow, 1e-9);
    }

    [Fact]
    public void Parts_that_do_not_fit_are_refused()
    {
        Assert.Throws<ForageException>(() => new IpsEstimator(3).Merge(new IpsEstimator()));
        Assert.Throws<ForageException>(() => new ClopperPearsonEstimator(3).Merge(new ClopperPearsonEstimator(4)));
        Assert.Throws<ForageException>(() => new MixtureSequence().Merge(new MixtureSequence(new RewardScale { SlateLength = 5 })));
        Assert.Throws<ForageException>(() => new SumsSequence(maxWeight: 3).Merge(new SumsSequence()));
        Assert.Throws<ForageException>(() => new PropensityTest(3).Merge(new PropensityTest()));
    }

    private static void Estimators<T>(Func<T> make, Action<T, T> merge) where T : IEstimator<T>
    {
        T whole = make(), left = make(), right = make();
        for (int i = 0; i < s_data.Count; i++)
        {
            var seen = new Observation(s_data[i].Weight, s_data[i].Reward, direct: .3 + .1 * s_data[i].Reward, doublyRobust: .3 + s_data[i].Weight * (s_data[i].Reward - .3));
            whole.Add(seen);
            (i < 700 ? left : right).Add(seen);
        }
        merge(left, right);
        Same(whole.Result(), left.Result());
        Same(whole.Result(.8), left.Result(.8));
    }

    private static void Same(Estimate a, Estimate b)
    {
        Assert.Equal(a.Count, b.Count);
        Assert.Equal(a.Value, b.Value, 1e-9);
        Assert.Equal(a.Lower, b.Lower, 1e-8);
        Assert.Equal(a.Upper, b.Upper, 1e-8);
        Assert.Equal(a.EffectiveSampleSize, b.EffectiveSampleSize, 1e-8 * a.EffectiveSampleSize);
    }

    private static List<(double, double)> Data()
    {
        var rng = new Rng(9);
        List<(double, double)> data = [];
        for (int i = 0; i < 2000; i++) data.Add(PairWorld.Heavy.Draw(ref rng));
        return data;
    }
}
