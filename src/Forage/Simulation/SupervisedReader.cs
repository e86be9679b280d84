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
        ReadSummary summary;
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
            summary = reader.Read(batch =>
            {
                set.Add(batch);
                progress?.Invoke(set.Count, reader.StoredBytesRead);
            }, cancellation);
        }
        else
        {
            var schema = format == SupervisedFormat.Csv ? CsvSchema.Scan(source, new CsvOptions { Target = target, TargetKind = CsvTarget.Class }) : null;
            if (schema is not null)
            {
                set.Declare(schema.Classes.Count);
                set.LabelNames = schema.Classes;
            }
            var reader = new RecordReader<ExampleBatch>(source, schema is not null ? new CsvParser(schema) : format == SupervisedFormat.Vw ? new VwTextParser() : new SvmlightParser(), options);
            summary = reader.Read(batch =>
            {
                set.Add(batch, firstClass: schema is null ? 0 : 1);
                progress?.Invoke(set.Count, reader.StoredBytesRead);
            }, cancellation);
            if (schema is null) set.CountFromZero();
        }
        cancellation.ThrowIfCancellationRequested();
        if (set.Count == 0) throw new ForageException($"{source.Name} holds no examples{(summary.FirstFaults.Count > 0 ? "; the first malformed line: " + summary.FirstFaults[0] : "")}.");
        return (set, summary);
    }
}
