using System.Globalization;
using System.Text;
using Forage.Data.Internals;
using Forage.Features;

namespace Forage.Tests.Data;

public class NumberParserTests
{
    [Fact]
    public void A_million_random_literals_are_within_one_ulp_of_the_framework()
    {
        var rng = new Rng(17);
        Span<byte> buffer = stackalloc byte[128];
        int exact = 0;
        const int n = 1_000_000;
        for (int t = 0; t < n; t++)
        {
            int length = RandomLiteral(ref rng, buffer);
            var text = buffer[..length];
            float expected = float.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
            bool ok = NumberParser.TryParse(text, out float actual);
            if (!float.IsFinite(expected))
            {
                Assert.False(ok, Encoding.UTF8.GetString(text));
                continue;
            }
            if (!ok)
            {
                Assert.Fail($"refused {Encoding.UTF8.GetString(text)}");
            }
            if (actual == expected) exact++;
            else if (MathF.BitIncrement(actual) != expected && MathF.BitDecrement(actual) != expected)
                Assert.Fail($"{Encoding.UTF8.GetString(text)}: {actual:R} against {expected:R}");
        }
        Assert.True(exact > 0.9 * n); // the rest are the out-of-range ones and very few that differ by an ulp
    }

    [Fact]
    public void Doubles_are_exactly_the_frameworks()
    {
        var rng = new Rng(18);
        Span<byte> buffer = stackalloc byte[128];
        for (int t = 0; t < 200_000; t++)
        {
            int length = RandomLiteral(ref rng, buffer);
            var text = buffer[..length];
            double expected = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
            if (!double.IsFinite(expected)) Assert.False(NumberParser.TryParse(text, out double _));
            else Assert.True(NumberParser.TryParse(text, out double actual) && actual.Equals(expected), Encoding.UTF8.GetString(text));
        }
    }

    [Fact]
    public void Shortest_forms_of_random_floats_come_back_exactly()
    {
        var rng = new Rng(19);
        Span<byte> buffer = stackalloc byte[64];
        for (int t = 0; t < 200_000; t++)
        {
            float x = BitConverter.UInt32BitsToSingle((uint)rng.NextUInt64());
            if (!float.IsFinite(x)) continue;
            x.TryFormat(buffer, out int length, "R", CultureInfo.InvariantCulture);
            Assert.True(NumberParser.TryParse(buffer[..length], out float y));
            Assert.Equal(x, y);
        }
    }

    [Theory]
    [InlineData("0", 0f)]
    [InlineData("-0", -0f)]
    [InlineData("007", 7f)]
    [InlineData("+2", 2f)]
    [InlineData(".5", 0.5f)]
    [InlineData("-.5", -0.5f)]
    [InlineData("5.", 5f)]
    [InlineData("1.e3", 1000f)]
    [InlineData("1E+5", 1e5f)]
    [InlineData("1e-45", 1e-45f)]
    [InlineData("1e-300", 0f)]
    [InlineData("1e-99999999999999999999", 0f)]
    [InlineData("3.4028235e38", float.MaxValue)]
    [InlineData("123456789012345678901234567890", 1.2345679e29f)]
    [InlineData("0.00000000000000000000000000000000000001234", 1.234e-38f)]
    [InlineData("0.12345678", 0.12345678f)]
    [InlineData("0.123456789", 0.12345679f)]
    [InlineData("1.2345678e2", 123.45678f)]
    public void Accepts(string text, float expected)
    {
        Assert.True(NumberParser.TryParse(Encoding.UTF8.GetBytes(text), out float value));
        Assert.Equal(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(value));
    }

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("-", "not a number")]
    [InlineData("+", "not a number")]
    [InlineData(".", "not a number")]
    [InlineData("e5", "not a number")]
    [InlineData("1e", "not a number")]
    [InlineData("1e+", "not a number")]
    [InlineData("--1", "not a number")]
    [InlineData("1..2", "not a number")]
    [InlineData("1,5", "not a number")]
    [InlineData("1.5x", "not a number")]
    [InlineData("0x10", "not a number")]
    [InlineData(" 1", "not a number")]
    [InlineData("1 ", "not a number")]
    [InlineData("nan", "not finite")]
    [InlineData("-NaN", "not finite")]
    [InlineData("inf", "not finite")]
    [InlineData("-Infinity", "not finite")]
    [InlineData("3.5e38", "too large")]
    [InlineData("-1e39", "too large")]
    [InlineData("1e9999999999", "too large")]
    [InlineData("400000000000000000000000000000000000000", "too large")]
    public void Refuses_and_says_why(string text, string why)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Assert.False(NumberParser.TryParse(bytes, out float _));
        Assert.Contains(why, NumberParser.Explain(bytes));
    }

    [Theory]
    [InlineData("0.25:x", 4, 0.25f)]
    [InlineData("12abc", 2, 12f)]
    [InlineData("1e5.5", 3, 1e5f)]
    [InlineData("1e", 1, 1f)]
    [InlineData("0.1234567 8", 9, 0.1234567f)]
    [InlineData("-3,", 2, -3f)]
    public void Scan_takes_the_longest_prefix(string text, int used, float expected)
    {
        Assert.Equal(used, NumberParser.Scan(Encoding.UTF8.GetBytes(text), out float value));
        Assert.Equal(expected, value);
    }

    [Fact]
    public void Messages_show_no_control_characters_and_not_everything()
    {
        string message = NumberParser.Explain(Encoding.UTF8.GetBytes("a\nb\u0007" + new string('x', 1000)));
        Assert.DoesNotContain('\n', message);
        Assert.DoesNotContain('\u0007', message);
        Assert.True(message.Length < 150);
    }

    private static int RandomLiteral(ref Rng rng, Span<byte> to)
    {
        int at = 0;
        if (rng.NextInt(3) == 0) to[at++] = rng.NextInt(4) == 0 ? (byte)'+' : (byte)'-';
        int whole = rng.NextInt(4) == 0 ? rng.NextInt(30) : rng.NextInt(4), fraction = rng.NextInt(4) == 0 ? rng.NextInt(40) : rng.NextInt(10);
        if (whole + fraction == 0) whole = 1;
        for (int i = 0; i < whole; i++) to[at++] = (byte)('0' + rng.NextInt(10));
        if (fraction > 0 || rng.NextInt(8) == 0) to[at++] = (byte)'.';
        int zeros = rng.NextInt(6) == 0 ? rng.NextInt(fraction + 1) : 0;
        for (int i = 0; i < fraction; i++) to[at++] = (byte)('0' + (i < zeros ? 0 : rng.NextInt(10)));
        if (rng.NextInt(4) != 0) return at;
        to[at++] = rng.NextInt(2) == 0 ? (byte)'e' : (byte)'E';
        int power = rng.NextInt(90) - 45;
        if (power < 0) to[at++] = (byte)'-';
        else if (rng.NextInt(2) == 0) to[at++] = (byte)'+';
        Math.Abs(power).TryFormat(to[at..], out int written);
        return at + written;
    }
}
