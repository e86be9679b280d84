using Forage.Budgets.Practical;
using Forage.Features;
using Forage.Simulation.Budgets;

namespace Forage.Tests.Budgets;

public sealed class AuctionWorldTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    [Fact]
    public void ClassesBidsPricesAndClicksAreTheFiles()
    {
        // Two classes of rates; prices 1..4 in each, and only the cheap ones of the upper class are clicked.
        File.WriteAllLines(_path, [.. Enumerable.Range(0, 8).Select(i => FormattableString.Invariant($"{(i is 4 or 5 ? 1 : 0)} {1 + i % 4} {(i < 4 ? 0.001 : 0.01)}"))]);
        var world = AuctionWorld.Read(_path, 2, 4, 100, 0.5);
        Assert.Equal((2, 5), (world.Contexts, world.Actions));
        Assert.Equal(0.5 * 100 * 2.5 / 4, world.Budgets.Limits[0], 1e-12);
        for (int x = 0; x < 2; x++)
        {
            for (int a = 1; a <= 4; a++)
            {
                Assert.Equal(0.25 * Enumerable.Range(1, a).Sum(price => price / 4.0), world.MeanConsumption(x, a, 0), 1e-12);
                Assert.Equal(x == 0 ? 0 : 0.25 * Math.Min(a, 2), world.MeanReward(x, a), 1e-12); // a click is worth 1 where every auction won is clicked
            }
        }
    }

    [Fact]
    public void WhoKnowsWhatAClickCostsBuysMore()
    {
        var rng = new Rng(1);
        File.WriteAllLines(_path, [.. Enumerable.Range(0, 6000).Select(_ =>
        {
            double rate = 0.2 * rng.NextDouble();
            return FormattableString.Invariant($"{(rng.NextDouble() < rate ? 1 : 0)} {1 + rng.NextInt(100)} {rate}");
        })]);
        var world = AuctionWorld.Read(_path, 4, 5, 20_000, 0.1);
        double Earned(double step) => new BudgetedPlay(world, new LagrangianRegression(world.Actions, world.Contexts, world.Budgets, new() { PriceStep = step }), new Rng(2)).ToEnd() / world.BestValue();
        Assert.InRange(Earned(1), 0.8, 1.02);
        Assert.True(Earned(1) > Earned(0) + 0.2);
    }

    [Theory]
    [InlineData("0 1", "Line 1 of")]
    [InlineData("2 1 0.5", "expected a click of 0 or 1")]
    [InlineData("0 1 0.5", "has 1 auctions")]
    public void BadFilesAreNamed(string line, string message)
    {
        File.WriteAllText(_path, line + "\n");
        Assert.Contains(message, Assert.Throws<ForageException>(() => AuctionWorld.Read(_path, 2, 2, 10, 0.1)).Message);
        Assert.Contains("no file", Assert.Throws<ForageException>(() => BudgetedWorldText.Parse("auctions=/no/such/file", 10, 1)).Message);
    }

    public void Dispose() => File.Delete(_path);
}
