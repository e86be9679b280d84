namespace Forage.Data.Internals;

/// <summary>Bytes that grow and are reused.</summary>
internal sealed class ByteBuffer
{
    private byte[] _bytes = new byte[256];

    /// <summary>Number of bytes held.</summary>
    public int Count { get; private set; }

    /// <summary>What was added since <see cref="Clear"/>; invalid once more is added.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Count);

    /// <summary>As <see cref="Written"/>, to be changed in place.</summary>
    public Span<byte> Bytes => _bytes.AsSpan(0, Count);

    /// <summary>Forgets the content and keeps the memory.</summary>
    public void Clear() => Count = 0;

    /// <summary>Adds one byte.</summary>
    public void Add(byte c)
    {
        if (Count == _bytes.Length) Array.Resize(ref _bytes, 2 * Count);
        _bytes[Count++] = c;
    }

    /// <summary>Adds bytes.</summary>
    public void Add(ReadOnlySpan<byte> text)
    {
        if (Count + text.Length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(Count + text.Length, 2 * _bytes.Length));
        text.CopyTo(_bytes.AsSpan(Count));
        Count += text.Length;
    }
}
