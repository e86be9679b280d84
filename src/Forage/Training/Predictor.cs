using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Forage.Data;
using Forage.Evaluation;
using Forage.Linear;
using Forage.Quantiles;
using Forage.Training.Internals;

namespace Forage.Training;

/// <summary>What a line of predictions shows.</summary>
public enum PredictionKind
{
    /// <summary>What the task's user wants: a value, the probability of class 1 under logistic loss, a rate under Poisson loss, a class, the best labels, all quantiles.</summary>
    Natural,

    /// <summary>What the learner computes: a value, a margin, a logarithm of a rate; for several classes, labels or quantiles all as name:score (a tree over classes has no scores: the class).</summary>
    Raw,

    /// <summary>The class.</summary>
    Label,
}

/// <summary>Predicts examples with a model, a line each, and, where they have labels, measures how well.</summary>
/// <param name="model">The model; not changed.</param>
/// <param name="kind">What to write.</param>
/// <param name="top">Labels a line, for sets of labels.</param>
/// <param name="threads">Threads that predict, where a task can; what is written does not depend on them.</param>
public sealed class Predictor(TrainedModel model, PredictionKind kind, int top = 5, int threads = 1)
{
    /// <summary>Examples a thread takes at a time.</summary>
    private const int Share = 128;

    private readonly float[] _scores = new float[Math.Max(model.Outputs, PrecisionAtK.Most)];
    private readonly int[] _best = new int[Math.Max(Math.Min(top, model.Outputs), PrecisionAtK.Most)];
    private readonly byte[][] _names = model.Quantiles is { } quantiles ? [.. quantiles.Model.Levels.Select(q => Encoding.UTF8.GetBytes(q.ToString(CultureInfo.InvariantCulture)))]
        : model.Outputs == 1 && model.Recipe.Task != TaskKind.Multilabel ? [] : [.. Enumerable.Range(0, model.Outputs).Select(k => Encoding.UTF8.GetBytes(model.Recipe.NameOfClass(k + model.Recipe.FirstClass)))];
    private ProgressiveLoss _loss;

    /// <summary>Losses of the examples that had labels.</summary>
    public ProgressiveLoss Loss => _loss;

    /// <summary>Precision of the best labels, for sets of labels; nothing was judged in other tasks.</summary>
    public PrecisionAtK Precision { get; } = new();

    /// <summary>True if a prediction can be plainly wrong.</summary>
    public bool HasError => model.Recipe.Task is not (TaskKind.Regress or TaskKind.Quantile);

    /// <summary>Loss and coverage of each quantile over the examples that had labels; empty in other tasks.</summary>
    public IReadOnlyList<QuantileScore> Quantiles { get; private set; } = [];

    /// <summary>Examples predicted.</summary>
    public long Examples { get; private set; }

    /// <summary>Reads examples and predicts them.</summary>
    /// <param name="input">The examples.</param>
    /// <param name="to">Receives a line an example, with its tag if it has one.</param>
    /// <param name="onBatch">Called after each batch with the share of the input that was read; NaN if unknown.</param>
    /// <param name="cancel">Stops after the current batch.</param>
    public ReadSummary Run(TrainingInput input, IBufferWriter<byte> to, Action<double> onBatch, CancellationToken cancel = default)
        => model.Recipe.Task == TaskKind.Multilabel
            ? Run(input.OpenMultilabel(), ExampleTasks.Sets(model, _best.Length), to, onBatch, _ => default, cancel)
            : Run(input.OpenExamples(), ExampleTasks.Examples(model), to, onBatch, batch => batch, cancel);

