using System.Runtime.ExceptionServices;
using Forage.Data;
using Forage.Training.Internals;

namespace Forage.Training;

/// <summary>
/// Goes through examples once or several times and learns. With several passes every tenth example is held out; when its loss has not fallen for
/// some passes, learning stops and the weights of the best pass are kept.
/// </summary>
/// <typeparam name="TBatch">The kind of examples.</typeparam>
public sealed class ExampleTrainer<TBatch> where TBatch : RecordBatch
{
    private readonly TrainingOptions _options;
    private readonly int _holdOut;
    private readonly Func<IExampleTask<TBatch>> _restore;
    private readonly Action _keep;
    private readonly LabelOrder _order = new();
    private IExampleTask<TBatch> _task, _judge;
    private long _read, _position, _features;
    private long _spacing, _sinceMoment;
    private int _moments;
    private bool _first = true;

    /// <summary>A trainer.</summary>
    /// <param name="task">What learns.</param>
    /// <param name="options">How often and how long.</param>
    /// <param name="keep">Remembers the learner as it is now; called after a pass that was the best so far.</param>
    /// <param name="restore">Returns to what was remembered last.</param>
    public ExampleTrainer(IExampleTask<TBatch> task, TrainingOptions options, Action keep, Func<IExampleTask<TBatch>> restore)
    {
        options.Validate();
        (_task, _judge, _options, _holdOut, _keep, _restore) = (task, task, options, options.EffectiveHoldOut, keep, restore);
    }

    /// <summary>Called with how things stand whenever the weight of the examples of the first pass has doubled.</summary>
    public Action<ProgressiveRow>? Trace { get; init; }

    /// <summary>Called after every batch with the pass (from 0) and the progress of learning in it.</summary>
    public Action<int, ProgressiveTally>? Progress { get; init; }

    /// <summary>Called at each moment at which weights are averaged, how many came before; tells what judges held-out examples from then on.</summary>
    public Func<int, IExampleTask<TBatch>>? Average { get; init; }

    /// <summary>Learns.</summary>
    /// <param name="readPass">Reads the data of a pass (from 0) from their beginning and hands over every batch.</param>
    /// <param name="cancel">Stops after the current batch.</param>
    public TrainingResult Run(Func<int, Action<TBatch>, CancellationToken, ReadSummary> readPass, CancellationToken cancel = default)
    {
        var passes = new List<PassResult>();
        ReadSummary? first = null;
        ForageException? failure = null;
        ProgressiveTally? firstTally = null;
        long examples = 0;
        double weight = 0, best = double.PositiveInfinity;
        int bestPass = 0;
        bool stopped = false;
        while (passes.Count < _options.Passes && !stopped && failure is null && !cancel.IsCancellationRequested)
        {
            int pass = passes.Count;
            var learnt = new ProgressiveTally(pass == 0 ? Trace : null);
            var held = new ProgressiveTally(null);
            (var summary, failure) = ReadOne(readPass, pass, learnt, held, cancel);
            if (pass == 0) (first, firstTally) = (summary, learnt);
            examples += learnt.Total.Examples;
            weight += learnt.Total.Weight;
            passes.Add(new PassResult(learnt.Total, held.Total));
            _task.EndPass();
            _first = false;
            // Moments are 1/8, 2/8, … of a pass as long as the first.
            _spacing = passes.Count + 1 >= _options.AverageFrom && _options.AverageFrom > 0 ? Math.Max(1, passes[0].Learnt.Examples / TrainingOptions.MomentsOfPass) : 0;
            if (_holdOut == 0 || held.Total.Examples == 0)
            {
                bestPass = passes.Count;
                continue;
            }
            if (held.Total.AverageLoss < best)
            {
                (best, bestPass) = (held.Total.AverageLoss, passes.Count);
                if (_options.Passes > 1) _keep();
            }
            else if (passes.Count - bestPass >= _options.Patience)
            {
                stopped = true;
            }
        }
        if (bestPass > 0 && bestPass < passes.Count) _task = _restore();
        return new TrainingResult(first, examples, weight, _features, firstTally?.Total ?? default, _task.HasError, _order, passes, Math.Max(1, bestPass), stopped, cancel.IsCancellationRequested, failure);
    }

    private (ReadSummary? Summary, ForageException? Failure) ReadOne(Func<int, Action<TBatch>, CancellationToken, ReadSummary> readPass, int pass, ProgressiveTally learnt, ProgressiveTally held, CancellationToken cancel)
    {
        Exception? learning = null;
        _position = _read = 0;
        try
        {
            return (readPass(pass, Consume, cancel), null);
        }
        catch (ForageException e) when (learning is null)
        {
            return (null, e);
        }
        catch (BadLabelException e)
        {
            return (null, new ForageException($"Example {_read}: {e.Message}", e));
        }

        void Consume(TBatch batch)
        {
            try
            {
                Learn(batch, learnt, held);
            }
            catch (Exception e)
            {
                learning = e;
                ExceptionDispatchInfo.Throw(e);
            }
            Progress?.Invoke(pass, learnt);
        }
    }

    private void Learn(TBatch batch, ProgressiveTally learnt, ProgressiveTally held)
    {
        int count = batch.Count;
        for (int i = 0; i < count; i++)
        {
            if (i + 1 < count) _task.Prefetch(batch, i + 1);
            _read++;
            if (!_task.IsLabelled(batch, i)) continue;
            if (_holdOut > 0 && ++_position % _holdOut == 0)
            {
                if (_judge.Judge(batch, i) is var judged && !float.IsNaN(judged.Loss)) held.Add(judged); // a label that is none says nothing
                continue;
            }
            var learning = _task.Learn(batch, i);
            learnt.Add(learning);
            if (_first && _task.HasError) _order.Add(learning.Label);
            if (_spacing > 0 && ++_sinceMoment == _spacing)
            {
                _sinceMoment = 0;
                _judge = Average?.Invoke(_moments++) ?? _task;
            }
            _features += _task.FeaturesOf(batch, i);
        }
    }
}
