using Forage.Cli.Reproductions.LomTree;

namespace Forage.Golden;

/// <summary>The reproduction of trees over many classes.</summary>
public class LomTreeReproductionTests
{
    /// <summary>Once a leaf with hardly more than one class is split no γ to speak of is left: the line ends rather than jump back to ln k.</summary>
    [Fact]
    public void ThePromisedLineFallsAndEndsWhereLeavesArePure()
    {
        var (chart, worst) = EntropyMeasure.Measure();
        Assert.InRange(worst, 0.5, 1);
        var promised = Assert.Single(chart.Series, s => s.Name.StartsWith("promised", StringComparison.Ordinal));
        var measured = chart.Series[0];
        Assert.InRange(promised.Y.Count, 60, measured.Y.Count - 1);
        Assert.Equal(promised.X.Count, promised.Y.Count);
        for (int i = 1; i < promised.Y.Count; i++) Assert.True(promised.Y[i] <= promised.Y[i - 1], $"rises after split {promised.X[i - 1]}");
        // All of it above what was measured.
        for (int i = 0; i < promised.Y.Count; i++) Assert.True(measured.Y[i] <= promised.Y[i] + 1e-12);
    }
}
