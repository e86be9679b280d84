using System.Buffers;
using System.Text;

namespace Forage.Data.Internals;

/// <summary>Writing JSON strings.</summary>
internal static class JsonText
{
    /// <summary>Writes UTF-8 as a string in quotes; bytes that are not UTF-8 become U+FFFD.</summary>
    public static void PutString(IBufferWriter<byte> to, ReadOnlySpan<byte> text)
    {
        to.Put((byte)'"');
        while (!text.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(text, out var rune, out int used);
            if (status != OperationStatus.Done) to.Put("\uFFFD"u8);
            else if (rune.Value is '"' or '\\')
            {
                to.Put((byte)'\\');
                to.Put((byte)rune.Value);
            }
            else if (rune.Value < 0x20)
            {
                to.Put("\\u00"u8);
                to.Put("0123456789abcdef"u8[rune.Value >> 4]);
                to.Put("0123456789abcdef"u8[rune.Value & 15]);
            }
            else to.Put(text[..used]);
            text = text[used..];
        }
        to.Put((byte)'"');
    }
}
