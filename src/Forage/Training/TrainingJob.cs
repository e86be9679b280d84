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
        return model.Recipe.Task == TaskKind.Multilabel
            ? Run(model, ExampleTasks.Multilabel, (pass, _) => input.OpenMultilabel(pass), cancel)
            : Run(model, ExampleTasks.Examples, input.OpenExamples, cancel);
    }

    private (TrainedModel Model, TrainingResult Result) Run<TBatch>(TrainedModel model, Func<TrainedModel, IExampleTask<TBatch>> taskOf,
        Func<int, FeatureNames?, IBatchReader<TBatch>> open, CancellationToken cancel) where TBatch : RecordBatch, new()
    {
        using var kept = new MemoryStream();
        var current = model;
        IBatchReader<TBatch>? reader = null;
        var trainer = new ExampleTrainer<TBatch>(taskOf(model), options, Keep, Restore)
        {
            Trace = Trace,
            Progress = (pass, tally) => Progress?.Invoke(pass, tally.Total, reader!.StoredBytes is > 0 and var length ? Math.Min(1, (double)reader.StoredBytesRead / length) : double.NaN),
        };
        var result = trainer.Run(ReadPass, cancel);
        int passes = ReferenceEquals(current, model) ? result.Passes.Count : result.BestPass; // what was learnt after the best pass was taken back
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

        void Keep()
        {
            kept.SetLength(0);
            current.Save(kept);
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
}
