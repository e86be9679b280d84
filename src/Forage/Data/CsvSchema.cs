using System.Globalization;
using System.Text;
using Forage.Data.Internals;
using Forage.Features;

namespace Forage.Data;

/// <summary>A column of a CSV file.</summary>
/// <param name="Name">Name from the header, or its number.</param>
/// <param name="Kind">What it is.</param>
public readonly record struct CsvColumn(string Name, CsvColumnKind Kind);

/// <summary>A column of categories by a few values only.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Numbers">Values that are numbers.</param>
/// <param name="Others">Values that are not.</param>
/// <param name="FirstOther">The first of those.</param>
public readonly record struct CsvDoubt(string Name, long Numbers, long Others, string FirstOther);

/// <summary>
/// What is known of a CSV or TSV file before its rows are read: separator, columns and classes. <see cref="Scan"/> looks at all rows to tell numbers
/// from categories and to find the classes; <see cref="FromHeader"/> looks at the header alone, for streams that can be read only once.
/// </summary>
public sealed class CsvSchema
{
    private const double MostSlips = 0.05;

    private CsvSchema(byte separator, CsvOptions options, CsvColumn[] columns, Utf8Names? classes)
    {
        Separator = (char)separator;
        Options = options;
        Columns = columns;
        ClassNames = classes;
        Slots = [.. columns.Select(c => new Slot(c, options.NamespacePerColumn))];
        Missing = new Utf8Names();
        foreach (string value in options.Missing) Missing.FindOrAdd(Encoding.UTF8.GetBytes(value));
    }

    /// <summary>What separates fields.</summary>
    public char Separator { get; }

    /// <summary>The columns in their order.</summary>
    public IReadOnlyList<CsvColumn> Columns { get; }

    /// <summary>Names of the classes in their order; empty if the target is a number.</summary>
    public IReadOnlyList<string> Classes => ClassNames is null ? [] : [.. Enumerable.Range(0, ClassNames.Count).Select(ClassNames.Text)];

    /// <summary>How the file is read.</summary>
    public CsvOptions Options { get; }

    /// <summary>Columns that <see cref="Scan"/> took for categories though at least 20 of 21 values are numbers: one "inf" or "12,5" does it.</summary>
    public IReadOnlyList<CsvDoubt> Doubtful { get; private init; } = [];

    internal Utf8Names? ClassNames { get; }

    internal Utf8Names Missing { get; }

    internal Slot[] Slots { get; }

    /// <summary>The schema from the first line alone. Columns not declared are told value by value.</summary>
    /// <exception cref="ForageException">The header is empty or names a column twice, an option names a column that is not there, or classes are wanted but not given.</exception>
    public static CsvSchema FromHeader(ReadOnlySpan<byte> firstLine, CsvOptions? options = null)
    {
        options ??= new CsvOptions();
        var (separator, columns) = ReadHeader(firstLine, options);
        Utf8Names? classes = null;
        if (options.TargetKind != CsvTarget.Number && columns.Any(c => c.Kind == CsvColumnKind.Target))
        {
            if (options.Classes is null) throw new ForageException("The classes of the target are not known; expected a list of them, or a file whose rows can be looked at first.");
            classes = Known(options, [.. options.Classes]);
        }
        return new CsvSchema(separator, options, columns, classes);
    }

    /// <summary>The schema from all rows of a file: a column not declared is numeric if every value in it that is not missing is a number, else categorical.</summary>
    /// <exception cref="ForageException">As <see cref="FromHeader"/>, or a binary target has not two classes. Malformed rows are passed over.</exception>
    public static CsvSchema Scan(ByteSource source, CsvOptions? options = null)
    {
        options ??= new CsvOptions();
        var (separator, columns) = ReadHeader(source.ReadFirstLine(), options);
        var missing = new CsvSchema(separator, options, columns, null).Missing;
        var scan = new CsvScan(separator, columns, missing, options.Header ? 1 : 0);
        new RecordReader<ExampleBatch>(source, scan, new ReadOptions { Helpers = 0 }).Read(_ => { });
        var doubtful = new List<CsvDoubt>();
        for (int i = 0; i < columns.Length; i++)
        {
            if (columns[i].Kind != CsvColumnKind.Auto) continue;
            var held = scan.Columns[i];
            if (held.Others > 0 && held.Others <= MostSlips * held.Numbers) doubtful.Add(new CsvDoubt(columns[i].Name, held.Numbers, held.Others, held.FirstOther!));
            columns[i] = columns[i] with { Kind = held.Others == 0 ? CsvColumnKind.Numeric : CsvColumnKind.Categorical };
        }
        bool labelled = options.TargetKind != CsvTarget.Number && columns.Any(c => c.Kind == CsvColumnKind.Target);
        return new CsvSchema(separator, options, columns, labelled ? Known(options, options.Classes?.ToList() ?? Ordered(scan.Classes)) : null) { Doubtful = doubtful };
    }

