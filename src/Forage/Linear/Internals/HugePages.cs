using System.Runtime.InteropServices;

namespace Forage.Linear.Internals;

/// <summary>
/// Merges the small pages of a large table into huge ones (Linux, 2 MB) once a good part of them is in use. A table that is hashed into all over is
/// then fetched with few page faults and few misses of the address cache; a table that is hardly used keeps small pages and stays small. The
/// price is bounded: memory grows to at most <see cref="Share"/> times what was touched.
/// </summary>
internal static unsafe partial class HugePages
{
    /// <summary>A table is merged when at least one page in this many is in use.</summary>
    public const int Share = 8;

    private const long SmallestTable = 8 << 20;
    private const nuint HugePage = 2 << 20, SmallPage = 4096;
    private const int AdviseHuge = 14, Collapse = 25;

    /// <summary>True if a table of this size may be merged at all.</summary>
    public static bool Concern(long bytes) => OperatingSystem.IsLinux() && bytes >= SmallestTable;

    /// <summary>Asks for huge pages under memory that is about to be used; only advice.</summary>
    public static void Prefer(void* start, nuint bytes)
    {
        if (OperatingSystem.IsLinux()) _ = Advise(start, bytes, AdviseHuge);
    }

    /// <summary>Merges the table if enough of it is in use; true if there is nothing more to be done for it.</summary>
    public static bool MergeIfUsed(void* start, long bytes)
    {
        nuint first = ((nuint)start + HugePage - 1) & ~(HugePage - 1), end = ((nuint)start + (nuint)bytes) & ~(HugePage - 1);
        if (end <= first) return true;
        int pages = (int)((end - first) / SmallPage), used = 0;
        var resident = new byte[pages];
        fixed (byte* r = resident)
        {
            if (InUse((void*)first, end - first, r) != 0) return true;
        }
        foreach (byte page in resident) used += page & 1;
        if ((long)used * Share < pages) return false;
        // Both are advice: where they are not understood the table works as it is.
        _ = Advise((void*)first, end - first, AdviseHuge);
        _ = Advise((void*)first, end - first, Collapse);
        return true;
    }

    /// <summary>Asks for huge pages from the start, for memory that will be used densely. Advice: where it is not understood nothing happens.</summary>
    public static void Request(void* start, long bytes)
    {
        if (!Concern(bytes)) return;
        nuint first = ((nuint)start + HugePage - 1) & ~(HugePage - 1), end = ((nuint)start + (nuint)bytes) & ~(HugePage - 1);
        if (end > first) Prefer((void*)first, end - first);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "mincore")]
    private static partial int InUse(void* start, nuint length, byte* pages);
}
