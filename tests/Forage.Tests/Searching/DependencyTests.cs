using Forage.Features;
using Forage.Search.Tasks;

namespace Forage.Tests.Searching;

using Forage.Search;

public class DependencyTests
{
    /// <summary>The dynamic oracle's costs against the truth: the best that can be reached behind each transition, by trying everything.</summary>
    [Fact]
    public void TheOracleIsExactOnTreesWithoutCrossings()
    {
        int states = 0;
        for (ulong seed = 0; seed < 60; seed++)
        {
            var rng = new Rng(seed);
            var x = Sentence(ProjectiveHeads(2 + rng.NextInt(4), ref rng));
            var state = x.State;
            var known = new Dictionary<string, int>();
            state.Begin();
            float[] costs = new float[3];
            Visit();

            int Visit() // least number of wrong heads from here on, counting those made
            {
                string key = string.Join(',', state.All.ToArray());
                if (known.TryGetValue(key, out int least)) return least;
                if (state.IsDone) return known[key] = Enumerable.Range(1, x.Length).Count(w => state.Head(w) != x.Heads[w]);
                int[] saved = state.All.ToArray(), reach = new int[3];
                bool[] may = [state.MayShift, state.Depth > 0, state.MayRight]; // without the rule that the root takes one word, which the oracle does not know
                float[] stated = new float[3];
                state.Costs(x, stated);
                least = int.MaxValue;
                for (int a = 0; a < 3; a++)
                {
                    if (!may[a]) continue;
                    state.Apply(a);
                    reach[a] = Visit();
                    saved.CopyTo(state.All);
                    least = Math.Min(least, reach[a]);
                }
                states++;
                float cheapest = Enumerable.Range(0, 3).Where(a => may[a]).Min(a => stated[a]);
                for (int a = 0; a < 3; a++)
                    if (may[a]) Assert.Equal(reach[a] - least, (int)(stated[a] - cheapest));
                return known[key] = least;
            }
        }
        Assert.True(states > 1000);
    }

    /// <summary>Following the cheapest transitions gives the right tree.</summary>
    [Fact]
    public void TheReferenceParsesTrees()
    {
        for (ulong seed = 0; seed < 100; seed++)
        {
            var rng = new Rng(seed).Fork(2);
            var x = Sentence(ProjectiveHeads(1 + rng.NextInt(12), ref rng));
            Assert.Equal(0, Follow(x));
        }
    }

    [Fact]
    public void CrossingTreesLoseAsFewArcsAsCross()
    {
        var x = Sentence([0, 4, 1, 1, 2]); // 4→2 and 2→5 cross
        int wrong = Follow(x);
        Assert.InRange(wrong, 1, 2);
        using var learner = new SearchLearner<DependencySentence, int[]>(new DependencyTask(false), DependencyTask.Actions(0), SearchOptions.AggreVaTe with { Check = 1 });
        for (int i = 0; i < 10; i++) learner.Learn(x);
        Assert.Equal(10, learner.Counts.Examples);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void GrammarsAreLearntWithAndWithoutRollOuts(bool rollOuts)
    {
        var options = (rollOuts ? SearchOptions.Lols with { Check = 0.02 } : SearchOptions.DAgger) with { Alpha = 0.01 };
        using var learner = new SearchLearner<DependencySentence, int[]>(new DependencyTask(), DependencyTask.Actions(3), options);
        var rng = new Rng(9);
        for (int i = 0; i < 250; i++) learner.Learn(Grammar(ref rng));
        using var model = learner.ToModel();
        var search = new Search(model);
        int right = 0, named = 0, all = 0;
        for (int i = 0; i < 100; i++)
        {
            var x = Grammar(ref rng);
            int[] heads = search.Run(new DependencyTask(), x);
            Assert.Single(heads[1..], 0); // one root
            for (int w = 1; w <= x.Length; w++)
            {
                right += heads[w] == x.Heads[w] ? 1 : 0;
                named += heads[w] == x.Heads[w] && x.PredictedRelations[w] == x.Relations[w] ? 1 : 0;
            }
            all += x.Length;
        }
        Assert.True(right > 0.97 * all && named > 0.97 * all, $"{right} heads and {named} relations of {all}");
    }

    private static int Follow(DependencySentence x)
    {
        var state = x.State;
        float[] costs = new float[3];
        state.Begin();
        while (!state.IsDone)
        {
            state.Costs(x, costs);
            bool[] may = [state.MayShift, state.MayLeft, state.MayRight];
            state.Apply(Enumerable.Range(0, 3).Where(a => may[a]).MinBy(a => costs[a]));
        }
        return Enumerable.Range(1, x.Length).Count(w => state.Head(w) != x.Heads[w]);
    }

    private static DependencySentence Sentence(int[] heads)
    {
        uint[] words = [.. Enumerable.Range(0, heads.Length).Select(i => (uint)i + 10)];
        return new DependencySentence(words, words, words, heads, new int[heads.Length]);
    }

    /// <summary>A random tree without crossings: the root of a span is anywhere in it, its sides are spans under it, cut in pieces.</summary>
    private static int[] ProjectiveHeads(int n, ref Rng rng)
    {
        int[] heads = new int[n];
        Build(0, n, 0, ref rng);
        return heads;

        void Build(int from, int to, int head, ref Rng r)
        {
            if (from >= to) return;
            int root = from + r.NextInt(to - from);
            heads[root] = head;
            Pieces(from, root, root + 1, ref r);
            Pieces(root + 1, to, root + 1, ref r);
        }

        void Pieces(int from, int to, int head, ref Rng r)
        {
            while (from < to)
            {
                int end = from + 1 + r.NextInt(to - from);
                Build(from, end, head, ref r);
                from = end;
            }
        }
    }

    /// <summary>subject-group verb object-group: determiners and adjectives before nouns; relation 0 for the verb, 1 for nouns, 2 for what stands before them.</summary>
    private static DependencySentence Grammar(ref Rng rng)
    {
        var tags = new List<uint>();
        var heads = new List<int>();
        var relations = new List<int>();
        void Group(ref Rng r)
        {
            int before = r.NextInt(3), noun = tags.Count + before + 1;
            for (int i = 0; i < before; i++) Add(i == 0 ? 21u : 22u, noun, 2);
            Add(23, -1, 1);
        }
        void Add(uint tag, int head, int relation)
        {
            tags.Add(tag);
            heads.Add(head);
            relations.Add(relation);
        }
        Group(ref rng);
        Add(24, 0, 0);
        int verb = tags.Count;
        Group(ref rng);
        for (int i = 0; i < heads.Count; i++)
            if (heads[i] == -1) heads[i] = verb;
        uint[] t = [.. tags], w = [.. tags.Select((tag, i) => tag * 7 + (uint)(i % 3))];
        return new DependencySentence(w, t, t, [.. heads], [.. relations]);
    }
}
