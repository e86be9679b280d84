using System.Text;
using Forage.Data.Internals;
using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Data;

/// <summary>
/// Logs of the Open Bandit Dataset (Saito, Aihara, Matsutani, Narita 2021): CSV with columns timestamp, item_id, position, click,
/// propensity_score, user_feature_*, user-item_affinity_*. Each row is a decision about one position; reward is the click.
/// </summary>
/// <remarks>
/// Context: <c>position</c> in namespace p and the user's features, all categories, in u. Actions, if they are to have features: the item's number
/// (i), its features (f; numbers or categories, told value by value) and the user's affinity to it (a); otherwise the affinities belong to the context.
/// </remarks>
public sealed class OpenBanditParser : IRecordParser<DecisionBatch>
{
    private readonly Column[] _columns;
    private readonly FeatureBlock? _items;
    private readonly int _itemCount;

    private OpenBanditParser(Column[] columns, FeatureBlock? items, int itemCount) => (_columns, _items, _itemCount) = (columns, items, itemCount);

    /// <inheritdoc/>
    public RecordFraming Framing => RecordFraming.Line;

    /// <inheritdoc/>
    public int HeaderLines => 1;

    /// <summary>Number of items: of actions in every decision.</summary>
    public int ItemCount => _itemCount;

    /// <summary>A parser for a log over a fixed set of items.</summary>
    /// <param name="log">The log; its header is read.</param>
    /// <param name="itemCount">Number of items.</param>
    /// <exception cref="ForageException">A column is missing.</exception>
    public static OpenBanditParser Open(ByteSource log, int itemCount)
    {
        if (itemCount is < 1 or > RecordLimits.Actions) throw new ForageException($"The number of items is {itemCount}; expected 1 to {RecordLimits.Actions}.");
        return new OpenBanditParser(ReadHeader(log), null, itemCount);
    }

    /// <summary>A parser for a log whose items have features.</summary>
    /// <param name="log">The log; its header is read.</param>
    /// <param name="itemContext">CSV with a column item_id, 0-based, and the features of every item.</param>
    /// <exception cref="ForageException">A column or an item is missing.</exception>
    public static OpenBanditParser Open(ByteSource log, ByteSource itemContext)
    {
        var items = ReadItems(itemContext);
        return new OpenBanditParser(ReadHeader(log), items, items.RowCount);
    }

    /// <inheritdoc/>
    public void Parse(ReadOnlySpan<byte> text, DecisionBatch batch)
    {
        var lines = new LineReader(text);
        var writer = new RowWriter(batch.Rows);
        while (lines.Next(out var line))
        {
            if (SparseRow.SkipBlanks(line, 0) == line.Length) continue;
            var mark = writer.Position;
            if (TryRow(line, writer, batch, out int column, out string? error)) continue;
            writer.Rollback(mark);
            batch.AddFault(lines.Number, column + 1, error ?? "malformed");
        }
        batch.Lines += lines.Number;
    }

