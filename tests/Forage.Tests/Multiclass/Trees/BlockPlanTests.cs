using Forage.Features;
using Forage.Multiclass.Trees.Internals;

namespace Forage.Tests.Multiclass.Trees;

public class BlockPlanTests
{
    /// <summary>Whatever its shape, going down block by block comes to the leaf that going down node by node comes to, past as many nodes.</summary>
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.5)]
    [InlineData(2, 0.5)]
    [InlineData(7, 0.5)]
    [InlineData(60, 0.5)]
    [InlineData(400, 0.5)]
    [InlineData(60, 0.0)]
    [InlineData(60, 1.0)]
    [InlineData(300, 0.9)]
    public void Ways_lead_where_nodes_lead(int splits, double lean)
    {
        var rng = new Rng((ulong)splits);
        List<int> left = [-1], right = [-1];
        for (int s = 0; s < splits; s++)
        {
            int v = 0;
            while (left[v] >= 0) v = rng.NextDouble() < lean ? right[v] : left[v];
            (left[v], right[v]) = (left.Count, left.Count + 1);
            left.AddRange([-1, -1]);
            right.AddRange([-1, -1]);
        }
        var plan = new BlockPlan(0, v => (left[v], right[v]));
        Assert.Equal(splits, plan.Nodes.Count(v => v >= 0));
        Assert.Equal(plan.Nodes.Where(v => v >= 0), plan.Nodes.Where(v => v >= 0).Distinct());
        Assert.Equal(splits + 1, plan.Leaves.Length);
        var visited = new HashSet<int>();
        for (int trial = 0; trial < 2000; trial++)
        {
            bool[] signs = [.. Enumerable.Range(0, left.Count).Select(_ => rng.NextInt(2) == 0)];
            int v = 0, depth = 0, at = plan.Root, asked = 0;
            for (; left[v] >= 0; depth++) v = signs[v] ? right[v] : left[v];
            while (at >= 0)
            {
                uint positive = 0;
                for (int place = 0; place < BlockPlan.Size; place++)
                    if (plan.Nodes[BlockPlan.Size * at + place] is >= 0 and var node && signs[node]) positive |= 1u << place;
                int way = BlockPlan.Way(positive);
                asked += plan.Asked(at, way);
                at = plan.Exit(at, way);
            }
            Assert.Equal(v, plan.Leaves[~at]);
            Assert.Equal(depth, asked);
            visited.Add(v);
        }
        Assert.True(visited.Count >= Math.Min(splits + 1, 3));
    }
}
