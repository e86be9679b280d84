namespace Forage.OffPolicy.Internals;

/// <summary>Candidate means, ascending.</summary>
internal static class BettingGrid
{
    /// <summary>
    /// For values in [0, 1]: fine near 0 relative to the value, near 1 relative to what is missing (upper ends of small values come from there), and spaced like a
    /// standard deviation in between.
    /// </summary>
    public static double[] Values(int count, double smallest = 1e-4)
    {
        int tail = 3 * count / 8, middle = count - 2 * tail;
        var grid = new double[count];
        for (int k = 0; k < tail; k++)
        {
            grid[k] = smallest * Math.Pow(0.5 / smallest, k / (double)tail);
            grid[tail + k] = 1 - grid[k];
        }
        for (int k = 0; k < middle; k++) grid[2 * tail + k] = Math.Pow(Math.Sin(Math.PI / 2 * (k + 0.5) / middle), 2);
        Array.Sort(grid);
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
