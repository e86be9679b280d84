using Forage.Data.Internals;
using Forage.Features;

namespace Forage.Data;

/// <summary>
/// CSV and TSV rows as examples: numbers become features named as their columns, categories features with the index text gives to
/// <c>column:value</c>. Fields may be quoted (RFC 4180) but hold no line break. Missing values are left out, or NaN if the options say so.
/// </summary>
/// <param name="schema">Separator, columns and classes.</param>
/// <param name="names">Receives feature names, if given; parsing is then slower.</param>
public sealed class CsvParser(CsvSchema schema, IFeatureNames? names = null) : IRecordParser<ExampleBatch>
{
    private readonly bool _ownNamespaces = schema.Options.NamespacePerColumn;
    private readonly bool _keepMissing = schema.Options.KeepMissing;

    /// <inheritdoc/>
    public RecordFraming Framing => RecordFraming.Line;

    /// <inheritdoc/>
    public int HeaderLines => schema.Options.Header ? 1 : 0;

    /// <inheritdoc/>
    public void Parse(ReadOnlySpan<byte> text, ExampleBatch batch)
    {
        var lines = new LineReader(text);
        var sink = new FeatureSink(new RowWriter(batch.Rows));
        while (lines.Next(out var line))
        {
            if (SparseRow.SkipBlanks(line, 0) == line.Length) continue;
            var mark = sink.Position;
            sink.BeginRow();
            if (TryRow(line, ref sink, batch, out int column, out string? error)) continue;
            sink.Rollback(mark);
            batch.AddFault(lines.Number, column + 1, error ?? "malformed");
        }
        batch.Lines += lines.Number;
    }

    private bool TryRow(ReadOnlySpan<byte> line, ref FeatureSink sink, ExampleBatch batch, out int column, out string? error)
    {
        var scratch = batch.JsonScratch;
        var slots = schema.Slots;
        var fields = new CsvFields(line, (byte)schema.Separator, scratch.Value);
        float label = float.NaN, importance = 1;
        ReadOnlySpan<byte> tag = default;
        int i = 0;
        error = null;
        if (!_ownNamespaces) sink.BeginGroup(FeatureGroup.Default);
        while (fields.TryNext(out var field))
        {
            column = fields.Start;
            if (i == slots.Length)
            {
                error = $"more than {slots.Length} fields; expected as many as columns";
                return false;
            }
            ref readonly var slot = ref slots[i++];
            if (slot.Kind == CsvColumnKind.Ignored) continue;
            if (field.IsEmpty || schema.Missing.Find(field) >= 0)
            {
                if (_keepMissing && slot.Kind is (CsvColumnKind.Numeric or CsvColumnKind.Auto)) AddMissing(ref sink, slot);
                continue;
            }
            switch (slot.Kind)
            {
                case CsvColumnKind.Tag:
                    scratch.EventId.Clear();
                    scratch.EventId.Add(field);
                    tag = scratch.EventId.Written;
                    break;
                case CsvColumnKind.Target:
                    if (!TryLabel(field, out label, out error)) return false;
                    break;
                case CsvColumnKind.Importance:
                    if (!NumberParser.TryParse(field, out importance) || importance < 0)
                    {
                        error = $"the importance: '{NumberParser.Shown(field)}'; expected a number of at least 0";
                        return false;
                    }
                    break;
                default:
                    if (_ownNamespaces) sink.BeginGroup(slot.Namespace);
                    if (slot.Kind != CsvColumnKind.Categorical && NumberParser.TryParse(field, out float value)) Add(ref sink, slot, slot.Hash, value, default);
                    else if (slot.Kind != CsvColumnKind.Numeric) Add(ref sink, slot, CategoryIndex(field, slot.Hash, scratch.Joined), 1, field);
                    else
                    {
                        error = $"column '{schema.Columns[i - 1].Name}': {NumberParser.Explain(field)}";
                        return false;
                    }
                    if (_ownNamespaces) sink.EndGroup();
                    break;
            }
        }
        column = fields.Start;
        if (fields.Error is not null || i < slots.Length)
        {
            error = fields.Error ?? $"{i} fields; expected {slots.Length}, one for each column";
            return false;
        }
        if (!_ownNamespaces) sink.EndGroup();
        sink.EndRow();
        batch.Add(new SimpleLabel(label, importance), tag);
        return true;
    }

    private void AddMissing(ref FeatureSink sink, in CsvSchema.Slot slot)
    {
        if (_ownNamespaces) sink.BeginGroup(slot.Namespace);
        Add(ref sink, slot, slot.Hash, float.NaN, default);
        if (_ownNamespaces) sink.EndGroup();
    }

    private void Add(ref FeatureSink sink, in CsvSchema.Slot slot, uint index, float value, ReadOnlySpan<byte> text)
    {
        sink.Add(index, value);
        if (value != 0) names?.Add(index, _ownNamespaces ? slot.Name : default, slot.Name, text);
    }

    /// <summary>What text makes of <c>column:value</c>, with the bytes text separates by in the value replaced as in JSON.</summary>
    private static uint CategoryIndex(ReadOnlySpan<byte> value, uint column, ByteBuffer scratch)
        => JsonScanner.NameHash(value.IndexOfAny(" \t|:"u8) < 0 ? value : JsonScanner.Joinable(value, scratch), column);

    private bool TryLabel(ReadOnlySpan<byte> field, out float label, out string? error)
    {
        error = null;
        if (schema.ClassNames is not { } classes)
        {
            if (NumberParser.TryParse(field, out label)) return true;
            error = $"the target: {NumberParser.Explain(field)}";
            return false;
        }
        int number = classes.Find(field);
        label = schema.Options.TargetKind == CsvTarget.Binary ? 2 * number - 1 : number + 1;
        if (number >= 0) return true;
        error = $"the target: '{NumberParser.Shown(field)}' is not one of the {classes.Count} classes";
        return false;
    }
}
