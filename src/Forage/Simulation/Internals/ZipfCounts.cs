namespace Forage.Simulation.Internals;

/// <summary>
/// Occurrences of labels by Zipf and Mandelbrot's law with a floor of one: n_r = max(1, c/(r + q)) for rank r, c and q such that n_0 is given and all add up to a given
/// total: a long tail of labels that occur once, and a head that does not swallow the set.
/// </summary>
internal static class ZipfCounts
{
    /// <summary>Counts, descending, with sum <paramref name="total"/>.</summary>
    public static int[] Of(int labels, long total, double head)
    {
        double low = head, high = (double)head * Math.Max(labels, total); // n_r grows with c: q = c/head - 1 keeps n_0 = head
        for (int i = 0; i < 100; i++)
        {
            double middle = (low + high) / 2;
            if (Sum(labels, middle, head) < total) low = middle;
            else high = middle;
        }
        int[] counts = new int[labels];
        double carried = 0;
        long sum = 0;
        for (int r = 0; r < labels; r++)
        {
            double exact = Count(r, high, head) + carried;
            counts[r] = Math.Max(1, (int)Math.Round(exact));
            carried = Math.Clamp(exact - counts[r], -1, 1);
            sum += counts[r];
        }
        for (int r = 0; sum != total; r = (r + 1) % labels) // what rounding left over, from the head down
        {
            int change = sum < total ? 1 : -1;
            if (counts[r] + change < 1) continue;
            counts[r] += change;
            sum += change;
        }
        return counts;
    }

    private static double Count(int rank, double c, double head) => Math.Max(1, c / (rank + c / head));

    private static double Sum(int labels, double c, double head)
    {
        double sum = 0;
        for (int r = 0; r < labels; r++) sum += Count(r, c, head);
        return sum;
    }
}
