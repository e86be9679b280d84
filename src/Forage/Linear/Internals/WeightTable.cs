using System.Runtime.InteropServices;

namespace Forage.Linear.Internals;

/// <summary>
/// Floats in native memory, zero and untouched until used: pages the learner never writes cost nothing, so a table of many bits is as small as
/// what was learnt. Aligned to cache lines.
/// </summary>
internal sealed unsafe class WeightTable : IDisposable
{
    private void* _memory;

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
    }

    public long Length { get; }

    public float* Data { get; private set; }

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
