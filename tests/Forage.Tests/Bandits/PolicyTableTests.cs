using Forage.Bandits;
using Forage.Features;

namespace Forage.Tests.Bandits;

public class PolicyTableTests
{
    [Fact]
    public void Sums_over_the_class_are_the_same_doubles_whichever_way()
    {
        var rng = new Rng(1);
        foreach (int actions in new[] { 1, 2, 3, 7, 8, 9, 15, 16, 17, 40 })
        {
            foreach (int count in new[] { 1, 7, 8, 31, 32, 33, 100 })
            {
                int contexts = 1 + rng.NextInt(6);
                var table = PolicyTable.Random(actions, contexts, count, ref rng);
                var rewards = new double[contexts * actions];
                foreach (ref double r in rewards.AsSpan()) r = rng.NextGaussian() * Math.Pow(10, rng.NextInt(20) - 10);
                double[] fast = new double[count], scalar = new double[count];
                Array.Fill(fast, double.NaN);
                table.Sum(rewards, fast);
                table.SumScalar(rewards, scalar);
                Assert.Equal(scalar, fast);
                for (int i = 0; i < count; i++)
                {
                    double sum = 0;
                    for (int x = 0; x < contexts; x++) sum += rewards[x * actions + table[i, x]];
                    Assert.Equal(sum, fast[i]);
                }
            }
        }
    }

    [Fact]
    public void Infinite_and_undefined_rewards_pass_to_those_who_play_them_only()
    {
        var table = new PolicyTable(3, 2, [0, 0, 1, 1, 2, 2, 0, 1]);
        double[] values = new double[4], scalar = new double[4];
        double[] rewards = [1, double.NaN, double.PositiveInfinity, double.Epsilon, 2, 3];
        table.Sum(rewards, values);
        table.SumScalar(rewards, scalar);
        Assert.Equal([1, double.NaN, double.PositiveInfinity, 3], values);
        Assert.Equal(scalar, values);
    }

    [Fact]
    public void All_policies_are_all_and_different()
    {
        var table = PolicyTable.All(3, 4);
        Assert.Equal(81, table.Count);
        Assert.Equal(81, Enumerable.Range(0, 81).Select(i => string.Join(',', Enumerable.Range(0, 4).Select(x => table[i, x]))).Distinct().Count());
    }

    [Fact]
    public void Wrong_tables_are_refused_with_the_value()
    {
        Assert.Contains("action 2", Assert.Throws<ForageException>(() => new PolicyTable(2, 1, [0, 2])).Message);
        Assert.Contains("257", Assert.Throws<ForageException>(() => new PolicyTable(257, 1, [0])).Message);
        Assert.Contains("3 choices", Assert.Throws<ForageException>(() => new PolicyTable(2, 2, [0, 1, 1])).Message);
        Assert.Throws<ForageException>(() => PolicyTable.All(10, 20));
    }
}
