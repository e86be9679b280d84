using Forage.Features;

namespace Forage.Data.Internals;

/// <summary>The part svmlight and the XMC format share: <c>label[,label…] index:value …</c>.</summary>
internal static class SparseRow
{
    /// <summary>Position of the first byte at or after <paramref name="at"/> that is neither blank nor tab.</summary>
    public static int SkipBlanks(ReadOnlySpan<byte> line, int at)
    {
        while ((uint)at < (uint)line.Length && line[at] is (byte)' ' or (byte)'\t') at++;
        return at;
    }

    /// <summary>Position of the first blank or tab at or after <paramref name="at"/>, or the end.</summary>
    public static int WordEnd(ReadOnlySpan<byte> line, int at)
    {
        int n = line[at..].IndexOfAny((byte)' ', (byte)'\t');
        return n < 0 ? line.Length : at + n;
    }

    /// <summary>Reads an unsigned integer below 2^32 and moves past it.</summary>
    public static bool TryReadIndex(ReadOnlySpan<byte> line, ref int at, out uint index)
    {
        ulong value = 0;
        int i = at;
        uint digit;
        while ((uint)i < (uint)line.Length && (digit = (uint)(line[i] - '0')) <= 9)
        {
            value = value * 10 + digit;
            if (value > uint.MaxValue) break;
            i++;
        }
        index = (uint)value;
        if (i == at || value > uint.MaxValue) return false;
        at = i;
        return true;
    }

    /// <summary>Reads <c>index:value</c> pairs up to the end of the line into the sink's current group.</summary>
    /// <param name="line">The line.</param>
    /// <param name="at">Where the pairs begin; on failure where the trouble is.</param>
    /// <param name="limit">One past the largest index allowed.</param>
    /// <param name="sink">Where the features go.</param>
    /// <param name="error">What was expected, on failure.</param>
    public static bool TryReadFeatures(ReadOnlySpan<byte> line, ref int at, ulong limit, ref FeatureSink sink, out string error)
    {
        while (true)
        {
            at = SkipBlanks(line, at);
            if (at >= line.Length)
            {
                error = "";
                return true;
            }
            int start = at;
            if (!TryReadIndex(line, ref at, out uint index) || at >= line.Length || line[at] != (byte)':')
            {
                at = start;
                error = $"'{NumberParser.Shown(line[start..WordEnd(line, start)])}' is not a feature; expected index:value with an index below 2^32";
                return false;
            }
            if (index >= limit)
            {
                at = start;
                error = $"feature index {index} is too large; expected one below {limit}, the number of features of the header";
                return false;
            }
            at++;
            int used = NumberParser.Scan(line[at..], out float value);
            if (used == 0 || (at + used < line.Length && line[at + used] is not ((byte)' ' or (byte)'\t')))
            {
                error = NumberParser.Explain(line[at..WordEnd(line, at)]);
                return false;
            }
            at += used;
            sink.Add(index, value);
        }
    }

    /// <summary>Reads comma-separated 0-based labels into scratch, sorted.</summary>
    /// <param name="line">The line.</param>
    /// <param name="at">Where the labels begin; afterwards their end, on failure where the trouble is.</param>
    /// <param name="limit">One past the largest label allowed.</param>
    /// <param name="labels">The labels, ascending.</param>
    /// <param name="error">What was expected, on failure.</param>
    public static bool TryReadLabels(ReadOnlySpan<byte> line, ref int at, uint limit, List<int> labels, out string error)
    {
        labels.Clear();
        error = "";
        bool ascending = true;
        while (true)
        {
            int start = at;
            if (!TryReadIndex(line, ref at, out uint label))
            {
                error = $"'{NumberParser.Shown(line[start..WordEnd(line, start)])}' is not a label; expected integers separated by commas";
                return false;
            }
            if (label >= limit)
            {
                at = start;
                error = $"label {label} is too large; expected one below {limit}";
                return false;
            }
            if (labels.Count > 0 && label <= labels[^1])
            {
                if (label == labels[^1]) return Twice(label, at = start, out error);
                ascending = false;
            }
            labels.Add((int)label);
            if (labels.Count > RecordLimits.Actions)
            {
                error = $"more than {RecordLimits.Actions} labels on one line";
                return false;
            }
            if (at >= line.Length || line[at] is (byte)' ' or (byte)'\t') break;
            if (line[at] != (byte)',')
            {
                error = $"'{NumberParser.Shown(line[at..WordEnd(line, at)])}' after label {label}; expected a comma or a blank";
                return false;
            }
            at++;
        }
        if (ascending) return true;
        labels.Sort();
        for (int i = 1; i < labels.Count; i++)
            if (labels[i] == labels[i - 1]) return Twice((uint)labels[i], at, out error);
        return true;

        static bool Twice(uint label, int at, out string error)
        {
            error = $"label {label} is there twice; expected each label once";
            return false;
        }
    }
}
