namespace Forage.Data;

/// <summary>A log that can be gone through once more: text (<see cref="RecordReader{TBatch}"/>) or its cache (<see cref="CacheReader{TBatch}"/>).</summary>
/// <typeparam name="TBatch">What a piece of it becomes; valid only during the call that hands it over.</typeparam>
public interface IBatchReader<TBatch> where TBatch : RecordBatch, new()
{
    /// <summary>Name of the source.</summary>
    string Name { get; }

    /// <summary>Size in stored bytes, if known.</summary>
    long? StoredBytes { get; }

    /// <summary>Stored bytes of what was handed over so far in the current reading.</summary>
    long StoredBytesRead { get; }

    /// <summary>Reads everything.</summary>
    /// <param name="consume">Called on the calling thread with every batch, in order.</param>
    /// <param name="cancel">Stops between two batches; what was consumed stays consumed.</param>
    /// <exception cref="ForageException">
    /// A malformed record in strict mode, or a source that breaks off; everything before it has been consumed.
    /// </exception>
    ReadSummary Read(Action<TBatch> consume, CancellationToken cancel = default);
}
