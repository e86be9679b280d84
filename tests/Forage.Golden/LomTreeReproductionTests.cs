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

    /// <summary>What was measured comes back to the last bit, once; what an interruption cut off, and what has another key, is measured anew.</summary>
    [Fact]
    public void TheJournalKnowsWhatWasMeasured()
    {
        using var folder = new WorkFolder();
        string path = folder["journal/lomtree.tsv"];
        double[] numbers = [0.1 + 0.2, -1e-300, 7, double.NaN];
        Assert.Equal(numbers, new TrialJournal(path).Get("isolet, seed 1", () => numbers));
        Assert.Equal(numbers, new TrialJournal(path).Get("isolet, seed 1", NotAgain));
        Assert.Equal([2], new TrialJournal(path).Get("isolet, seed 2", () => [2]));

        string[] lines = File.ReadAllLines(path);
        Assert.Equal(2, lines.Length);
        foreach (var code in new[] { typeof(Linear.RegressorPool), typeof(TrialJournal) })
            Assert.All(lines, l => Assert.Contains(code.Module.ModuleVersionId.ToString("N"), l));
        // Cut off within a number and before the end of the line.
        foreach (string cut in new[] { lines[1].Replace("seed 2\t2\t.", "seed 3\t0.12"), lines[1].Replace("seed 2\t2\t.", "seed 3\t0.125\t") })
        {
            File.WriteAllText(path, lines[0] + "\n" + cut);
            Assert.Equal([3], new TrialJournal(path).Get("isolet, seed 3", () => [3]));
            Assert.Equal([3], new TrialJournal(path).Get("isolet, seed 3", NotAgain));
            Assert.Equal(numbers, new TrialJournal(path).Get("isolet, seed 1", NotAgain));
        }
        // Numbers of other code are of no use.
        File.WriteAllText(path, lines[0].Replace(typeof(TrialJournal).Module.ModuleVersionId.ToString("N"), Guid.Empty.ToString("N")) + "\n");
        Assert.Equal([4], new TrialJournal(path).Get("isolet, seed 1", () => [4]));

        Assert.Equal([5], new TrialJournal(null).Get("isolet, seed 1", () => [5]));

        static double[] NotAgain() => throw new InvalidOperationException("It was measured already.");
    }
}