    private static List<string> Ordered(Utf8Names names)
    {
        var all = Enumerable.Range(0, names.Count).Select(names.Text).ToList();
        bool numbers = all.TrueForAll(n => double.TryParse(n, NumberStyles.Float, CultureInfo.InvariantCulture, out _));
        if (numbers) all.Sort((a, b) => (double.Parse(a, CultureInfo.InvariantCulture), a).CompareTo((double.Parse(b, CultureInfo.InvariantCulture), b)));
        else all.Sort(StringComparer.Ordinal);
        return all;
    }

    private static Utf8Names Known(CsvOptions options, List<string> classes)
    {
        if (options.TargetKind == CsvTarget.Binary && classes.Count != 2)
            throw new ForageException($"The target has {classes.Count} classes ({string.Join(", ", classes.Take(5))}{(classes.Count > 5 ? ", …" : "")}); expected two for a binary label.");
        var names = new Utf8Names();
        foreach (string name in classes)
            if (names.FindOrAdd(Encoding.UTF8.GetBytes(name)) != names.Count - 1) throw new ForageException($"Class '{name}' is listed twice; expected each once.");
        return names;
    }

    private static (byte Separator, CsvColumn[] Columns) ReadHeader(ReadOnlySpan<byte> line, CsvOptions options)
    {
        line = line.TrimEnd("\r\n"u8);
        if (line.StartsWith("\uFEFF"u8)) line = line[3..];
        if (line.IsEmpty) throw new ForageException("The first line is empty; expected the names of the columns.");
        byte separator = SeparatorOf(line, options);
        var fields = new CsvFields(line, separator, new ByteBuffer());
        var names = new List<string>();
        while (fields.TryNext(out var field))
        {
            string name = options.Header ? Encoding.UTF8.GetString(field) : "";
            names.Add(name.Length > 0 ? name : (names.Count + 1).ToString(CultureInfo.InvariantCulture));
            if (names.Count > RecordLimits.Columns) throw new ForageException($"The first line has more than {RecordLimits.Columns} columns; expected at most so many.");
        }
        if (fields.Error is not null) throw new ForageException($"The first line, column {fields.Start + 1}: {fields.Error}.");
        if (names.GroupBy(n => n).FirstOrDefault(g => g.Count() > 1) is { } twice) throw new ForageException($"Column '{twice.Key}' is there twice; expected each name once.");
        var columns = names.ConvertAll(n => new CsvColumn(n, CsvColumnKind.Auto)).ToArray();
        foreach (string name in options.Numeric) Declare(columns, name, CsvColumnKind.Numeric);
        foreach (string name in options.Categorical) Declare(columns, name, CsvColumnKind.Categorical);
        foreach (string name in options.Ignored) Declare(columns, name, CsvColumnKind.Ignored);
        if (options.Importance is not null) Declare(columns, options.Importance, CsvColumnKind.Importance);
        if (options.Tag is not null) Declare(columns, options.Tag, CsvColumnKind.Tag);
        string target = options.Target ?? names[^1];
        if (target.Length > 0) Declare(columns, target, CsvColumnKind.Target);
        return (separator, columns);
    }

    private static void Declare(CsvColumn[] columns, string name, CsvColumnKind kind)
    {
        int i = Array.FindIndex(columns, c => c.Name == name);
        if (i < 0) throw new ForageException($"There is no column '{name}'; expected one of {string.Join(", ", columns.Take(20).Select(c => c.Name))}{(columns.Length > 20 ? ", …" : "")}.");
        if (columns[i].Kind != CsvColumnKind.Auto && columns[i].Kind != kind)
            throw new ForageException($"Column '{name}' is declared as {columns[i].Kind} and as {kind}; expected one of them.");
        columns[i] = columns[i] with { Kind = kind };
    }

    private static byte SeparatorOf(ReadOnlySpan<byte> line, CsvOptions options)
    {
        if (options.Separator is { } given)
            return given < 128 && given is not ('"' or '\n' or '\r') ? (byte)given : throw new ForageException($"The separator '{given}' cannot be one; expected a comma, semicolon, tab, bar or blank.");
        // Names may contain blanks, numbers do not: without a header a blank separates, and tabs with it.
        foreach (byte candidate in options.Header ? "\t,;|"u8 : ",;| \t"u8)
            if (line.Contains(candidate)) return candidate;
        return (byte)',';
    }

    /// <summary>A column with its hashes.</summary>
    internal readonly struct Slot
    {
        public Slot(CsvColumn column, bool ownNamespace)
        {
            byte[] name = Name = Encoding.UTF8.GetBytes(column.Name);
            Kind = column.Kind;
            Namespace = ownNamespace ? name[0] : FeatureGroup.Default;
            Hash = JsonScanner.NameHash(name, ownNamespace ? JsonScanner.NameHash(name, 0) : 0);
        }

        public byte[] Name { get; }

        public CsvColumnKind Kind { get; }

        public byte Namespace { get; }

        /// <summary>Index of the column's name; the seed of its values.</summary>
        public uint Hash { get; }
    }
}
