using System.Text;
using Forage.Features;

namespace Forage.Tests.Data;

/// <summary>Damages text in the ways files get damaged, and in some they do not.</summary>
internal sealed class Mutator(byte[][] samples)
{
    private static readonly byte[][] s_pieces =
    [
        .. new[]
        {
            "1e999", "-1e999", "99999999999999999999999999", "nan", "NaN", "inf", "-inf", "0x1F", "1e", "-", ".", "1e-999", "0", "-1", "4294967296", "2147483648",
            "\"", "\\", "\\u", "\\ud800", "\\u0000", "{", "}", "[", "]", ":", ",", "|", "'", "#", ";", "\t", " ", "\n", "\r\n", "\n\n", "null", "true", "{}", "[]", "\"_multi\":[{}],", "\"c\":{},",
            "shared", "qid:", "1:2:3:4", "::", "||", "|:", "\"\"", ",,", "\u0000", "\u007F", "\uFEFF", "é", "😀",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80],
        .. new[] { "[", "{\"a\":", "[{\"a\":", "}", "\"", "\\", "9", "a", "0", " ", ":", "|", "," }.Select(s => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(s, 300)))),
    ];

    /// <summary>A sample with one to four wounds.</summary>
    public byte[] Next(ref Rng rng)
    {
        var text = new List<byte>(samples[rng.NextInt(samples.Length)]);
        for (int k = 1 + rng.NextInt(4); k > 0; k--) Wound(text, ref rng);
        return [.. text];
    }

    private void Wound(List<byte> text, ref Rng rng)
    {
        int at = rng.NextInt(text.Count + 1), length = Math.Min(text.Count - at, 1 + rng.NextInt(rng.NextInt(4) == 0 ? 60 : 6));
        switch (rng.NextInt(10))
        {
            case 0 or 1 when at < text.Count: text[at] ^= (byte)(1 << rng.NextInt(8)); break;
            case 2 when at < text.Count: text[at] = (byte)rng.NextInt(256); break;
            case 3: text.RemoveRange(at, length); break;
            case 4: text.RemoveRange(at, text.Count - at); break;
            case 5: text.InsertRange(at, text.GetRange(at, length)); break;
            case 6: text.InsertRange(rng.NextInt(text.Count + 1), text.GetRange(at, length)); break;
            case 7 when at < text.Count: ReplaceNumber(text, at, ref rng); break;
            case 8:
                byte[] other = samples[rng.NextInt(samples.Length)];
                int from = rng.NextInt(other.Length);
                text.RemoveRange(at, text.Count - at);
                text.AddRange(other[from..]);
                break;
            default: text.InsertRange(at, s_pieces[rng.NextInt(s_pieces.Length)]); break;
        }
    }

    private static void ReplaceNumber(List<byte> text, int at, ref Rng rng)
    {
        int start = text.FindIndex(at, c => c is >= (byte)'0' and <= (byte)'9');
        if (start < 0) return;
        int end = start;
        while (end < text.Count && text[end] is >= (byte)'0' and <= (byte)'9' or (byte)'.') end++;
        text.RemoveRange(start, end - start);
        text.InsertRange(start, s_pieces[rng.NextInt(16)]);
    }
}
