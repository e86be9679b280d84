namespace Forage.Tests;

/// <summary>Asserts that work allocates nothing on this thread.</summary>
internal static class Allocation
{
    private const int Tries = 5;

    /// <summary>
    /// Work that allocates does so every time. A collection that another test causes in between may count up to 8 KB of this thread's unused room, so the least of several tries counts.
    /// </summary>
    /// <param name="work">Done up to five times.</param>
    /// <param name="prepare">Done before each, not measured.</param>
    public static void AssertNone(Action work, Action? prepare = null)
    {
        long least = long.MaxValue;
        for (int t = 0; t < Tries && least > 0; t++)
        {
            prepare?.Invoke();
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(0, least);
    }
}
