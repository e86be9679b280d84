namespace Forage.Data;

/// <summary>
/// Turns a piece of text that holds whole records into a batch. Stateless between calls, so that pieces may be parsed by several threads and
/// put back in order; whatever a format says once for all (a header) is read before the parser is made.
/// </summary>
/// <typeparam name="TBatch">Pooled batch it fills.</typeparam>
public interface IRecordParser<TBatch> where TBatch : RecordBatch
{
    /// <summary>Where the text may be cut.</summary>
    RecordFraming Framing { get; }

    /// <summary>Lines at the start of the source that are no records; <see cref="Parse"/> never sees them.</summary>
    int HeaderLines => 0;

    /// <summary>Number of records, malformed ones included, that the header announces; null if it does not say. Another number is reported at the end.</summary>
    long? AnnouncedRecords => null;

    /// <summary>
    /// Appends every well-formed record of <paramref name="text"/> to <paramref name="batch"/>. A malformed one is taken back whole and
    /// reported to <see cref="RecordBatch.Faults"/>; it never throws for bad input. The last line may lack its newline.
    /// </summary>
    void Parse(ReadOnlySpan<byte> text, TBatch batch);
}
