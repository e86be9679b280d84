using System.Buffers;
using System.Buffers.Text;
using System.Globalization;

namespace Forage.Data.Internals;

/// <summary>What the writers of text formats need: UTF-8 pieces and the shortest decimal forms that read back to the same number.</summary>
internal static class TextWriting
{
    /// <summary>Appends one byte.</summary>
    public static void Put(this IBufferWriter<byte> to, byte c)
    {
        to.GetSpan(1)[0] = c;
        to.Advance(1);
    }

    /// <summary>Appends bytes.</summary>
    public static void Put(this IBufferWriter<byte> to, ReadOnlySpan<byte> text) => to.Write(text);

    /// <summary>Appends an integer.</summary>
    public static void Put(this IBufferWriter<byte> to, long value)
    {
        Utf8Formatter.TryFormat(value, to.GetSpan(24), out int n);
        to.Advance(n);
    }

    /// <summary>Appends a float in its shortest form that comes back exactly.</summary>
    public static void Put(this IBufferWriter<byte> to, float value)
    {
        value.TryFormat(to.GetSpan(32), out int n, default, CultureInfo.InvariantCulture);
        to.Advance(n);
    }

    /// <summary>Appends a double in its shortest form that comes back exactly.</summary>
    public static void Put(this IBufferWriter<byte> to, double value)
    {
        value.TryFormat(to.GetSpan(40), out int n, default, CultureInfo.InvariantCulture);
        to.Advance(n);
    }
}
