namespace Forage.Tests.Searching;

using Forage.Search;

/// <summary>What a program can do wrong is found and named.</summary>
public class ProgramFaultTests
{
    private static ForageException Fails(Func<Search, int> run, SearchOptions? options = null, int inputs = 1)
    {
        using var learner = new SearchLearner<int, int>(new Program(run), [3, 2], options ?? SearchOptions.Lols);
        return Assert.Throws<ForageException>(() =>
        {
            for (int i = 0; i < inputs; i++) learner.Learn(i);
        });
    }

    [Fact]
    public void AnEndlessProgramIsNamed()
    {
        var endless = SearchOptions.DAgger with { MostSteps = 50 };
        Assert.Contains("more than 50 predictions", Fails(s => { while (true) s.Predict(new SearchFeatures([1u]), 0); }, endless).Message);
        Assert.Contains("must come to an end", Fails(s => { while (true) s.Loss(1); }, endless).Message);
        Assert.Contains("must come to an end", Fails(s => { while (s.Predict(new SearchFeatures([1u]), 0) == 0 || s.Step > 0) { } return 0; }, endless with { RollOut = RollOut.Learnt }).Message);
        using var learner = new SearchLearner<int, int>(new Program(s => { s.Loss(0); return 0; }), [3], endless);
        learner.Learn(0);
        using var model = learner.ToModel();
        Assert.Contains("more than 50 predictions", Assert.Throws<ForageException>(() => new Search(model).Run(new Program(s => { while (true) s.Predict(new SearchFeatures([1u])); }), 0)).Message);
    }

    [Fact]
    public void AProgramWithoutALossIsNamed() => Assert.Contains("reported no loss", Fails(s => s.Predict(new SearchFeatures([1u]), 0)).Message);

    [Fact]
    public void ALossMustBeANumber() => Assert.Contains("loss of NaN", Fails(s => { s.Predict(new SearchFeatures([1u]), 0); s.Loss(double.NaN); return 0; }).Message);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AProgramThatDiffersOnReplayIsNamed(bool rollOuts)
    {
        uint runs = 0;
        var options = rollOuts ? SearchOptions.Lols : SearchOptions.DAgger with { Check = 1 };
        string message = Fails(s => { s.Predict(new SearchFeatures([1u]), 0); s.Predict(new SearchFeatures([++runs]), 1); s.Loss(1); return 0; }, options).Message;
        Assert.Contains("differs when it is run again", message);
        Assert.Contains("at step 1", message);
    }

    [Fact]
    public void AProgramThatEndsEarlierOnReplayIsNamed()
    {
        int runs = 0;
        string message = Fails(s => { s.Predict(new SearchFeatures([1u]), 0); if (runs++ == 0) s.Predict(new SearchFeatures([2u]), 1); s.Loss(1); return 0; }).Message;
        Assert.Contains("it ended after 1 predictions", message);
    }

    [Fact]
    public void ASnapshotThatLacksAFeatureIsNamedWithoutAnyChecking()
    {
        string message = Fails(s =>
        {
            int t = 0, sum = 0;
            for (; t < 4; t++)
            {
                s.Snapshot(ref t);
                sum += 1 + s.Predict(new SearchFeatures([(uint)sum]), 0);
                s.Loss(0.5);
            }
            return sum;
        }).Message;
        Assert.Contains("lacks part of the program's state", message);
    }

    [Fact]
    public void ArgumentsThatDoNotFitAreNamed()
    {
        var two = new ActionSet(2, 0, 1);
        Assert.Contains("policy 2; expected 0 to 1", Fails(s => s.Predict(new SearchFeatures([1u]), policy: 2)).Message);
        Assert.Contains("A set of 2 actions for a policy of 3", Fails(s => s.Predict(new SearchFeatures([1u]), allowed: two)).Message);
        Assert.Contains("reference is action 3; expected 0 to 2", Fails(s => s.Predict(new SearchFeatures([1u]), 3)).Message);
        Assert.Contains("not among the allowed", Fails(s => s.Predict(new SearchFeatures([1u]), 2, allowed: new ActionSet(3, 0, 1)), SearchOptions.DAgger).Message);
        Assert.Contains("Costs of 2 actions", Fails(s => s.Predict(new SearchFeatures([1u]), new float[2])).Message);
        Assert.Contains("still to come", Fails(s => s.Predict(new SearchFeatures([1u]), 0, [0])).Message);
        Assert.Contains("conditioned on 9", Fails(s => s.Predict(new SearchFeatures([1u]), 0, [-1, -1, -1, -1, -1, -1, -1, -1, -1])).Message);
        Assert.Contains("no reference at any step", Fails(s => { s.Predict(new SearchFeatures([1u])); s.Loss(1); return 0; }, SearchOptions.DAgger).Message);
        Assert.Contains("Action 3 is allowed; expected 0 to 2", Assert.Throws<ForageException>(() => new ActionSet(3, 3)).Message);
        Assert.Contains("expected at least one action", Assert.Throws<ForageException>(() => new ActionSet(3)).Message);
    }

    [Fact]
    public void ASnapshotHasOneSizeAtOnePlace()
    {
        string message = Fails(s =>
        {
            int[] state = new int[4];
            for (; state[0] < 3; state[0]++)
            {
                s.Snapshot(state.AsSpan(0, 1 + state[0]));
                s.Loss(s.Predict(new SearchFeatures([(uint)state[0]]), 0));
            }
            return 0;
        }).Message;
        Assert.Contains("must have one size", message);
    }

    [Theory]
    [InlineData("α", 0)]
    [InlineData("learning rate", -1)]
    [InlineData("share of features left out", 1)]
    public void BadOptionsAreNamed(string what, double value)
    {
        var options = what switch { "α" => new SearchOptions { Alpha = value }, "learning rate" => new SearchOptions { Rate = (float)value }, _ => new SearchOptions { Dropout = value } };
        string message = Assert.Throws<ForageException>(options.Validate).Message;
        Assert.Contains($"{what} of learning to search is {value}", message);
    }

    private sealed class Program(Func<Search, int> run) : ISearchTask<int, int>
    {
        public int Run(Search search, int input) => run(search);
    }
}
