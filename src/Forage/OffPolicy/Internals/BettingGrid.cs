namespace Forage.OffPolicy.Internals;

/// <summary>Candidate means, ascending.</summary>
internal static class BettingGrid
{
    /// <summary>For values in [0, 1]: geometric, so that small values are resolved relative to their size.</summary>
    public static double[] Values(int count, double smallest = 1e-4)
    {
        var grid = new double[count];
        for (int k = 0; k < count; k++) grid[k] = Math.Exp(Math.Log(smallest) * (1 - k / (count - 1.0)));
        grid[^1] = 1;
        return grid;
    }

    /// <summary>For 1 plus a difference, in [0, 2]: finest near 1, where differences are small.</summary>
    public static double[] Differences(int count)
    {
        var grid = new double[count];
        for (int k = 0; k < count; k++)
        {
            double s = 2 * (k + 1.0) / count - 1; // (-1, 1]
            grid[k] = 1 + s * Math.Abs(s);
        }
        grid[^1] = 2;
        return grid;
    }

    /// <summary>For bound - x where the given grid is for x.</summary>
    public static double[] Mirror(double[] grid, double bound)
    {
        var mirrored = new double[grid.Length];
        for (int k = 0; k < grid.Length; k++) mirrored[k] = bound - grid[grid.Length - 1 - k];
        return mirrored;
    }
}
