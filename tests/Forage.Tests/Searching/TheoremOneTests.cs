using Forage.Features;

namespace Forage.Tests.Searching;

using Forage.Search;

/// <summary>Paper 06, Theorem 1: programs and search spaces are the same thing.</summary>
public class TheoremOneTests
{
    [Fact]
    public void TheProgramOfASpaceHasThatSpace()
    {
        for (ulong seed = 0; seed < 60; seed++)
        {
            var space = Sample(seed);
            var found = SearchSpace.Of(space.ToTask(), space, [space.MostActions]);
            Assert.Equal(Ends(space), Ends(found));
            Assert.Equal(space.BestLoss()[0], found.BestLoss()[0]);
        }
    }

    [Fact]
    public void TheSpaceOfAProgramHasItsLosses()
    {
        for (ulong seed = 0; seed < 40; seed++)
        {
            var program = new RandomProgram();
            var space = SearchSpace.Of(program, seed, [3, 2]);
            Assert.Equal(program.Ends, Ends(space).Count); // every run of it was one end of the space
            var again = SearchSpace.Of(space.ToTask(), space, [space.MostActions]);
            Assert.Equal(Ends(space), Ends(again));
        }
    }

    /// <summary>Any algorithm of learning to search works on the program of any space: with enough passes each of these finds the best end.</summary>
    [Theory]
    [InlineData("dagger")]
    [InlineData("aggrevate")]
    [InlineData("lols")]
    public void LearningFindsTheBestEnd(string algorithm)
    {
        var options = (algorithm switch { "dagger" => SearchOptions.DAgger, "aggrevate" => SearchOptions.AggreVaTe, _ => SearchOptions.Lols }) with { Check = 0.1, Margin = 1 };
        for (ulong seed = 0; seed < 20; seed++)
        {
            var space = Sample(seed);
            using var learner = new SearchLearner<SearchSpace, int>(space.ToTask(), [space.MostActions], options with { Seed = seed });
            for (int i = 0; i < 60; i++) learner.Learn(space);
            using var model = learner.ToModel();
            int end = new Search(model).Run(space.ToTask(), space);
            Assert.Equal(space.BestLoss()[0], space.Loss(end));
        }
    }

    [Fact]
    public void ACircleIsNoSearchSpace()
    {
        Assert.Contains("back to itself", Assert.Throws<ForageException>(() => new SearchSpace([[1], [2, 3], [0], []], [0, 0, 0, 1])).Message);
        Assert.Contains("state 9", Assert.Throws<ForageException>(() => new SearchSpace([[9]], [0])).Message);
    }

    /// <summary>A random graph without circles: states lead to later ones; some paths meet again.</summary>
    private static SearchSpace Sample(ulong seed)
    {
        var rng = new Rng(seed).Fork(11);
        int n = 2 + rng.NextInt(10);
        var next = new List<IReadOnlyList<int>>();
        var loss = new List<double>();
        for (int s = 0; s < n; s++)
        {
            int branches = s == n - 1 ? 0 : s == 0 ? 2 : rng.NextInt(4);
            int[] to = new int[branches];
            for (int a = 0; a < branches; a++) to[a] = s + 1 + rng.NextInt(Math.Min(4, n - s - 1));
            next.Add(to);
            loss.Add(rng.NextInt(20));
        }
        return new SearchSpace(next, loss);
    }

    /// <summary>All ends by the answers that lead to them, and their losses.</summary>
    private static SortedDictionary<string, double> Ends(SearchSpace space)
    {
        var ends = new SortedDictionary<string, double>(StringComparer.Ordinal);
        void Visit(int state, string answers)
        {
            if (space.IsEnd(state)) ends.Add(answers, space.Loss(state));
            for (int a = 0; a < space.Next(state).Length; a++) Visit(space.Next(state)[a], $"{answers}{a}");
        }
        Visit(0, "");
        return ends;
    }

    /// <summary>Branches, loops and stops by what it was answered, in an arbitrary but fixed way.</summary>
    private sealed class RandomProgram : ISearchTask<ulong, int>
    {
        public int Ends { get; private set; }

        public int Run(Search search, ulong seed)
        {
            Ends++;
            var state = new Rng(seed);
            for (int depth = 0; depth < 5 && state.Fork(1).NextDouble() < 0.8; depth++)
            {
                int policy = (int)(state.Fork(2).NextUInt64() & 1);
                state = state.Fork((ulong)search.Predict(new SearchFeatures([1u]), policy: policy));
                if (state.Fork(3).NextDouble() < 0.3) search.Loss(state.Fork(4).NextInt(9));
            }
            search.Loss(state.Fork(5).NextInt(9));
            return 0;
        }
    }
}
