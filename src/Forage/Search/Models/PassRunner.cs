using Forage.Features;

namespace Forage.Search.Models;

/// <summary>Passes over inputs, each in a new order.</summary>
internal sealed class PassRunner<TInput, TOutput> : IDisposable
{
    private readonly SearchLearner<TInput, TOutput> _learner;
    private readonly IReadOnlyList<TInput> _inputs;
    private readonly int[] _order;
    private readonly int _batch, _threads;
    private ulong _passes;

    public PassRunner(ISearchTask<TInput, TOutput> task, IReadOnlyList<int> actions, SearchOptions options, IReadOnlyList<TInput> inputs, int batch, int threads)
    {
        _learner = new SearchLearner<TInput, TOutput>(task, actions, options);
        (_inputs, _batch, _threads) = (inputs, batch, threads);
        _order = [.. Enumerable.Range(0, inputs.Count)];
    }

    public SearchCounts Counts => _learner.Counts;

    public void Pass(Action<double>? progress, CancellationToken cancellation)
    {
        var rng = new Rng(_learner.Options.Seed).Fork(0x9A55).Fork(_passes++);
        rng.Shuffle<int>(_order);
        var batch = new TInput[_batch];
        for (int i = 0; i < _order.Length; i += _batch)
        {
            if ((i & 255) < _batch)
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Invoke((double)i / _order.Length);
            }
            if (_batch == 1)
            {
                _learner.Learn(_inputs[_order[i]]);
                continue;
            }
            int n = Math.Min(_batch, _order.Length - i);
            for (int k = 0; k < n; k++) batch[k] = _inputs[_order[i + k]];
            _learner.LearnBatch(new ArraySegment<TInput>(batch, 0, n), _threads, cancellation);
        }
        _learner.EndPass();
    }

    public SearchModel ToModel() => _learner.ToModel();

    public void Dispose() => _learner.Dispose();
}
