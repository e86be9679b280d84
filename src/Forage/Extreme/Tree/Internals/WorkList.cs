using System.Runtime.ExceptionServices;

namespace Forage.Extreme.Tree.Internals;

/// <summary>Runs independent pieces of work over several threads, each with a workspace of its own. What a piece computes must not depend on who does it.</summary>
internal static class WorkList
{
    /// <summary>Runs <paramref name="body"/> for 0..count-1, begun in that order; the first failure ends it and is thrown as it is.</summary>
    public static void Run<TSpace>(int count, int threads, CancellationToken cancellation, Action<int, TSpace> body) where TSpace : new()
    {
        int next = -1;
        ExceptionDispatchInfo? failure = null;

        void Work()
        {
            var space = new TSpace();
            try
            {
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
