using Forage.Extreme;

namespace Forage.Tests.Extreme;

public class LabelPropensityTests
{
    [Fact]
    public void FollowTheFormula()
    {
        // N = 1000, A = .55, B = 1.5: C = (ln 1000 - 1) 2.5^.55 = 9.7785...
        var p = LabelPropensities.Of([0, 1, 10, 900], 1000);
        double c = (Math.Log(1000) - 1) * Math.Pow(2.5, 0.55);
        Assert.Equal(9.779, c, 3);
        Assert.Equal(1 / (1 + c * Math.Pow(1.5, -0.55)), p[0], 12);
        Assert.Equal(1 / (1 + c * Math.Pow(11.5, -0.55)), p[2], 12);
        Assert.Equal(0.281520, p[2], 5);
        Assert.Equal(1, p[3] * p.Inverse(3), 12);
        Assert.True(p[0] < p[1] && p[1] < p[2] && p[2] < p[3]);
    }

    [Fact]
    public void AreCountedFromSets()
    {
        var sets = new LabelSets();
        sets.Declare(4);
        foreach (int[] row in new int[][] { [0, 1], [1], [], [1, 2] }) sets.Add(row);
        var counted = LabelPropensities.Of(sets);
        var given = LabelPropensities.Of([1, 3, 1, 0], 4);
        Assert.Equal(4, counted.LabelCount);
        for (int l = 0; l < 4; l++) Assert.Equal(given[l], counted[l]);
    }

    [Theory]
    [InlineData(0, 0.5, 1.5, "0 rows")]
    [InlineData(5, 0.5, -2, "-2")]
    [InlineData(5, double.NaN, 1, "NaN")]
    public void MistakesAreNamed(int rows, double a, double b, string message) =>
        Assert.Contains(message, Assert.Throws<ForageException>(() => LabelPropensities.Of([1], rows, a, b)).Message);
}