    private bool TryRow(ReadOnlySpan<byte> line, RowWriter writer, DecisionBatch batch, out int at, out string? error)
    {
        var scratch = batch.JsonScratch;
        var fields = new CsvFields(line, (byte)',', scratch.Value);
        var affinity = JsonScratch.Zeros(scratch.Distribution, _itemCount);
        double click = double.NaN, propensity = double.NaN;
        int item = -1, i = 0;
        DateTimeOffset? time = null;
        error = null;
        writer.BeginRow();
        writer.BeginGroup((byte)'u');
        uint position = 0;
        while (i < _columns.Length && fields.TryNext(out var field))
        {
            at = fields.Start;
            var column = _columns[i++];
            if (column.Kind == Kind.Other || field.IsEmpty) continue;
            double number = 0;
            if (column.Kind is not (Kind.Time or Kind.User) && !NumberParser.TryParse(field, out number))
            {
                error = NumberParser.Explain(field);
                return false;
            }
            switch (column.Kind)
            {
                case Kind.Time:
                    if (!TimeParser.TryParse(field, out var t))
                    {
                        error = $"'{NumberParser.Shown(field)}' is not a time; expected {TimeParser.Expected}";
                        return false;
                    }
                    time = t;
                    break;
                case Kind.Item:
                    item = number >= 0 && number < _itemCount && number == Math.Floor(number) ? (int)number : -1;
                    if (item < 0)
                    {
                        error = $"item_id is {DecisionRules.Show(number)}; expected an integer from 0 to {_itemCount - 1}";
                        return false;
                    }
                    break;
                case Kind.Position: position = JsonScanner.NameHash(field, column.Hash); break;
                case Kind.Click: click = number; break;
                case Kind.Propensity: propensity = number; break;
                case Kind.User: writer.Add(JsonScanner.NameHash(field, column.Hash), 1); break;
                case Kind.Affinity when column.Item < _itemCount: affinity[column.Item] = number; break;
            }
        }
        at = fields.Start;
        error = fields.Error;
        if (error is not null) return false;
        if (i < _columns.Length || fields.TryNext(out _)) error = $"{(i < _columns.Length ? i : "too many")} fields; expected {_columns.Length}, one for each column";
        else if (item < 0) error = "no item_id; expected the number of an item";
        else if (double.IsNaN(click)) error = "no click; expected 0 or 1";
        double log = double.NaN;
        if (error is not null || !DecisionRules.TryLog(propensity, zeroIsMissing: false, out log, out error)) return false;
        writer.EndGroup();
        WriteRest(writer, position, affinity, out int firstRow);
        LoggedAction shown = new(item, log, click);
        batch.Add(firstRow, _itemCount, [shown], time: time);
        return true;
    }

    private void WriteRest(RowWriter writer, uint position, ReadOnlySpan<double> affinity, out int firstRow)
    {
        writer.BeginGroup((byte)'p');
        if (position != 0) writer.Add(position, 1);
        writer.EndGroup();
        if (_items is null)
        {
            uint ns = FeatureHasher.Namespace("a"u8);
            writer.BeginGroup((byte)'a');
            for (int a = 0; a < affinity.Length; a++)
                if ((float)affinity[a] != 0 && float.IsFinite((float)affinity[a])) writer.Add(ns + (uint)a, (float)affinity[a]);
            writer.EndGroup();
            firstRow = writer.EndRow();
            return;
        }
        firstRow = writer.EndRow();
        uint affinityIndex = FeatureHasher.Feature("affinity"u8, FeatureHasher.Namespace("a"u8));
        for (int a = 0; a < _itemCount; a++)
        {
            writer.BeginRow(firstRow);
            var item = _items[a];
            for (int g = 0; g < item.Groups.Length; g++)
            {
                var group = item.Group(g);
                writer.BeginGroup(group.Namespace);
                writer.AddRange(item.Indices[group.Start..group.End], item.Values[group.Start..group.End]);
                writer.EndGroup();
            }
            writer.BeginGroup((byte)'a');
            if ((float)affinity[a] != 0 && float.IsFinite((float)affinity[a])) writer.Add(affinityIndex, (float)affinity[a]);
            writer.EndGroup();
            writer.EndRow();
        }
    }

