using Forage.Data;
using Forage.Evaluation;

namespace Forage.Training;

/// <summary>Learns a model from a file or stream of examples, pass by pass.</summary>
/// <param name="input">The examples; a stream without a cache can be gone through once only.</param>
/// <param name="options">How often and how long.</param>
public sealed class TrainingJob(TrainingInput input, TrainingOptions options)
{
    /// <summary>Called with how things stand whenever the weight of the examples of the first pass has doubled.</summary>
    public Action<ProgressiveRow>? Trace { get; init; }

    /// <summary>Called after every batch with the pass (from 0), the loss in it so far and the share of it that was read (NaN if unknown).</summary>
    public Action<int, ProgressiveLoss, double>? Progress { get; init; }

    /// <summary>Learns, starting from what the model knows.</summary>
    /// <param name="model">The model to start from; used up if another one is returned.</param>
    /// <param name="cancel">Stops after the current batch.</param>
    /// <returns>The model with the weights of the best pass, and what learning came to.</returns>
    public (TrainedModel Model, TrainingResult Result) Run(TrainedModel model, CancellationToken cancel = default)
    {
        if (options.Passes > 1 && !input.IsRepeatable)
            throw new ForageException($"{input.Source.Name} can be read only once, and {options.Passes} passes were asked for; a cache would make them possible.");
        if (options.AverageFrom > 0 && model.ClassTree is not null) throw new ForageException("Weights of a tree over classes cannot be averaged: its nodes change what they tell apart.");
        return model.Recipe.Task == TaskKind.Multilabel
            ? Run(model, ExampleTasks.Multilabel, (pass, _) => input.OpenMultilabel(pass), cancel)
            : Run(model, ExampleTasks.Examples, input.OpenExamples, cancel);
    }

    private (TrainedModel Model, TrainingResult Result) Run<TBatch>(TrainedModel model, Func<TrainedModel, IExampleTask<TBatch>> taskOf,
        Func<int, FeatureNames?, IBatchReader<TBatch>> open, CancellationToken cancel) where TBatch : RecordBatch, new()
    {
        using var kept = new MemoryStream();
        var current = model;
        TrainedModel? mean = null;
        IBatchReader<TBatch>? reader = null;
        var trainer = new ExampleTrainer<TBatch>(taskOf(model), options, Keep, Restore)
        {
            Trace = Trace,
            Average = Average,
            Progress = (pass, tally) => Progress?.Invoke(pass, tally.Total, reader!.StoredBytes is > 0 and var length ? Math.Min(1, (double)reader.StoredBytesRead / length) : double.NaN),
        };
        var result = trainer.Run(ReadPass, cancel);
        bool whole = ReferenceEquals(current, model); // else what was learnt after the best pass was taken back
        if (mean is not null)
        {
            if (whole) current.Learner.MoveTowards(mean.Learner, 1);
            mean.Dispose();
        }
        int passes = whole ? result.Passes.Count : result.BestPass;
        current.Recipe = current.Recipe with
        {
            Examples = model.Recipe.Examples + result.Passes.Take(passes).Sum(p => p.Learnt.Examples),
            Passes = model.Recipe.Passes + passes,
            Version = ForageVersion.Text,
        };
        return (current, result);

        ReadSummary ReadPass(int pass, Action<TBatch> consume, CancellationToken token)
        {
            reader = open(pass, pass == 0 ? current.Names : null);
            return reader.Read(consume, token);
        }

        IExampleTask<TBatch> Average(int before)
        {
            if (mean is null) mean = Copy(current);
            else mean.Learner.MoveTowards(current.Learner, 1f / (before + 1));
            return taskOf(mean);
        }

        void Keep()
        {
            kept.SetLength(0);
            (mean ?? current).Save(kept);
        }

        IExampleTask<TBatch> Restore()
        {
            kept.Position = 0;
            var best = TrainedModel.Load(kept, "the best pass");
            current.Dispose();
            current = best;
            return taskOf(current);
        }
    }

    private static TrainedModel Copy(TrainedModel model)
    {
        using var stream = new MemoryStream();
        model.Save(stream);
        stream.Position = 0;
        return TrainedModel.Load(stream, "the mean");
    }
}
