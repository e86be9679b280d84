using Forage.Bandits;
using Forage.Bandits.Taming;
using Forage.Bandits.Taming.Internals;
using Forage.Features;
using Forage.Oracles;

namespace Forage.Tests.Bandits.Taming;

public class OracleTests
{
    [Fact]
    public void A_finite_class_is_searched_whole_with_ties_to_the_lower_number()
    {
        var rng = new Rng(1);
        for (int n = 0; n < 100; n++)
        {
            int actions = 2 + rng.NextInt(4), contexts = 1 + rng.NextInt(5);
            var policies = PolicyTable.Random(actions, contexts, 1 + rng.NextInt(70), ref rng);
            var oracle = new FiniteClassOracle(policies);
            double[] rewards = new double[contexts * actions], values = new double[policies.Count];
            foreach (ref double r in rewards.AsSpan()) r = rng.NextInt(3); // many ties
            policies.SumScalar(rewards, values);
            var best = oracle.Best(rewards);
            Assert.Equal(Array.IndexOf(values, values.Max()), oracle.NumberOf(best));
            Assert.Same(best, oracle.Best(rewards));
            var chosen = new int[contexts];
            best.Choose(0, chosen);
            Assert.Equal(values.Max(), chosen.Select((a, x) => rewards[x * actions + a]).Sum());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Trees_of_small_depth_are_the_best_of_all_trees(int depth)
    {
        var rng = new Rng(2);
        for (int n = 0; n < 25; n++)
        {
            int actions = 2 + rng.NextInt(2);
            var grid = new SplitGrid([[.3f, .6f], [], [.5f], [.2f, .4f, .9f]]);
            var oracle = new TreeOracle(grid, actions, depth);
            var rows = Rows(oracle, 40, ref rng);
            var rewards = new double[oracle.Contexts * actions];
            foreach (ref double r in rewards.AsSpan()) r = n % 2 == 0 ? rng.NextExponential() : rng.NextInt(2);
            double best = AllTrees(grid, actions, depth).Max(tree => Earned(oracle, tree, rewards));
            var found = oracle.Best(rewards);
            Assert.Equal(best, Earned(found, rewards, actions), 1e-9 * best);
            Assert.True(oracle.IsExact);
            Assert.Same(found, oracle.Best(rewards));
            Assert.True(AllTrees(grid, actions, depth).Count() <= Math.Exp(oracle.LogPolicies) + 1e-6);
            foreach (var row in rows) Assert.True(oracle.NumberOf(row) < oracle.Contexts);
        }
    }

    [Fact]
    public void Deeper_trees_are_never_worse_on_what_they_were_grown_on()
    {
        var rng = new Rng(3);
        var grid = SplitGrid.Even(4, 7);
        double[] earned = new double[6];
        for (int n = 0; n < 10; n++)
        {
            for (int depth = 1; depth < 6; depth++)
            {
                var oracle = new TreeOracle(grid, 3, depth);
                var own = new Rng(50).Fork((ulong)n);
                Rows(oracle, 200, ref own);
                var rewards = new double[oracle.Contexts * 3];
                foreach (ref double r in rewards.AsSpan()) r = own.NextDouble();
                double value = Earned(oracle.Best(rewards), rewards, 3);
                if (depth == 1) earned[0] = value;
                Assert.True(value >= earned[0] - 1e-9);
                earned[depth] += value;
                Assert.Equal(depth <= 2, oracle.IsExact);
            }
        }
        for (int depth = 2; depth < 6; depth++) Assert.True(earned[depth] > earned[depth - 1]);
    }

    [Fact]
    public void Contexts_no_tree_can_tell_apart_are_one()
    {
        var oracle = new TreeOracle(new SplitGrid([[.5f], [.1f, .2f]]), 2, 2);
        Assert.Equal(0, oracle.NumberOf([.5f, .15f]));
        Assert.Equal(0, oracle.NumberOf([.3f, .2f]));
        Assert.Equal(1, oracle.NumberOf([.6f, .2f]));
        Assert.Equal(2, oracle.NumberOf([.5f, .3f]));
        Assert.Equal(3, oracle.Contexts);
        Assert.Equal("x0 ≤ 0.5 ? (x1 ≤ 0.2 ? 1 : 0) : 0", oracle.Best([0, 1, 1, 0, 1, 0]).ToString());
        Assert.Contains("3 features", Assert.Throws<ForageException>(() => oracle.NumberOf([1, 2, 3])).Message);
        Assert.Contains("NaN", Assert.Throws<ForageException>(() => oracle.NumberOf([1, float.NaN])).Message);
    }

    [Fact]
    public void Trees_play_and_learn_through_the_algorithm()
    {
        var oracle = new TreeOracle(SplitGrid.Even(3, 4), 3, 2);
        var bandit = new Ilovetoconbandits(oracle, new TamingOptions { Psi = 0.5, MuScale = 0.1, LogPolicies = 5 });
        double late = PlayQuadrants(bandit, x => oracle.NumberOf(x), 12_000, out double early);
        Assert.True(bandit.LastEpoch.Certified);
        Assert.True(late > 0.62 && late > early + 0.05, $"mean reward {early} at first, {late} at last; 0.8 is the best, 0.4 uniform");
    }

    [Fact]
    public void Linear_policies_play_and_learn_and_certify_nothing()
    {
        var oracle = new LinearOracle(3, Math.Log(100), new() { Bits = 6 });
        var bandit = new Ilovetoconbandits(oracle, new TamingOptions { Psi = 0.5, MuScale = 0.1, Schedule = EpochSchedule.Doubling });
        int Add(float[] x) => oracle.Add(new FeatureRow([1, 2, 3], x));
        double late = PlayQuadrants(bandit, Add, 2_048, out double early);
        Assert.False(bandit.LastEpoch.Certified);
        Assert.True(bandit.LastEpoch.Mass <= 1 + 1e-9);
        Assert.True(late > early + 0.03 && late > 0.5, $"mean reward {early} at first, {late} at last");
        Assert.Throws<ForageException>(() => new LinearOracle(3, double.NaN));
        Assert.Throws<ForageException>(() => new LinearOracle(3, 1, new() { Loss = Forage.Linear.LossKind.Logistic }));
    }

    // Action 0 pays where x0 > ½ and x1 > ½, action 1 where x0 > ½ only, action 2 elsewhere: 0.8, else 0.2.
    private static double PlayQuadrants(Ilovetoconbandits bandit, Func<float[], int> number, int rounds, out double early)
    {
        var rng = new Rng(4);
        var pmf = new double[3];
        double last = 0;
        early = 0;
        for (int t = 0; t < rounds; t++)
        {
            float[] x = [(float)rng.NextDouble(), (float)rng.NextDouble(), (float)rng.NextDouble()];
            int right = x[0] <= 0.5f ? 2 : x[1] > 0.5f ? 0 : 1, context = number(x);
            bandit.Distribution(context, pmf);
            Assert.Equal(1, pmf.Sum(), 1e-9);
            double u = rng.NextDouble();
            int action = u < pmf[0] ? 0 : u < pmf[0] + pmf[1] ? 1 : 2;
            double mean = action == right ? 0.8 : 0.2;
            bandit.Observe(context, action, pmf[action], rng.NextDouble() < mean ? 1 : 0);
            if (t < rounds / 8) early += mean / (rounds / 8);
            if (t >= rounds - rounds / 8) last += mean / (rounds / 8);
        }
        return last;
    }

    private static List<float[]> Rows(TreeOracle oracle, int count, ref Rng rng)
    {
        var rows = new List<float[]>();
        for (int i = 0; i < count; i++)
        {
            var row = new float[oracle.Grid.Features];
            foreach (ref float v in row.AsSpan()) v = (float)rng.NextDouble();
            oracle.NumberOf(row);
            rows.Add(row);
        }
        return rows;
    }

    private static double Earned(IContextPolicy policy, double[] rewards, int actions)
    {
        var chosen = new int[rewards.Length / actions];
        policy.Choose(0, chosen);
        return chosen.Select((a, x) => rewards[x * actions + a]).Sum();
    }

    private static double Earned(TreeOracle oracle, TreeNode tree, double[] rewards)
    {
        double sum = 0;
        for (int x = 0; x < oracle.Contexts; x++) sum += rewards[x * oracle.Actions + tree.ActionFor(oracle.BinsOf(x))];
        return sum;
    }

    private static IEnumerable<TreeNode> AllTrees(SplitGrid grid, int actions, int depth)
    {
        for (int a = 0; a < actions; a++) yield return new TreeNode(a);
        if (depth == 0) yield break;
        var smaller = AllTrees(grid, actions, depth - 1).ToList();
        for (int f = 0; f < grid.Features; f++)
        {
            for (int j = 0; j < grid.Of(f).Length; j++)
            {
                foreach (var below in smaller)
                    foreach (var above in smaller)
                        if (!(below.IsLeaf && above.IsLeaf && below.Action == above.Action)) yield return new TreeNode(-1, f, j, below, above);
            }
        }
    }
}
