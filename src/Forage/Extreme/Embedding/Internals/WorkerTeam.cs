using System.Runtime.ExceptionServices;

namespace Forage.Extreme.Embedding.Internals;

/// <summary>
/// Threads that stay, for loops that come many times a second and must not allocate: the caller and its helpers take parts 0, 1, … until none is left. Which thread
/// takes which part is chance, so parts must not share what they write.
/// </summary>
internal sealed class WorkerTeam : IDisposable
{
    private readonly SemaphoreSlim _begin = new(0), _end = new(0);
    private readonly Thread[] _helpers;
    private Action<int, int>? _body; // part, worker
    private int _parts, _next;
    private Exception? _failure;

    public WorkerTeam(int threads)
    {
        Size = Math.Max(1, threads);
        _helpers = new Thread[Size - 1];
        for (int i = 0; i < _helpers.Length; i++)
        {
            int worker = i + 1;
            _helpers[i] = new Thread(() => Help(worker)) { IsBackground = true, Name = "Forage embedding" };
            _helpers[i].Start();
        }
    }

    /// <summary>Number of threads, the caller included; workers are 0..Size-1.</summary>
    public int Size { get; }

    /// <summary>Runs parts 0..<paramref name="parts"/>-1; the first exception thrown is thrown again when all threads are done.</summary>
    public void Run(int parts, Action<int, int> body)
    {
        (_body, _parts, _next, _failure) = (body, parts, 0, null);
        int helpers = Math.Min(_helpers.Length, parts - 1);
        if (helpers > 0) _begin.Release(helpers);
        Work(0);
        for (int i = 0; i < helpers; i++) _end.Wait();
        _body = null;
        if (_failure is { } failure) ExceptionDispatchInfo.Throw(failure);
    }

    public void Dispose()
    {
        _parts = -1;
        if (_helpers.Length > 0) _begin.Release(_helpers.Length);
        foreach (var helper in _helpers) helper.Join();
        _begin.Dispose();
        _end.Dispose();
    }

    private void Help(int worker)
    {
        while (true)
        {
            _begin.Wait();
            if (Volatile.Read(ref _parts) < 0) return;
            Work(worker);
            _end.Release();
        }
    }

    private void Work(int worker)
    {
        try
        {
            var body = _body!;
            for (int part; (part = Interlocked.Increment(ref _next) - 1) < _parts;) body(part, worker);
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, e, null);
            Volatile.Write(ref _next, int.MaxValue / 2);
        }
    }
}