    private ReadSummary Run<TBatch>(IBatchReader<TBatch> reader, IExampleTask<TBatch> task, IBufferWriter<byte> to, Action<double> onBatch, Func<TBatch, ExampleBatch?> tags, CancellationToken cancel)
        where TBatch : RecordBatch, new()
    {
        if (task is QuantileTask { Scores: var scores }) Quantiles = scores;
        var judges = Judges(task);
        bool ahead = judges.Count > 1 || task.Twin() is not null; // judging shows in what is returned alone, so that many can be judged before they are written
        var early = Array.Empty<Judged>();
        return reader.Read(batch =>
        {
            bool together = ahead && batch.Count > 1;
            if (together)
            {
                if (early.Length < batch.Count) early = new Judged[batch.Count];
                JudgeAll(judges, batch, early);
            }
            for (int i = 0; i < batch.Count; i++)
            {
                var judged = together ? early[i] : task.Judge(batch, i);
                Examples++;
                if (task.IsLabelled(batch, i) && !float.IsNaN(judged.Loss)) _loss.Add(judged.Loss, judged.Wrong, judged.Importance);
                if (task is ISetTask sets) WriteSet(to, sets, ((MultilabelBatch)(object)batch).Labels(i));
                else if (task is QuantileTask quantiles) WriteQuantiles(to, quantiles.Quantiles(i));
                else if (model.Recipe.Task == TaskKind.Multiclass) WriteClass(to, batch, i, judged.Prediction);
                else WriteNumber(to, Shown(judged.Prediction));
                var tag = tags(batch) is { } examples ? examples.Tag(i) : default;
                if (!tag.IsEmpty)
                {
                    to.Write(" "u8);
                    to.Write(tag);
                }
                to.Write("\n"u8);
            }
            onBatch(reader.StoredBytes is > 0 and var length ? Math.Min(1, (double)reader.StoredBytesRead / length) : double.NaN);
        }, cancel);
    }

    private List<IExampleTask<TBatch>> Judges<TBatch>(IExampleTask<TBatch> task) where TBatch : RecordBatch
    {
        var judges = new List<IExampleTask<TBatch>> { task };
        while (judges.Count < threads && task.Twin() is { } twin) judges.Add(twin);
        return judges;
    }

    private static void JudgeAll<TBatch>(List<IExampleTask<TBatch>> judges, TBatch batch, Judged[] judged) where TBatch : RecordBatch
    {
        int next = 0, shares = (batch.Count + Share - 1) / Share, count = Math.Min(judges.Count, shares);
        ParallelWork.For(count, count, CancellationToken.None, t =>
        {
            for (int first; (first = Interlocked.Add(ref next, Share) - Share) < batch.Count;) judges[t].Judge(batch, first, judged.AsSpan(first, Math.Min(Share, batch.Count - first)));
        });
    }

    private float Shown(float p)
    {
        if (kind == PredictionKind.Raw) return p;
        if (kind == PredictionKind.Label) return p > 0 ? 1 : -1;
        return model.Learner.Options.Loss switch
        {
            LossKind.Logistic => 1 / (1 + MathF.Exp(-p)),
            LossKind.Poisson => MathF.Exp(p),
            _ => p,
        };
    }

    private void WriteClass(IBufferWriter<byte> to, RecordBatch batch, int i, float predicted)
    {
        if (kind != PredictionKind.Raw || model.ClassTree is not null)
        {
            to.Write(_names[(int)predicted - model.Recipe.FirstClass]);
            return;
        }
        model.Learner.PredictAll(batch.Rows[i], _scores);
        for (int k = 0; k < model.Outputs; k++) WriteScore(to, k, _scores[k], k > 0);
    }

    private void WriteSet(IBufferWriter<byte> to, ISetTask task, ReadOnlySpan<int> right)
    {
        int found = task.Best(_best, _scores);
        Precision.Add(_best.AsSpan(0, found), right);
        for (int k = 0; k < Math.Min(top, found); k++)
        {
            if (kind == PredictionKind.Raw) WriteScore(to, _best[k], _scores[k], k > 0);
            else
            {
                if (k > 0) to.Write(","u8);
                to.Write(_names[_best[k]]);
            }
        }
    }

    private void WriteQuantiles(IBufferWriter<byte> to, ReadOnlySpan<double> quantiles)
    {
        for (int k = 0; k < quantiles.Length; k++)
        {
            if (kind == PredictionKind.Raw) WriteScore(to, k, (float)quantiles[k], k > 0);
            else
            {
                if (k > 0) to.Write(","u8);
                WriteNumber(to, (float)quantiles[k]);
            }
        }
    }

    private void WriteScore(IBufferWriter<byte> to, int k, float score, bool separate)
    {
        if (separate) to.Write(" "u8);
        to.Write(_names[k]);
        to.Write(":"u8);
        WriteNumber(to, score);
    }

    private static void WriteNumber(IBufferWriter<byte> to, float value)
    {
        if (!Utf8Formatter.TryFormat(value, to.GetSpan(40), out int n)) throw new InvalidOperationException("A number longer than 40 characters.");
        to.Advance(n);
    }
}
