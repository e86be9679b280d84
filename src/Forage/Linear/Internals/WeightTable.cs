using System.Runtime.InteropServices;

namespace Forage.Linear.Internals;

/// <summary>
/// Floats in native memory, zero and untouched until used: pages the learner never writes cost nothing, so a table of many bits is as small as
/// what was learnt. Aligned to cache lines.
/// </summary>
internal sealed unsafe class WeightTable : IDisposable
{
    private void* _memory;
    private bool _settled;

    public WeightTable(long length)
    {
        Length = length;
        try
        {
            _memory = NativeMemory.AllocZeroed(checked((nuint)(length * sizeof(float) + 64)));
        }
        catch (Exception e) when (e is OutOfMemoryException or OverflowException)
        {
            throw new ForageException($"A weight table of {length * (double)sizeof(float) / (1 << 20):N0} MB cannot be had on this machine; use fewer bits.", e);
        }
        Data = (float*)(((nint)_memory + 63) & ~63);
        _settled = !HugePages.Concern(length * sizeof(float));
    }

    public long Length { get; }

    public float* Data { get; private set; }

    /// <summary>Looks how much of the table is in use and whether it is time for huge pages; called now and then.</summary>
    public void Settle()
    {
        if (!_settled) _settled = HugePages.MergeIfUsed(Data, Length * sizeof(float));
    }

    ~WeightTable() => Free();

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_memory == null) return;
        NativeMemory.Free(_memory);
        _memory = null;
        Data = null;
    }
}
