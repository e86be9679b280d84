using System.Buffers;
using System.Buffers.Text;
using Forage.Data;
using Forage.Evaluation;

namespace Forage.Training;

/// <summary>What a line of predictions shows.</summary>
public enum PredictionKind
{
    /// <summary>What the task's user wants: a value, the probability of class 1 under logistic loss, a rate under Poisson loss.</summary>
    Natural,

    /// <summary>What the learner computes: a value, a margin, a logarithm of a rate.</summary>
    Raw,

    /// <summary>The class.</summary>
    Label,
}

/// <summary>Predicts examples with a model and, where they have labels, measures how well.</summary>
/// <param name="model">The model; not changed.</param>
/// <param name="kind">What to write.</param>
public sealed class Predictor(TrainedModel model, PredictionKind kind)
{
    private ProgressiveLoss _loss;
    private readonly IExampleTask _task = ExampleTasks.Of(model.Recipe.Task, model.Learner);

    /// <summary>Losses of the examples that had labels.</summary>
    public ProgressiveLoss Loss => _loss;

    /// <summary>True if a prediction can be plainly wrong.</summary>
    public bool HasError => _task.HasError;

    /// <summary>Examples predicted.</summary>
    public long Examples { get; private set; }

    /// <summary>Predicts a batch.</summary>
    /// <param name="batch">The examples.</param>
    /// <param name="write">Called with each prediction and tag, in order.</param>
    public void Predict(ExampleBatch batch, PredictionWriter write)
    {
        var labels = batch.Labels;
        for (int i = 0; i < labels.Length; i++)
        {
            var judged = _task.Judge(batch.Rows[i], labels[i]);
            Examples++;
            if (labels[i].IsLabelled) _loss.Add(judged.Loss, judged.Wrong, labels[i].Importance);
            write(Shown(judged.Prediction), batch.Tag(i));
        }
    }

    /// <summary>Writes a prediction and its tag, if it has one, as a line of text.</summary>
    public static void WriteLine(IBufferWriter<byte> to, float prediction, ReadOnlySpan<byte> tag)
    {
        var span = to.GetSpan(40 + tag.Length);
        if (!Utf8Formatter.TryFormat(prediction, span, out int n)) throw new InvalidOperationException("A number longer than 40 characters.");
        if (!tag.IsEmpty)
        {
            span[n++] = (byte)' ';
            tag.CopyTo(span[n..]);
            n += tag.Length;
        }
        span[n++] = (byte)'\n';
        to.Advance(n);
    }

    private float Shown(float p)
    {
        if (kind == PredictionKind.Raw) return p;
        if (kind == PredictionKind.Label) return p > 0 ? 1 : -1;
        return model.Learner.Options.Loss switch
        {
            Linear.LossKind.Logistic => 1 / (1 + MathF.Exp(-p)),
            Linear.LossKind.Poisson => MathF.Exp(p),
            _ => p,
        };
    }
}

/// <summary>Receives a prediction and the tag of its example.</summary>
public delegate void PredictionWriter(float prediction, ReadOnlySpan<byte> tag);
