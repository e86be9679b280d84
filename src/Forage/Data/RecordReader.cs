using Forage.Data.Internals;

namespace Forage.Data;

/// <summary>
/// Reads a text log piece by piece. Pieces are cut, parsed by helper threads and by the calling thread whenever it would otherwise wait, and handed
/// over in their order; so parsing overlaps learning and results do not depend on the number of threads.
/// </summary>
/// <typeparam name="TBatch">What a piece becomes.</typeparam>
public sealed class RecordReader<TBatch>(ByteSource source, IRecordParser<TBatch> parser, ReadOptions? options = null) : IBatchReader<TBatch>
    where TBatch : RecordBatch, new()
{
    private readonly ReadOptions _options = options ?? new ReadOptions();

    /// <inheritdoc/>
    public string Name => source.Name;

    /// <inheritdoc/>
    public long? StoredBytes => source.Length;

    /// <inheritdoc/>
    public long StoredBytesRead { get; private set; }

    /// <inheritdoc/>
    public ReadSummary Read(Action<TBatch> consume, CancellationToken cancel = default)
    {
        using var stream = source.Open(parser.HeaderLines);
        var pieces = new TextPieces(new PieceReader(stream, parser.Framing, _options, source.Name), parser, _options.Strict);
        var tally = new FaultTally(source.Name, parser.HeaderLines);
        new Pipeline<TBatch>(pieces, _options.Helpers, cancel).Run(batch =>
        {
            tally.Add(batch);
            StoredBytesRead = batch.StoredEnd;
            consume(batch);
            if (_options.Strict && tally.First.Count > 0) throw new ForageException(tally.First[0] + ".");
        });
        if (pieces.Reader.Failure is { } failure) throw failure;
        if (!cancel.IsCancellationRequested && tally.Mismatch(parser.AnnouncedRecords) is { } mismatch && _options.Strict) throw new ForageException(mismatch + ".");
        return tally.Summary(pieces.Reader.TextBytes);
    }

    private sealed class TextPieces(PieceReader reader, IRecordParser<TBatch> parser, bool strict) : IPieces<TBatch>
    {
        public PieceReader Reader => reader;

        public bool TryTake(Piece<TBatch> piece)
        {
            piece.Length = reader.Next(ref piece.Bytes);
            piece.Batch.StoredEnd = reader.StoredBytes;
            return piece.Length > 0;
        }

        public void Fill(Piece<TBatch> piece)
        {
            ReadOnlySpan<byte> text = piece.Bytes.AsSpan(0, piece.Length);
            parser.Parse(text, piece.Batch);
            if (!strict || piece.Batch.Faults.Count == 0) return;
            // What stands before the first fault is all that counts: parse that alone.
            var fault = piece.Batch.Faults[0];
            piece.Batch.Clear();
            parser.Parse(Before(text, fault.Line), piece.Batch);
            piece.Batch.AddFault(fault.Line, fault.Column, fault.Message);
        }

        private ReadOnlySpan<byte> Before(ReadOnlySpan<byte> text, long line)
        {
            int end = 0, recordEnd = 0;
            for (long l = 1; l < line; l++)
            {
                int length = text[end..].IndexOf((byte)'\n') + 1;
                if (length <= 2 && text.Slice(end, length).TrimEnd("\r\n"u8).IsEmpty) recordEnd = end;
                end += length;
            }
            return text[..(parser.Framing == RecordFraming.Line ? end : recordEnd)];
        }
    }
}
