using Forage.Data.Internals;

namespace Forage.Data;

/// <summary>
/// Reads a log piece by piece. Pieces are cut, parsed by helper threads and by the calling thread whenever it would otherwise wait, and handed
/// over in their order on the calling thread; so parsing overlaps learning and results do not depend on the number of threads.
/// </summary>
/// <typeparam name="TBatch">What a piece becomes. A batch is valid only during the call that hands it over.</typeparam>
public sealed class RecordReader<TBatch>(ByteSource source, IRecordParser<TBatch> parser, ReadOptions? options = null) where TBatch : RecordBatch, new()
{
    private const int FaultsShown = 3;

    private readonly ReadOptions _options = options ?? new ReadOptions();

    /// <summary>Stored bytes read so far, for showing progress.</summary>
    public long StoredBytesRead { get; private set; }

    /// <summary>Reads everything.</summary>
    /// <param name="consume">Called with every batch, in order.</param>
    /// <param name="cancel">Stops between two batches; what was consumed stays consumed.</param>
    /// <exception cref="ForageException">
    /// A malformed record in strict mode, or a source that breaks off; everything before it has been consumed.
    /// </exception>
    public ReadSummary Read(Action<TBatch> consume, CancellationToken cancel = default)
    {
        using var stream = source.Open(parser.HeaderLines);
        var pieces = new PieceReader(stream, parser.Framing, _options, source.Name);
        var faults = new List<string>();
        long records = 0, malformed = 0, lines = parser.HeaderLines, skipped = 0;

        void Consume(TBatch batch)
        {
            foreach (var fault in batch.Faults)
            {
                malformed++;
                if (faults.Count >= FaultsShown) continue;
                string text = $"{source.Name}:{lines + fault.Line}:{fault.Column}: {fault.Message}";
                if (_options.Strict) throw new ForageException(text + ".");
                faults.Add(text);
            }
            lines += batch.Lines;
            skipped += batch.Skipped;
            records += batch.Count;
            consume(batch);
            StoredBytesRead = pieces.StoredBytes;
        }

        if (_options.Helpers == 0) ReadAlone(pieces, Consume, cancel);
        else new Pipeline(this, pieces, cancel).Run(Consume);
        if (pieces.Failure is { } failure) throw failure;
        return new ReadSummary(source.Name, records, malformed, faults, lines, pieces.TextBytes, skipped);
    }

    private void ReadAlone(PieceReader pieces, Action<TBatch> consume, CancellationToken cancel)
    {
        byte[] text = [];
        var batch = new TBatch();
        while (!cancel.IsCancellationRequested)
        {
            int length = pieces.Next(ref text);
            if (length == 0) return;
            batch.Clear();
            parser.Parse(text.AsSpan(0, length), batch);
            consume(batch);
        }
    }

    /// <summary>
    /// A ring of cells. Whoever is free takes the next free cell under the lock (reading must be in order), fills it outside of it, and marks it
    /// ready; the calling thread consumes cells in order and fills one itself when the next is not ready.
    /// </summary>
    private sealed class Pipeline(RecordReader<TBatch> reader, PieceReader pieces, CancellationToken cancel)
    {
        private readonly Cell[] _cells = [.. Enumerable.Range(0, 2 * reader._options.Helpers + 4).Select(_ => new Cell())];
        private readonly Lock _reading = new();
        private readonly object _changed = new();
        private long _filled, _consumed;
        private bool _ended;

        public void Run(Action<TBatch> consume)
        {
            var helpers = new Thread[reader._options.Helpers];
            for (int i = 0; i < helpers.Length; i++)
            {
                helpers[i] = new Thread(Help) { IsBackground = true, Name = "Forage reader" };
                helpers[i].Start();
            }
            try
            {
                while (!cancel.IsCancellationRequested)
                {
                    var cell = _cells[_consumed % _cells.Length];
                    if (!Volatile.Read(ref cell.Ready))
                    {
                        if (TryFill()) continue;
                        lock (_changed)
                        {
                            if (!cell.Ready && _ended && _consumed == Volatile.Read(ref _filled)) return;
                            if (!cell.Ready) Monitor.Wait(_changed);
                        }
                        continue;
                    }
                    if (cell.Failure is { } failure) throw failure;
                    consume(cell.Batch);
                    cell.Ready = false;
                    Volatile.Write(ref _consumed, _consumed + 1);
                    Signal();
                }
            }
            finally
            {
                lock (_changed) _ended = true;
                Signal();
                foreach (var helper in helpers) helper.Join();
            }
        }

        private void Help()
        {
            while (!Volatile.Read(ref _ended))
            {
                if (TryFill()) continue;
                lock (_changed)
                {
                    if (!_ended && Volatile.Read(ref _filled) - Volatile.Read(ref _consumed) >= _cells.Length) Monitor.Wait(_changed);
                }
            }
        }

        /// <summary>Reads and parses the next piece into a free cell; false if there is none to take.</summary>
        private bool TryFill()
        {
            Cell cell;
            int length;
            lock (_reading)
            {
                if (_ended || _filled - Volatile.Read(ref _consumed) >= _cells.Length) return false;
                cell = _cells[_filled % _cells.Length];
                length = pieces.Next(ref cell.Text);
                if (length == 0)
                {
                    lock (_changed) _ended = true;
                    Signal();
                    return false;
                }
                Volatile.Write(ref _filled, _filled + 1);
            }
            try
            {
                cell.Batch.Clear();
                reader.ParseInto(cell.Text.AsSpan(0, length), cell.Batch);
            }
            catch (Exception e)
            {
                cell.Failure = e;
            }
            Volatile.Write(ref cell.Ready, true);
            Signal();
            return true;
        }

        private void Signal()
        {
            lock (_changed) Monitor.PulseAll(_changed);
        }
    }

    private void ParseInto(ReadOnlySpan<byte> text, TBatch batch) => parser.Parse(text, batch);

    private sealed class Cell
    {
        public readonly TBatch Batch = new();
        public byte[] Text = [];
        public bool Ready;
        public Exception? Failure;
    }
}
