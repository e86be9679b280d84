using System.Buffers;

namespace Forage.Data;

/// <summary>Writes one record of a batch; false, with the reason, if the format cannot say it.</summary>
/// <typeparam name="TBatch">Kind of batch.</typeparam>
public delegate bool RecordWriter<in TBatch>(IBufferWriter<byte> to, TBatch batch, int i, out string? reason) where TBatch : RecordBatch;

/// <summary>What a conversion came to.</summary>
/// <param name="Read">What was read.</param>
/// <param name="Written">Records written.</param>
/// <param name="Unwritable">Records the other format cannot say, left out.</param>
/// <param name="FirstReason">Why the first of those cannot be said; null if there is none.</param>
public sealed record ConversionSummary(ReadSummary Read, long Written, long Unwritable, string? FirstReason);

/// <summary>Reads records in one format and writes them in another, piece by piece.</summary>
public static class FormatConverter
{
    /// <summary>Converts everything a reader gives.</summary>
    /// <param name="reader">The records.</param>
    /// <param name="write">Writes one of them.</param>
    /// <param name="to">Receives the text.</param>
    /// <param name="onBatch">Called after every batch with the number of records written.</param>
    /// <param name="cancel">Stops between two batches; what was written is whole records.</param>
    public static ConversionSummary Convert<TBatch>(IBatchReader<TBatch> reader, RecordWriter<TBatch> write, Stream to, Action<long>? onBatch = null, CancellationToken cancel = default) where TBatch : RecordBatch, new()
    {
        var buffer = new ArrayBufferWriter<byte>(1 << 16);
        long written = 0, unwritable = 0;
        string? firstReason = null;
        var summary = reader.Read(batch =>
        {
            for (int i = 0; i < batch.Count; i++)
            {
                if (write(buffer, batch, i, out string? reason))
                {
                    written++;
                    continue;
                }
                unwritable++;
                firstReason ??= reason;
            }
            to.Write(buffer.WrittenSpan);
            buffer.ResetWrittenCount();
            onBatch?.Invoke(written);
        }, cancel);
        return new ConversionSummary(summary, written, unwritable, firstReason);
    }

    /// <summary>Writer of examples as VW text.</summary>
    public static bool ExampleAsVw(IBufferWriter<byte> to, ExampleBatch batch, int i, out string? reason) => VwTextWriter.TryWrite(to, batch.Labels[i], batch.Rows[i], batch.Tag(i), out reason);

    /// <summary>Writer of examples as svmlight.</summary>
    public static bool ExampleAsSvmlight(IBufferWriter<byte> to, ExampleBatch batch, int i, out string? reason)
    {
        var label = batch.Labels[i];
        reason = !label.IsLabelled ? "no label" : label.Importance != 1 ? "an importance" : label.Base != 0 ? "a base" : null;
        if (reason is null) SvmlightWriter.Write(to, label, batch.Rows[i], batch.Tag(i));
        return reason is null;
    }

    /// <summary>Writer of sets of labels as svmlight, which is also a row of XMC.</summary>
    public static bool SetAsSvmlight(IBufferWriter<byte> to, MultilabelBatch batch, int i, out string? reason)
    {
        reason = null;
        SvmlightWriter.Write(to, batch.Labels(i), batch.Rows[i]);
        return true;
    }

    /// <summary>Writer of decisions as our JSON lines.</summary>
    public static bool DecisionAsJson(IBufferWriter<byte> to, DecisionBatch batch, int i, out string? reason)
    {
        reason = null;
        DecisionJsonWriter.Write(to, batch, i);
        return true;
    }
}
