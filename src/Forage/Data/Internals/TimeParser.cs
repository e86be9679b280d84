namespace Forage.Data.Internals;

/// <summary>Times as logs write them: ISO 8601 <c>yyyy-MM-dd</c>, <c>T</c> or a blank, <c>HH:mm[:ss[.fraction]]</c>, <c>Z</c> or an offset; without one it is UTC.</summary>
internal static class TimeParser
{
    /// <summary>What a message says was expected.</summary>
    public const string Expected = "a time such as 2024-05-01T12:30:00.25Z";

    /// <summary>Reads a time that is the whole of <paramref name="s"/>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> s, out DateTimeOffset time)
    {
        time = default;
        if (s.Length < 10 || !Digits(s, 0, 4, out int year) || s[4] != '-' || !Digits(s, 5, 2, out int month) || s[7] != '-' || !Digits(s, 8, 2, out int day)) return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        long ticks = new DateTime(year, month, day).Ticks;
        int offset = 0;
        if (s.Length > 10)
        {
            if (s.Length < 16 || s[10] is not ((byte)'T' or (byte)'t' or (byte)' ')) return false;
            if (!Digits(s, 11, 2, out int hour) || s[13] != ':' || !Digits(s, 14, 2, out int minute) || hour > 23 || minute > 59) return false;
            ticks += hour * TimeSpan.TicksPerHour + minute * TimeSpan.TicksPerMinute;
            int at = 16;
            if (at < s.Length && s[at] == ':')
            {
                if (!Digits(s, at + 1, 2, out int second) || second > 60) return false;
                ticks += second * TimeSpan.TicksPerSecond;
                at += 3;
                if (at < s.Length && s[at] is (byte)'.' or (byte)',')
                {
                    int first = ++at;
                    for (long unit = TimeSpan.TicksPerSecond / 10; at < s.Length && (uint)(s[at] - '0') <= 9; at++, unit /= 10) ticks += (s[at] - '0') * unit;
                    if (at == first) return false;
                }
            }
            if (!Offset(s[at..], out offset)) return false;
        }
        long utc = ticks - offset * TimeSpan.TicksPerMinute;
        if (utc < 0 || utc > DateTime.MaxValue.Ticks || ticks > DateTime.MaxValue.Ticks) return false;
        time = new DateTimeOffset(ticks, TimeSpan.FromMinutes(offset));
        return true;
    }

    private static bool Offset(ReadOnlySpan<byte> s, out int minutes)
    {
        minutes = 0;
        if (s.IsEmpty || (s.Length == 1 && s[0] is (byte)'Z' or (byte)'z')) return true;
        if (s[0] is not ((byte)'+' or (byte)'-') || !Digits(s, 1, 2, out int hours)) return false;
        int at = s.Length > 3 && s[3] == ':' ? 4 : 3, rest = 0;
        if (at < s.Length && !Digits(s, at, 2, out rest)) return false;
        if (s.Length != (at < s.Length ? at + 2 : 3) || rest > 59) return false;
        minutes = (hours * 60 + rest) * (s[0] == '-' ? -1 : 1);
        return Math.Abs(minutes) <= 14 * 60;
    }

    private static bool Digits(ReadOnlySpan<byte> s, int at, int count, out int value)
    {
        value = 0;
        if (at + count > s.Length) return false;
        for (int i = at; i < at + count; i++)
        {
            uint digit = (uint)(s[i] - '0');
            if (digit > 9) return false;
            value = value * 10 + (int)digit;
        }
        return true;
    }
}
