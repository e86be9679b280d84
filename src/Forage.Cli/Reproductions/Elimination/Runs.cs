namespace Forage.Cli.Reproductions.Elimination;

/// <summary>Independent runs on all cores; each writes where only it writes, so the number of cores changes nothing.</summary>
internal static class Runs
{
    public static void All(ReproduceContext context, string what, int count, Action<int> run)
    {
        using var progress = context.Session.Progress(what, "runs");
        int done = 0;
        var gate = new Lock();
        try
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = context.Session.Cancellation }, i =>
            {
                run(i);
                lock (gate) progress.Report(++done, (double)done / count, "");
            });
        }
        catch (AggregateException e)
        {
            throw e.Flatten().InnerExceptions[0];
        }
    }

    /// <summary>Checkpoints from 1 to <paramref name="rounds"/>, evenly in their logarithm.</summary>
    public static long[] Checkpoints(long rounds, int perDecade)
    {
        var points = new SortedSet<long> { rounds, rounds / 2 };
        for (int i = 0; ; i++)
        {
            long t = (long)Math.Round(Math.Pow(10, 1 + (double)i / perDecade));
            if (t >= rounds) return [.. points];
            points.Add(t);
        }
    }

    /// <summary>Slope of ln y over ln x, by least squares.</summary>
    public static double Slope(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        double mx = x.Average(Math.Log), my = y.Average(Math.Log);
        double xy = 0, xx = 0;
        for (int i = 0; i < x.Count; i++)
        {
            double dx = Math.Log(x[i]) - mx;
            xy += dx * (Math.Log(y[i]) - my);
            xx += dx * dx;
        }
        return xy / xx;
    }
}
