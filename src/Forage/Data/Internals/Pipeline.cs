namespace Forage.Data.Internals;

/// <summary>
/// A ring of pieces. Whoever is free takes the next free one under a lock (taking must be in order), fills it outside of it, and marks it ready; the
/// calling thread consumes them in order and fills one itself when the next is not ready. So both cores are busy whatever costs more, and the
/// result does not depend on the number of threads.
/// </summary>
internal sealed class Pipeline<TBatch>(IPieces<TBatch> source, int helpers, CancellationToken cancel) where TBatch : RecordBatch, new()
{
    private readonly Piece<TBatch>[] _ring = [.. Enumerable.Range(0, 2 * helpers + 4).Select(_ => new Piece<TBatch>(new TBatch()))];
    private readonly Lock _taking = new();
    private readonly object _changed = new();
    private long _taken, _consumed;
    private bool _ended;
    private Exception? _failure;

    /// <summary>Runs to the end; <paramref name="consume"/> is called on this thread.</summary>
    public void Run(Action<TBatch> consume)
    {
        var threads = new Thread[helpers];
        for (int i = 0; i < helpers; i++)
        {
            threads[i] = new Thread(Help) { IsBackground = true, Name = "Forage reader" };
            threads[i].Start();
        }
        try
        {
            while (!cancel.IsCancellationRequested)
            {
                var piece = _ring[_consumed % _ring.Length];
                if (!Volatile.Read(ref piece.Ready))
                {
                    if (TryFillNext()) continue;
                    lock (_changed)
                    {
                        if (!piece.Ready && _ended && _consumed == Volatile.Read(ref _taken)) break;
                        if (!piece.Ready) Monitor.Wait(_changed);
                    }
                    continue;
                }
                if (piece.Failure is { } failure) throw failure;
                consume(piece.Batch);
                piece.Ready = false;
                Volatile.Write(ref _consumed, _consumed + 1);
                Signal();
            }
        }
        finally
        {
            lock (_changed) _ended = true;
            Signal();
            foreach (var thread in threads) thread.Join();
        }
        if (_failure is { } broken) throw broken;
    }

    private void Help()
    {
        while (!Volatile.Read(ref _ended))
        {
            if (TryFillNext()) continue;
            lock (_changed)
            {
                if (!_ended && Volatile.Read(ref _taken) - Volatile.Read(ref _consumed) >= _ring.Length) Monitor.Wait(_changed);
            }
        }
    }

    /// <summary>Takes and fills the next piece; false if there is none to take or no room.</summary>
    private bool TryFillNext()
    {
        Piece<TBatch> piece;
        lock (_taking)
        {
            if (_ended || _taken - Volatile.Read(ref _consumed) >= _ring.Length) return false;
            piece = _ring[_taken % _ring.Length];
            piece.Batch.Clear();
            bool more = false;
            try
            {
                more = source.TryTake(piece);
            }
            catch (Exception e)
            {
                _failure = e;
            }
            if (!more)
            {
                lock (_changed) _ended = true;
                Signal();
                return false;
            }
            Volatile.Write(ref _taken, _taken + 1);
        }
        try
        {
            source.Fill(piece);
        }
        catch (Exception e)
        {
            piece.Failure = e;
        }
        Volatile.Write(ref piece.Ready, true);
        Signal();
        return true;
    }

    private void Signal()
    {
        lock (_changed) Monitor.PulseAll(_changed);
    }
}
