using System.Text;
using Forage.Data.Internals;
using Forage.Features;

namespace Forage.Data;

/// <summary>
/// Plain examples as JSON objects, one a line, as Vowpal Wabbit's <c>--json</c> takes them: members are features and namespaces as in dsjson,
/// <c>_label</c> is a number, a string <c>"label importance base"</c> or an object {Label, Weight, Initial}, <c>_tag</c> the tag.
/// </summary>
/// <param name="strings">How string values become indices.</param>
/// <param name="names">Receives feature names, if given; parsing is then slower.</param>
public sealed class JsonExampleParser(StringHashing strings = StringHashing.SameAsText, IFeatureNames? names = null) : IRecordParser<ExampleBatch>
{
    /// <inheritdoc/>
    public RecordFraming Framing => RecordFraming.Line;

    /// <inheritdoc/>
    public void Parse(ReadOnlySpan<byte> text, ExampleBatch batch)
    {
        var lines = new LineReader(text);
        var writer = new RowWriter(batch.Rows);
        while (lines.Next(out var line))
        {
            if (SparseRow.SkipBlanks(line, 0) == line.Length) continue;
            var mark = writer.Position;
            var json = new JsonScanner(line, lines.Behind, batch.JsonScratch, new FeatureSink(writer), strings, names);
            if (TryParseLine(ref json, batch.JsonScratch, out var label, out var tag)) batch.Add(label, tag);
            else
            {
                writer.Rollback(mark);
                batch.AddFault(lines.Number, json.At + 1, json.Error ?? "malformed");
            }
        }
        batch.Lines += lines.Number;
    }

    private static bool TryParseLine(ref JsonScanner json, JsonScratch scratch, out SimpleLabel label, out ReadOnlySpan<byte> tag)
    {
        tag = default;
        label = new SimpleLabel(float.NaN);
        if (!json.Take((byte)'{')) return json.FailHere("'{'");
        json.Sink.BeginRow();
        json.Sink.BeginGroup(FeatureGroup.Default);
        bool first = true;
        while (json.TryNext(ref first, (byte)'}'))
        {
            if (!json.TryKey(out var key)) return false;
            bool ok = key.SequenceEqual("_tag"u8) ? json.TakeNull() || json.TryString(scratch.EventId, out tag)
                : key.StartsWith("_label"u8) ? TryLabel(ref json, key[6..], scratch, ref label)
                : key.SequenceEqual("_multi"u8) ? json.Fail("'_multi' in a plain example; expected features of one example (decisions are read as dsjson)")
                : json.TryFeature(key, 0, FeatureGroup.Default, 1);
            if (!ok) return false;
        }
        if (json.Error is not null) return false;
        if (json.Peek() != 0 || !json.AtEnd) return json.FailHere("the end of the line");
        json.Sink.EndGroup();
        json.Sink.EndRow();
        return true;
    }

    private static bool TryLabel(ref JsonScanner json, ReadOnlySpan<byte> rest, JsonScratch scratch, ref SimpleLabel label)
    {
        if (!rest.IsEmpty) return rest[0] == '_' ? TryPart(ref json, rest[1..], ref label) : json.TrySkip();
        if (json.TakeNull()) return true;
        switch (json.Peek())
        {
            case (byte)'"':
                int start = json.At;
                if (!json.TryString(scratch.Value, out var text)) return false;
                if (TryWords(text, ref label)) return true;
                json.At = start;
                return json.Fail($"'{NumberParser.Shown(text)}' is not a label; expected one to three numbers: label, importance at least 0, base");
            case (byte)'{':
                json.At++;
                bool first = true;
                while (json.TryNext(ref first, (byte)'}'))
                    if (!json.TryKey(out var key) || !TryPart(ref json, key, ref label)) return false;
                return json.Error is null;
            default:
                if (!TryFloat(ref json, out float value)) return false;
                label = label with { Value = value };
                return true;
        }
    }

    private static bool TryPart(ref JsonScanner json, ReadOnlySpan<byte> name, ref SimpleLabel label)
    {
        bool value = Ascii.EqualsIgnoreCase(name, "label"u8), weight = Ascii.EqualsIgnoreCase(name, "weight"u8);
        if (!value && !weight && !Ascii.EqualsIgnoreCase(name, "initial"u8))
            return json.Fail($"'{NumberParser.Shown(name)}' is not a part of a label; expected Label, Weight or Initial");
        int start = json.At;
        if (!TryFloat(ref json, out float number)) return false;
        if (weight && number < 0)
        {
            json.At = start;
            return json.Fail($"the weight is {number}; expected at least 0");
        }
        label = value ? label with { Value = number } : weight ? label with { Importance = number } : label with { Base = number };
        return true;
    }

    private static bool TryFloat(ref JsonScanner json, out float value)
    {
        int start = json.At;
        value = 0;
        if (!json.TryNumber(out double number)) return false;
        value = (float)number;
        if (float.IsFinite(value)) return true;
        json.At = start;
        return json.Fail($"{DecisionRules.Show(number)} is too large; expected a number of magnitude at most 3.4e38");
    }

    private static bool TryWords(ReadOnlySpan<byte> text, ref SimpleLabel label)
    {
        Span<float> parts = [float.NaN, 1, 0];
        int count = 0, at = SparseRow.SkipBlanks(text, 0);
        while (at < text.Length)
        {
            int end = SparseRow.WordEnd(text, at);
            if (count == 3 || !NumberParser.TryParse(text[at..end], out parts[count++])) return false;
            at = SparseRow.SkipBlanks(text, end);
        }
        if (parts[1] < 0) return false;
        label = new SimpleLabel(parts[0], parts[1], parts[2]);
        return true;
    }
}
