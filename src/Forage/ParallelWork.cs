using System.Runtime.ExceptionServices;

namespace Forage;

/// <summary>Loops over several threads whose failures come out as they are, not wrapped.</summary>
internal static class ParallelWork
{
    /// <summary>Runs <paramref name="body"/> for 0..count-1; the first exception thrown ends it and is thrown again.</summary>
    public static void For(int count, int threads, CancellationToken cancellation, Action<int> body)
    {
        try
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, body);
        }
        catch (AggregateException e)
        {
            var first = e.Flatten().InnerExceptions.FirstOrDefault(x => x is ForageException) ?? e.Flatten().InnerExceptions[0];
            ExceptionDispatchInfo.Throw(first);
        }
    }
}
