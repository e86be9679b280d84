using System.Text;
using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Data.Internals;

/// <summary>The part of a VW text line before its first bar.</summary>
internal static class VwLabels
{
    /// <summary><c>[label [importance [base]]] ['tag]</c>.</summary>
    public static bool TrySimple(ReadOnlySpan<byte> line, int bar, out SimpleLabel label, out ReadOnlySpan<byte> tag, out int column, out string? fault)
    {
        label = new SimpleLabel(float.NaN);
        tag = SplitTag(line, ref bar);
        (column, fault) = (0, null);
        Span<float> numbers = [float.NaN, 1, 0];
        int count = 0, p = 0;
        while (NextWord(line[..bar], ref p, out var word, out column))
        {
            if (count == 3)
            {
                fault = $"a fourth number '{NumberParser.Shown(word)}' before the bar; expected label, importance, base and then a tag or the bar";
                return false;
            }
            if (!NumberParser.TryParse(word, out numbers[count]))
            {
                fault = $"{NumberParser.Explain(word)} as the {Part(count)}";
                return false;
            }
            if (count == 1 && numbers[1] < 0)
            {
                fault = $"an importance of {numbers[1]}; expected 0 or more";
                return false;
            }
            count++;
        }
        label = new SimpleLabel(numbers[0], numbers[1], numbers[2]);
        return true;
    }

    /// <summary>
    /// Words <c>action:cost:probability</c> of a contextual-bandit label. An action alone is available, one with cost and probability was taken.
    /// </summary>
    /// <param name="line">The line.</param>
    /// <param name="bar">Position of the first bar, or the line's length.</param>
    /// <param name="actions">Available actions as written, if any are listed.</param>
    /// <param name="taken">The action taken with cost and probability, if any.</param>
    /// <param name="tag">The tag.</param>
    /// <param name="shared">The line is a shared context.</param>
    /// <param name="column">0-based position of a fault.</param>
    /// <param name="fault">What is wrong.</param>
    public static bool TryBandit(ReadOnlySpan<byte> line, int bar, List<uint> actions, out (uint Action, float Cost, double Probability)? taken,
        out ReadOnlySpan<byte> tag, out bool shared, out int column, out string? fault)
    {
        tag = SplitTag(line, ref bar);
        (taken, shared, column, fault) = (null, false, 0, null);
        actions.Clear();
        int p = 0;
        while (NextWord(line[..bar], ref p, out var word, out column))
        {
            if (word.SequenceEqual("shared"u8))
            {
                shared = true;
                continue;
            }
            int first = word.IndexOf((byte)':');
            var name = first < 0 ? word : word[..first];
            uint action = FeatureHasher.Feature(name, 0);
            actions.Add(action);
            if (first < 0) continue;
            var rest = word[(first + 1)..];
            int second = rest.IndexOf((byte)':');
            if (!NumberParser.TryParse(second < 0 ? rest : rest[..second], out float cost))
            {
                fault = $"{NumberParser.Explain(second < 0 ? rest : rest[..second])} as the cost of an action";
                return false;
            }
            if (second < 0)
            {
                fault = $"the label '{NumberParser.Shown(word)}' has no probability; expected action:cost:probability";
                return false;
            }
            var text = rest[(second + 1)..];
            if (!NumberParser.TryParse(text, out double probability))
            {
                fault = $"{NumberParser.Explain(text)} as the probability of an action";
                return false;
            }
            if (!(probability is > 0 and <= 1))
            {
                fault = $"the probability {NumberParser.Shown(text)}; expected a number above 0 and up to 1";
                return false;
            }
            if (taken is not null)
            {
                fault = "a second cost in one decision; expected the cost of the action taken only";
                return false;
            }
            taken = (action, cost, probability);
        }
        return true;
    }

    /// <summary>The last word before the bar is a tag if it touches the bar or begins with an apostrophe.</summary>
    private static ReadOnlySpan<byte> SplitTag(ReadOnlySpan<byte> line, scoped ref int bar)
    {
        var head = line[..bar];
        bool touches = bar > 0 && head[^1] is not ((byte)' ' or (byte)'\t') && bar < line.Length;
        int end = bar;
        while (end > 0 && head[end - 1] is (byte)' ' or (byte)'\t') end--;
        int start = head[..end].LastIndexOfAny((byte)' ', (byte)'\t') + 1;
        if (start >= end) return default;
        bool quoted = head[start] == (byte)'\'';
        if (!touches && !quoted) return default;
        bar = start;
        return head[(quoted ? start + 1 : start)..end];
    }

    private static bool NextWord(ReadOnlySpan<byte> head, ref int p, out ReadOnlySpan<byte> word, out int column)
    {
        while (p < head.Length && head[p] is (byte)' ' or (byte)'\t') p++;
        column = p;
        while (p < head.Length && head[p] is not ((byte)' ' or (byte)'\t')) p++;
        word = head[column..p];
        return !word.IsEmpty;
    }

    private static string Part(int i) => i switch { 0 => "label", 1 => "importance", _ => "base prediction" };
}