    private static FeatureBlock ReadItems(ByteSource source)
    {
        var schema = CsvSchema.FromHeader(source.ReadFirstLine(), new CsvOptions { Target = "" });
        int idColumn = schema.Columns.ToList().FindIndex(c => c.Name == "item_id");
        if (idColumn < 0) throw new ForageException($"{source.Name}: there is no column 'item_id'.");
        var rows = new SortedDictionary<int, List<(byte Namespace, uint Index, float Value)>>();
        string text = ReadRest(source);
        uint ids = FeatureHasher.Namespace("i"u8), ns = FeatureHasher.Namespace("f"u8);
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] cells = line.TrimEnd('\r').Split(schema.Separator);
            if (cells.Length != schema.Columns.Count || !int.TryParse(cells[idColumn], out int id) || id < 0)
                throw new ForageException($"{source.Name}: '{line}' is not an item; expected {schema.Columns.Count} fields with a number in item_id.");
            var row = new List<(byte, uint, float)> { ((byte)'i', ids + (uint)id, 1) };
            for (int c = 0; c < cells.Length; c++)
            {
                if (c == idColumn || !schema.Columns[c].Name.StartsWith("item_feature", StringComparison.Ordinal)) continue;
                byte[] cell = Encoding.UTF8.GetBytes(cells[c]);
                uint name = FeatureHasher.Feature(Encoding.UTF8.GetBytes(schema.Columns[c].Name), ns);
                bool isNumber = NumberParser.TryParse(cell, out float value);
                if (!isNumber || value != 0) row.Add(((byte)'f', isNumber ? name : JsonScanner.NameHash(cell, name), isNumber ? value : 1));
            }
            if (!rows.TryAdd(id, row)) throw new ForageException($"{source.Name}: item {id} is there twice; expected each once.");
        }
        if (rows.Count == 0 || rows.Keys.Last() != rows.Count - 1) throw new ForageException($"{source.Name}: {rows.Count} items; expected the numbers 0, 1, 2, … without gaps.");
        var block = new FeatureBlock();
        var writer = new RowWriter(block);
        foreach (var row in rows.Values)
        {
            writer.BeginRow();
            foreach (var group in row.GroupBy(f => f.Namespace))
            {
                writer.BeginGroup(group.Key);
                foreach (var f in group) writer.Add(f.Index, f.Value);
                writer.EndGroup();
            }
            writer.EndRow();
        }
        return block;
    }

    private static string ReadRest(ByteSource source)
    {
        using var stream = source.Open(1);
        var text = new ByteBuffer();
        byte[] piece = new byte[1 << 16];
        for (int n; (n = stream.Read(piece)) > 0;) text.Add(piece.AsSpan(0, n));
        return Encoding.UTF8.GetString(text.Written);
    }

    private static Column[] ReadHeader(ByteSource log)
    {
        var schema = CsvSchema.FromHeader(log.ReadFirstLine(), new CsvOptions { Separator = ',', Target = "" });
        var columns = schema.Columns.Select(c => new Column(c.Name)).ToArray();
        foreach (var (kind, name) in new[] { (Kind.Item, "item_id"), (Kind.Click, "click"), (Kind.Propensity, "propensity_score") })
            if (!columns.Any(c => c.Kind == kind)) throw new ForageException($"{log.Name}: there is no column '{name}'; expected a log of the Open Bandit Dataset.");
        return columns;
    }

    private enum Kind { Other, Time, Item, Position, Click, Propensity, User, Affinity }

    private readonly record struct Column
    {
        public Column(string name)
        {
            const string affinity = "user-item_affinity_";
            Kind = name switch
            {
                "timestamp" => Kind.Time,
                "item_id" => Kind.Item,
                "position" => Kind.Position,
                "click" => Kind.Click,
                "propensity_score" => Kind.Propensity,
                _ when name.StartsWith("user_feature", StringComparison.Ordinal) => Kind.User,
                _ when name.StartsWith(affinity, StringComparison.Ordinal) && int.TryParse(name.AsSpan(affinity.Length), out int item) && item >= 0 => Kind.Affinity,
                _ => Kind.Other,
            };
            Item = Kind == Kind.Affinity ? int.Parse(name.AsSpan(affinity.Length)) : 0;
            Hash = FeatureHasher.Feature(Encoding.UTF8.GetBytes(name), FeatureHasher.Namespace(Kind == Kind.Position ? "p"u8 : "u"u8));
        }

        public Kind Kind { get; }

        public int Item { get; }

        public uint Hash { get; }
    }
}
