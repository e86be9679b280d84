using System.Runtime.ExceptionServices;

namespace Forage;

/// <summary>Loops over several threads whose failures come out as they are, not wrapped. What a piece of work computes must not depend on who does it.</summary>
internal static class ParallelWork
{
    /// <summary>Runs <paramref name="body"/> for 0..count-1, begun in that order; the first exception thrown ends it and is thrown again.</summary>
    public static void For(int count, int threads, CancellationToken cancellation, Action<int> body) => For<object>(count, threads, cancellation, (i, _) => body(i));

    /// <summary>The same, each thread with a workspace of its own.</summary>
    public static void For<TSpace>(int count, int threads, CancellationToken cancellation, Action<int, TSpace> body) where TSpace : new()
    {
        int next = -1;
        ExceptionDispatchInfo? failure = null;

        void Work()
        {
            try
            {
                var space = new TSpace();
                for (int i; failure is null && !cancellation.IsCancellationRequested && (i = Interlocked.Increment(ref next)) < count;) body(i, space);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(e), null);
            }
        }

        var helpers = new Task[Math.Max(0, Math.Min(threads, count) - 1)];
        for (int t = 0; t < helpers.Length; t++) helpers[t] = Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Work();
        Task.WaitAll(helpers);
        failure?.Throw();
        cancellation.ThrowIfCancellationRequested();
    }
}
