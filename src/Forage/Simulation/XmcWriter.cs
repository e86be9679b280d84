using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Forage.Simulation;

/// <summary>Writes sets of labels with features in the format of the Extreme Classification Repository, row by row: a header, then <c>label,label index:value …</c>, all 0-based.</summary>
/// <remarks>Values are written with four decimals, trailing zeros left out.</remarks>
public sealed class XmcWriter : IDisposable
{
    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _used;

    /// <summary>Writes the header.</summary>
    /// <param name="stream">Where to write; left open.</param>
    /// <param name="rows">Number of rows that will follow.</param>
    /// <param name="features">Number of features.</param>
    /// <param name="labels">Number of labels.</param>
    public XmcWriter(Stream stream, int rows, int features, int labels)
    {
        _stream = stream;
        byte[] header = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{rows} {features} {labels}\n"));
        header.CopyTo(_buffer, 0);
        _used = header.Length;
    }

    /// <summary>Writes a row.</summary>
    public void Write(ReadOnlySpan<int> labels, ReadOnlySpan<uint> indices, ReadOnlySpan<float> values)
    {
        for (int i = 0; i < labels.Length; i++)
        {
            if (i > 0) Put((byte)',');
            Put((uint)labels[i]);
        }
        if (labels.IsEmpty) Put((byte)' ');
        for (int i = 0; i < indices.Length; i++)
        {
            if (i > 0 || !labels.IsEmpty) Put((byte)' ');
            Put(indices[i]);
            Put((byte)':');
            PutDecimals(values[i]);
        }
        Put((byte)'\n');
    }

    /// <summary>Writes what is still in memory.</summary>
    public void Dispose() => Flush();

    private void Flush()
    {
        _stream.Write(_buffer, 0, _used);
        _used = 0;
    }

    private void Put(byte c)
    {
        if (_used == _buffer.Length) Flush();
        _buffer[_used++] = c;
    }

    private void Put(uint number)
    {
        if (_buffer.Length - _used < 16) Flush();
        Utf8Formatter.TryFormat(number, _buffer.AsSpan(_used), out int written);
        _used += written;
    }

    private void PutDecimals(float value)
    {
        uint units = (uint)Math.Round(value * 10_000.0);
        Put(units / 10_000);
        uint rest = units % 10_000;
        if (rest == 0) return;
        Put((byte)'.');
        for (uint step = 1000; rest > 0; step /= 10)
        {
            Put((byte)('0' + rest / step));
            rest %= step;
        }
    }
}
