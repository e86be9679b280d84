using System.Runtime.InteropServices;

namespace Forage.Linear.Internals;

/// <summary>
/// Blocks of 2^n bytes, zero when taken, cut from large pieces of memory that lie in huge pages where the system has them: many small tables looked into all over then cost few misses
/// of the address cache. A block given back is used again for one of its size. Not for two threads at once.
/// </summary>
internal sealed unsafe class BlockArena : IDisposable
{
    private const int SmallestLog = 6, LargestLog = 20;
    private const nuint FirstPiece = 1 << 21, Piece = 1 << 25, HugePage = 1 << 21, CacheLine = 1 << SmallestLog;

    private readonly List<nint> _pieces = [];
    private readonly HashSet<nint> _large = [];
    private readonly Stack<nint>[] _free = new Stack<nint>[LargestLog + 1];
    private byte* _at, _end;

    public BlockArena()
    {
        for (int log = SmallestLog; log <= LargestLog; log++) _free[log] = [];
    }

    ~BlockArena() => Free();

    /// <summary>A block of 2^<paramref name="log"/> bytes, aligned to cache lines.</summary>
    public void* Take(int log)
    {
        log = Math.Max(log, SmallestLog);
        nuint bytes = (nuint)1 << log;
        if (log > LargestLog) return Large(bytes);
        if (_free[log].TryPop(out nint again)) return Zeroed((void*)again, bytes, huge: false);
        return Zeroed(Cut(bytes), bytes, huge: false);
    }

    /// <summary>A block of so many bytes that is kept until the end, aligned to cache lines.</summary>
    public void* TakeExactly(nuint bytes)
    {
        bytes = (bytes + CacheLine - 1) & ~(CacheLine - 1);
        return bytes > (nuint)1 << LargestLog ? Large(bytes) : Zeroed(Cut(bytes), bytes, huge: false);
    }

    /// <summary>Gives a block back.</summary>
    public void Give(void* block, int log)
    {
        log = Math.Max(log, SmallestLog);
        if (log > LargestLog && _large.Remove((nint)block)) NativeMemory.AlignedFree(block);
        else _free[log].Push((nint)block);
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void* Large(nuint bytes)
    {
        void* block = NativeMemory.AlignedAlloc(bytes, HugePage);
        _large.Add((nint)block);
        return Zeroed(block, bytes, huge: true);
    }

    private byte* Cut(nuint bytes)
    {
        if (_at == null || (nuint)(_end - _at) < bytes)
        {
            nuint size = _pieces.Count == 0 ? FirstPiece : Piece;
            _at = (byte*)NativeMemory.AlignedAlloc(size, HugePage);
            _end = _at + size;
            _pieces.Add((nint)_at);
            HugePages.Prefer(_at, size);
        }
        byte* block = _at;
        _at += bytes;
        return block;
    }

    private static void* Zeroed(void* block, nuint bytes, bool huge)
    {
        if (huge) HugePages.Prefer(block, bytes);
        NativeMemory.Clear(block, bytes);
        return block;
    }

    private void Free()
    {
        foreach (nint piece in _pieces.Concat(_large)) NativeMemory.AlignedFree((void*)piece);
        _pieces.Clear();
        _large.Clear();
        _at = _end = null;
    }
}
