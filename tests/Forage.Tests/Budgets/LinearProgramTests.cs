using System.Diagnostics;
using System.Globalization;
using Forage.Budgets;
using Forage.Budgets.Programs;
using Forage.Features;

namespace Forage.Tests.Budgets;

public class LinearProgramTests
{
    public static readonly TheoryData<int> Seeds = [.. Enumerable.Range(0, 12)];

    [Fact]
    public void CertificatesHoldOnRandomProgramsAndFromObjectiveToObjective()
    {
        var rng = new Rng(1);
        for (int run = 0; run < 300; run++)
        {
            var (matrix, limits, objective) = Random(run);
            int rows = limits.Length, n = objective.Length;
            var program = new LinearProgram(matrix, limits);
            double[] x = new double[n], y = new double[rows];
            if (!TryMaximise(program, objective, x, y, out var certificate)) continue;
            for (int again = 0; again < 20; again++)
            {
                Assert.True(certificate.Holds(1e-8), $"{run}.{again}: {certificate}");
                Assert.True(x.Count(v => v > 0) <= rows);
                foreach (ref double c in objective.AsSpan()) c = rng.NextGaussian();
                certificate = program.Maximise(objective, x, y);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void AgreesWithGlpsol(int seed)
    {
        var (matrix, limits, objective) = Random(seed);
        double[] x = new double[objective.Length], y = new double[limits.Length];
        double value = TryMaximise(new LinearProgram(matrix, limits), objective, x, y, out var certificate) ? certificate.Value : double.NaN;
        if (File.Exists("/usr/bin/glpsol")) Assert.Equal(Glpsol(matrix, limits, objective), value, 1e-6);
        Assert.Equal(StoredOptima.Values[seed], value, 1e-6);
    }

    [Fact]
    public void DegenerateProgramsEnd()
    {
        // Beale's example, on which Dantzig's rule with careless ties goes in circles; optimum 1/20.
        double[] x = new double[4], y = new double[3];
        var program = new LinearProgram([0.25, -60, -0.04, 9, 0.5, -90, -0.02, 3, 0, 0, 1, 0], [0, 0, 1]);
        var certificate = program.Maximise([0.75, -150, 0.02, -6], x, y);
        Assert.Equal(0.05, certificate.Value, 1e-12);
        Assert.True(certificate.Holds(1e-9));
    }

    [Fact]
    public void WhatCannotBeSolvedIsNamed()
    {
        double[] x = new double[1], y1 = new double[1], y2 = new double[2];
        Assert.Contains("no upper limit", Assert.Throws<ForageException>(() => new LinearProgram([-1], [1]).Maximise([1], x, y1)).Message);
        Assert.Contains("cannot be satisfied", Assert.Throws<ForageException>(() => new LinearProgram([1, -1], [1, -2]).Maximise([1], x, y2)).Message);
    }

    [Fact]
    public void LpValueIsEquation4AndDoesNotDependOnUnits()
    {
        var rng = new Rng(3);
        for (int run = 0; run < 200; run++)
        {
            var outcomes = BudgetCases.Outcomes(5, 2, ref rng);
            var budgets = new ResourceBudgets(1000, [50 + 400 * rng.NextDouble(), 50 + 400 * rng.NextDouble()]);
            double[] p = [.. Enumerable.Range(0, 5).Select(_ => rng.NextExponential())];
            double sum = p.Sum();
            foreach (ref double v in p.AsSpan()) v /= sum;
            double value = KnapsackProgram.Value(p, outcomes, budgets);

            // Eq. 3 as it stands: maximise t r subject to t c_i ≤ B_i and t ≤ T
            double[] t = new double[1], prices = new double[3];
            var program = new LinearProgram([outcomes.Consumed(0, p), outcomes.Consumed(1, p), 1], [budgets.Limits[0], budgets.Limits[1], 1000]);
            Assert.Equal(program.Maximise([outcomes.Reward(p)], t, prices).Value, value, 1e-9);

            // uniform budgets (§3): consumption times B/B_i, budget B, and time a resource like others, of which a round consumes B/T
            double b = budgets.Smallest, least = b / (b / 1000);
            for (int i = 0; i < 2; i++) least = Math.Min(least, b / (outcomes.Consumed(i, p) * budgets.UniformScale(i)));
            Assert.Equal(outcomes.Reward(p) * least, value, 1e-9);
        }
    }

    [Fact]
    public void Lemma5_APerfectMixtureExistsAndIsFound()
    {
        var rng = new Rng(4);
        for (int run = 0; run < 300; run++)
        {
            int r = 1 + run % 4;
            var outcomes = BudgetCases.Outcomes(2 + rng.NextInt(20), r, ref rng);
            var budgets = new ResourceBudgets(1000, [.. Enumerable.Range(0, r).Select(_ => 1000 * rng.NextDouble())]);
            var perfect = KnapsackProgram.Optimum(outcomes, budgets);
            Assert.True(perfect.Certificate.Holds(1e-9));
            Assert.Equal(perfect.Value, KnapsackProgram.Value(perfect.Mixture, outcomes, budgets), 1e-7); // LP-optimal by Eq. 4
            for (int i = 0; i < r; i++) Assert.True(outcomes.Consumed(i, perfect.Mixture) <= budgets.Rate(i) + 1e-12);
            int support = perfect.Mixture.SkipLast(1).Count(p => p > 0) + (perfect.Null + perfect.Mixture[^1] > 1e-12 ? 1 : 0);
            Assert.InRange(support, 1, budgets.Dimension);

            // no other mixture has a greater value
            var p = new double[outcomes.Count];
            for (int other = 0; other < 30; other++)
            {
                foreach (ref double v in p.AsSpan()) v = Math.Pow(rng.NextExponential(), 3);
                double sum = p.Sum();
                foreach (ref double v in p.AsSpan()) v /= sum;
                Assert.True(KnapsackProgram.Value(p, outcomes, budgets) <= perfect.Value + 1e-9);
            }

            // the last price is that of time: what T + 1 rounds with the same B_i would earn, as long as the basis stays
            double more = KnapsackProgram.Optimum(outcomes, new ResourceBudgets(1001, budgets.Limits)).Value;
            Assert.True(more - perfect.Value <= perfect.Prices[^1] + 1e-9 && more >= perfect.Value - 1e-9);
        }
    }

    internal static (double[] Matrix, double[] Limits, double[] Objective) Random(int seed)
    {
        var rng = new Rng((ulong)seed).Fork(77);
        int rows = 2 + seed % 5, n = 3 + rng.NextInt(25);
        double[] matrix = new double[rows * n], limits = new double[rows], objective = new double[n];
        foreach (ref double c in objective.AsSpan()) c = Math.Round(rng.NextDouble(), 4);
        for (int i = 0; i < rows; i++)
        {
            bool below = i == 1 && seed % 3 != 0; // a row that asks for something
            for (int j = 0; j < n; j++) matrix[i * n + j] = i == 0 ? 1 : Math.Round(rng.NextDouble(), 4) * (below ? -1 : 1);
            limits[i] = i == 0 ? 1 : below ? (seed % 6 == 5 ? -1.05 : -Math.Round(0.3 * rng.NextDouble(), 4)) : Math.Round(0.1 + 0.4 * rng.NextDouble(), 4);
        }
        return (matrix, limits, objective);
    }

    private static bool TryMaximise(LinearProgram program, double[] objective, double[] x, double[] y, out LinearCertificate certificate)
    {
        try
        {
            certificate = program.Maximise(objective, x, y);
            return true;
        }
        catch (ForageException e) when (e.Message.Contains("cannot be satisfied", StringComparison.Ordinal))
        {
            certificate = default;
            return false;
        }
    }

    internal static double Glpsol(double[] matrix, double[] limits, double[] objective)
    {
        int n = objective.Length;
        string Sum(IEnumerable<double> c) => string.Join(' ', c.Select((v, j) => string.Create(CultureInfo.InvariantCulture, $"{(v < 0 ? "-" : "+")} {Math.Abs(v)} x{j}")));
        var rows = limits.Select((b, i) => string.Create(CultureInfo.InvariantCulture, $" r{i}: {Sum(matrix[(i * n)..(i * n + n)])} <= {b}"));
        string folder = Directory.CreateTempSubdirectory("forage").FullName;
        try
        {
            string model = Path.Combine(folder, "model.lp"), answer = Path.Combine(folder, "answer.txt");
            File.WriteAllText(model, $"Maximize\n value: {Sum(objective)}\nSubject To\n{string.Join('\n', rows)}\nEnd\n");
            using var process = Process.Start(new ProcessStartInfo("/usr/bin/glpsol", ["--lp", model, "-w", answer]) { RedirectStandardOutput = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            string[] line = File.ReadLines(answer).Single(l => l.StartsWith("s bas", StringComparison.Ordinal)).Split(' '); // s bas rows columns primal dual value
            return line[4] == "f" ? double.Parse(line[6], CultureInfo.InvariantCulture) : double.NaN;
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [Fact]
    public void AProgramThatGrowsColumnByColumnEndsWhereTheWholeOneDoes()
    {
        var rng = new Rng(31);
        for (int run = 0; run < 100; run++)
        {
            int rows = 1 + rng.NextInt(6), n = 1 + rng.NextInt(15);
            double[] matrix = [.. Enumerable.Range(0, rows * n).Select(_ => rng.NextDouble() - 0.2)], limits = [.. Enumerable.Range(0, rows).Select(_ => rng.NextDouble())], objective = [.. Enumerable.Range(0, n).Select(_ => rng.NextDouble())];
            for (int j = 0; j < n; j++) matrix[(rows - 1) * n + j] = 1; // bounds it
            double[] x = new double[n], y = new double[rows], now = new double[n], column = new double[rows];
            double whole = new LinearProgram(matrix, limits).Maximise(objective, x, y).Value;
            var grown = new LinearProgram(new double[rows * n], limits);
            LinearCertificate last = default;
            for (int j = 0; j < n; j++)
            {
                for (int i = 0; i < rows; i++) column[i] = matrix[i * n + j];
                grown.Replace(j, column);
                now[j] = objective[j];
                last = grown.Maximise(now, x, y);
                Assert.True(last.Holds(1e-8));
            }
            Assert.Equal(whole, last.Value, 1e-8);
        }
        var one = new LinearProgram([1, 1], [1]);
        one.Maximise([1, 0], new double[2], new double[1]);
        Assert.Throws<ArgumentException>(() => one.Replace(0, [1])); // basic
        Assert.Throws<ArgumentException>(() => one.Replace(1, [1, 1]));
    }
}
