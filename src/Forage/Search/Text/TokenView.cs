using System.Buffers;
using System.Text;
using Forage.Features;

namespace Forage.Search.Text;

/// <summary>Ways to look at a value.</summary>
public enum TokenViewKind : byte
{
    /// <summary>The value itself.</summary>
    Value,

    /// <summary>The value in lower case.</summary>
    Lower,

    /// <summary>The value with each digit replaced by 0.</summary>
    Digitless,

    /// <summary>The first <see cref="TokenView.Size"/> characters; absent if there are fewer.</summary>
    Prefix,

    /// <summary>The last <see cref="TokenView.Size"/> characters; absent if there are fewer.</summary>
    Suffix,

    /// <summary>The shape with runs as one: Hawker's is <c>Xx'x</c>, 1,200 is <c>d,d</c>.</summary>
    Shape,

    /// <summary>The shape a character each: Hawker's is <c>Xxxxxx'x</c>; at most 20 characters of it.</summary>
    LongShape,

    /// <summary>Which of these it has: upper case at the start, elsewhere, lower case, a digit, a hyphen, another sign.</summary>
    Signs,

    /// <summary>Number of characters, those beyond <see cref="TokenView.Size"/> as one.</summary>
    Length,
}

/// <summary>A way to look at a value, with its size where it has one. Characters are Unicode scalar values.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Size">Characters of a prefix or suffix, longest length told apart; 0 for the others.</param>
public readonly record struct TokenView(TokenViewKind Kind, int Size = 0)
{
    /// <summary>Longest prefix, suffix or length.</summary>
    public const int MaxSize = 32;

    private const int MaxShape = 20;

    /// <summary>Hash of what is seen of <paramref name="value"/>, 0 for nothing. Of <see cref="TokenViewKind.Value"/> it is the same whatever else is looked at.</summary>
    public uint Hash(ReadOnlySpan<byte> value)
    {
        uint seed = Kind == TokenViewKind.Value ? 0 : ((uint)Kind << 8 | (uint)Size) * 0x9E3779B1;
        switch (Kind)
        {
            case TokenViewKind.Prefix:
                int start = Skip(value, Size);
                return start < 0 ? 0 : Seen(value[..start], seed);
            case TokenViewKind.Suffix:
                int end = SkipLast(value, Size);
                return end < 0 ? 0 : Seen(value[end..], seed);
            case TokenViewKind.Length:
                return NotZero(FeatureMix.Mix(seed ^ (uint)Math.Min(Count(value), Size + 1)));
            case TokenViewKind.Signs:
                return NotZero(FeatureMix.Mix(seed ^ Signs(value)));
            case TokenViewKind.Value:
                return Seen(value, seed);
            default:
                return Rewritten(value, seed);
        }
    }

    /// <summary>Hash of the marker that stands where the sentence has no token: <paramref name="distance"/> 1 for the place next to its end; only the value is seen.</summary>
    internal uint BoundaryHash(bool before, int distance)
        => Kind == TokenViewKind.Value ? Seen(before ? "_B-"u8 : "_B+"u8, (uint)distance) : 0;

    private static uint NotZero(uint hash) => hash == 0 ? 1 : hash;

    private static uint Seen(ReadOnlySpan<byte> bytes, uint seed) => NotZero(Murmur.Hash(bytes, seed));

    private uint Rewritten(ReadOnlySpan<byte> value, uint seed)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(2 * value.Length + 8); // lower case may need more bytes than upper case
        int n = 0, characters = 0;
        var last = default(Rune);
        foreach (var rune in Runes(value))
        {
            var r = Kind switch { TokenViewKind.Lower => Rune.ToLowerInvariant(rune), TokenViewKind.Digitless => Rune.IsDigit(rune) ? new Rune('0') : rune, _ => Class(rune) };
            if (Kind == TokenViewKind.Shape && n > 0 && r == last) continue;
            if (Kind is TokenViewKind.Shape or TokenViewKind.LongShape && characters++ == MaxShape) break;
            n += r.EncodeToUtf8(rented.AsSpan(n));
            last = r;
        }
        uint hash = Seen(rented.AsSpan(0, n), seed);
        ArrayPool<byte>.Shared.Return(rented);
        return hash;
    }

    private static RuneEnumerator Runes(ReadOnlySpan<byte> value) => new(value);

    private static Rune Class(Rune r)
        => Rune.IsDigit(r) ? new Rune('d') : Rune.IsUpper(r) ? new Rune('X') : Rune.IsLetter(r) ? new Rune('x') : r;

    private static uint Signs(ReadOnlySpan<byte> value)
    {
        uint signs = 0;
        bool first = true;
        foreach (var r in Runes(value))
        {
            if (Rune.IsUpper(r)) signs |= first ? 1u : 2u;
            else if (Rune.IsLetter(r)) signs |= 4;
            else if (Rune.IsDigit(r)) signs |= 8;
            else signs |= r.Value == '-' ? 16u : 32u;
            first = false;
        }
        return signs;
    }

    private static bool Begins(byte b) => (b & 0xC0) != 0x80;

    private static int Count(ReadOnlySpan<byte> value)
    {
        int n = 0;
        foreach (byte b in value) n += Begins(b) ? 1 : 0;
        return n;
    }

    /// <summary>Bytes of the first <paramref name="characters"/> characters, -1 if there are fewer.</summary>
    private static int Skip(ReadOnlySpan<byte> value, int characters)
    {
        int at = 0;
        for (; characters > 0 && at < value.Length; characters--)
        {
            at++;
            while (at < value.Length && !Begins(value[at])) at++;
        }
        return characters > 0 ? -1 : at;
    }

    /// <summary>Where the last <paramref name="characters"/> characters begin, -1 if there are fewer.</summary>
    private static int SkipLast(ReadOnlySpan<byte> value, int characters)
    {
        int at = value.Length;
        for (; characters > 0 && at > 0; characters--)
        {
            at--;
            while (at > 0 && !Begins(value[at])) at--;
        }
        return characters > 0 ? -1 : at;
    }

    /// <summary>Characters of UTF-8; each byte that is none comes as U+FFFD.</summary>
    private ref struct RuneEnumerator(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        public Rune Current { get; private set; }

        public readonly RuneEnumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_rest.IsEmpty) return false;
            Rune.DecodeFromUtf8(_rest, out var rune, out int used);
            Current = rune;
            _rest = _rest[Math.Max(used, 1)..];
            return true;
        }
    }
}
