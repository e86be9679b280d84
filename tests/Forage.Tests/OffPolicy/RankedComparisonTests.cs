using Forage.Features;
using Forage.OffPolicy;
using Forage.Tests.OffPolicy.Learning;

namespace Forage.Tests.OffPolicy;

/// <summary>The difference of two rankings against its known value.</summary>
public class RankedComparisonTests
{
    private const int Length = 2;

    [Theory]
    [InlineData(1000, 1000, false)]
    [InlineData(4, 3, true)]
    public void IntervalsHoldTheTruthAndPlainDifferencesAreUnbiased(double rarest, double largest, bool bounds)
    {
        const int runs = 100, decisions = 400;
        var world = ContextWorld.Random(8);
        var (first, second) = (new Fixed(0, 1), new Fixed(1, 2));
        double truth = 0;
        for (int x = 0; x < ContextWorld.Contexts; x++) truth += (world.Mean[x, 0] - world.Mean[x, 2]) / ContextWorld.Contexts;
        int missed = 0;
        double sum = 0, squares = 0;
        long bounded = 0;
        for (ulong seed = 1; seed <= runs; seed++)
        {
            var rng = new Rng(seed);
            var comparison = new RankedComparison(new LoggingPolicy(), new HalfModel(), new RewardScale { SlateLength = Length }, rarest, largest);
            for (int i = 0; i < decisions; i++)
            {
                var d = world.Draw(ref rng, Length);
                comparison.Add(new DecisionContext(d), (LoggedAction[])d.Slate, first, second);
            }
            var result = comparison.Result();
            if (truth < result.Lower || truth > result.Upper) missed++;
            sum += comparison.Plain.Mean;
            squares += comparison.Plain.Mean * comparison.Plain.Mean;
            bounded += comparison.Bounded;
        }
        double mean = sum / runs, error = Math.Sqrt((squares / runs - mean * mean) / runs);
        Assert.InRange(mean, truth - 3 * error, truth + 3 * error);
        Assert.True(missed <= 10, $"{missed} of {runs} intervals miss the truth"); // at most 5 expected
        Assert.Equal(bounds, bounded > 0);
    }

    [Fact]
    public void EqualRankingsDifferByNothing()
    {
        var world = ContextWorld.Random(8);
        var rng = new Rng(1);
        var comparison = new RankedComparison(new LoggingPolicy(), new HalfModel(), new RewardScale { SlateLength = Length }, 10, 10);
        for (int i = 0; i < 2000; i++)
        {
            var d = world.Draw(ref rng, Length);
            comparison.Add(new DecisionContext(d), (LoggedAction[])d.Slate, new Fixed(0, 1), new Fixed(1, 0));
        }
        var result = comparison.Result();
        Assert.Equal(0, result.Value);
        Assert.InRange(result.Lower, -0.2, 0);
        Assert.InRange(result.Upper, 0, 0.2);
    }

    private sealed class Fixed(params int[] actions) : IRankingPolicy
    {
        private static readonly double[] One = [1];

        public ActionDistribution Distribution(scoped in DecisionContext context, PolicyScratch scratch) => new(actions.AsSpan(0, 1), One);

        public ReadOnlySpan<int> Rank(scoped in DecisionContext context, int length, PolicyScratch scratch) => actions.AsSpan(0, length);
    }

    private sealed class HalfModel : IRewardModel
    {
        public void Predict(scoped in DecisionContext context, scoped ReadOnlySpan<int> actions, scoped Span<double> rewards, PolicyScratch scratch) => rewards.Fill(0.5);
    }
}
