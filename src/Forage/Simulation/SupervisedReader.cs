using Forage.Data;

namespace Forage.Simulation;

/// <summary>Formats of supervised sets that can become logs.</summary>
public enum SupervisedFormat
{
    /// <summary>Extreme Classification Repository: a header, then <c>label,label index:value …</c>.</summary>
    Xmc,

    /// <summary>svmlight with sets of 0-based labels.</summary>
    Multilabel,

    /// <summary>svmlight with one class a line, from 0 or 1.</summary>
    Svmlight,

    /// <summary>VW text with one class a line, from 0 or 1.</summary>
    Vw,

    /// <summary>CSV or TSV with a header; one column names the class.</summary>
    Csv,
}

/// <summary>Reads a supervised set into memory.</summary>
public static class SupervisedReader
{
    /// <summary>Reads everything.</summary>
    /// <param name="source">Where it comes from.</param>
    /// <param name="format">How it is written.</param>
    /// <param name="options">How it is read.</param>
    /// <param name="target">Column of the class, for CSV; null: the last one.</param>
    /// <param name="progress">Told examples and stored bytes read so far.</param>
    /// <param name="cancellation">Stops it.</param>
    public static (SupervisedSet Set, ReadSummary Summary) Read(ByteSource source, SupervisedFormat format, ReadOptions? options = null, string? target = null,
        Action<long, long>? progress = null, CancellationToken cancellation = default)
    {
        var set = new SupervisedSet();
        var summary = Read(source, format, options, target, set, progress, null, cancellation);
        cancellation.ThrowIfCancellationRequested();
        if (set.Count == 0) throw new ForageException($"{source.Name} holds no examples{(summary.FirstFaults.Count > 0 ? "; the first malformed line: " + summary.FirstFaults[0] : "")}.");
        if (format is SupervisedFormat.Svmlight or SupervisedFormat.Vw) set.CountFromZero();
        return (set, summary);
    }

    /// <summary>
    /// Reads batch by batch, in constant memory: each batch is a set that is used again after the call. Classes of svmlight and VW text are counted from 0 if the first batch has
    /// a class 0 (or -1), else from 1.
    /// </summary>
    /// <param name="source">Where it comes from.</param>
    /// <param name="format">How it is written.</param>
    /// <param name="each">Takes a batch.</param>
    /// <param name="options">How it is read.</param>
    /// <param name="target">Column of the class, for CSV; null: the last one.</param>
    /// <param name="progress">Told examples and stored bytes read so far.</param>
    /// <param name="cancellation">Stops it.</param>
    public static ReadSummary ReadBatches(ByteSource source, SupervisedFormat format, Action<SupervisedSet> each, ReadOptions? options = null, string? target = null,
        Action<long, long>? progress = null, CancellationToken cancellation = default) => Read(source, format, options, target, new SupervisedSet(), progress, each, cancellation);

    private static ReadSummary Read(ByteSource source, SupervisedFormat format, ReadOptions? options, string? target, SupervisedSet set, Action<long, long>? progress,
        Action<SupervisedSet>? each, CancellationToken cancellation)
    {
        long examples = 0;
        if (format is SupervisedFormat.Xmc or SupervisedFormat.Multilabel)
        {
            IRecordParser<MultilabelBatch> parser;
            if (format == SupervisedFormat.Xmc)
            {
                var header = XmcHeader.Parse(source.ReadFirstLine());
                set.Declare(header.Labels);
                parser = new XmcParser(header);
            }
            else
            {
                parser = new SvmlightMultilabelParser();
            }
            var reader = new RecordReader<MultilabelBatch>(source, parser, options);
            return reader.Read(batch =>
            {
                set.Add(batch);
                Told(batch.Count, reader.StoredBytesRead);
            }, cancellation);
        }
        var schema = format == SupervisedFormat.Csv ? CsvSchema.Scan(source, new CsvOptions { Target = target, TargetKind = CsvTarget.Class }) : null;
        if (schema is not null)
        {
            set.Declare(schema.Classes.Count);
            set.LabelNames = schema.Classes;
        }
        var plain = new RecordReader<ExampleBatch>(source, schema is not null ? new CsvParser(schema) : format == SupervisedFormat.Vw ? new VwTextParser() : new SvmlightParser(), options);
        int first = schema is null ? 0 : 1;
        return plain.Read(batch =>
        {
            if (each is not null && examples == 0 && schema is null) first = FirstClass(batch);
            set.Add(batch, first);
            Told(batch.Count, plain.StoredBytesRead);
        }, cancellation);

        void Told(int count, long bytes)
        {
            examples += count;
            if (each is not null)
            {
                each(set);
                set.Clear();
            }
            progress?.Invoke(examples, bytes);
        }
    }

    private static int FirstClass(ExampleBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
            if (batch.Labels[i].Value is 0 or -1) return 0;
        return 1;
    }
}
