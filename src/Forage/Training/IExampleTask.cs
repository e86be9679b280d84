using Forage.Data;

namespace Forage.Training;

/// <summary>What is done with one example: predict it, learn from it, say how wrong the prediction was.</summary>
/// <typeparam name="TBatch">The kind of examples.</typeparam>
public interface IExampleTask<in TBatch> where TBatch : RecordBatch
{
    /// <summary>True if a prediction can be plainly wrong, so that a share of wrong ones means something.</summary>
    bool HasError { get; }

    /// <summary>True if example <paramref name="i"/> has a label to learn from.</summary>
    bool IsLabelled(TBatch batch, int i);

    /// <summary>Learns from labelled example <paramref name="i"/>; the prediction is the one made before.</summary>
    Judged Learn(TBatch batch, int i);

    /// <summary>Predicts example <paramref name="i"/>; the loss is NaN if it has no label.</summary>
    Judged Judge(TBatch batch, int i);

    /// <summary>Predicts examples <paramref name="first"/>.. and keeps what came out.</summary>
    void Judge(TBatch batch, int first, Span<Judged> judged)
    {
        for (int i = 0; i < judged.Length; i++) judged[i] = Judge(batch, first + i);
    }

    /// <summary>The same for another thread, which may judge while this one does and nobody learns; null where that cannot be.</summary>
    IExampleTask<TBatch>? Twin() => null;

    /// <summary>Asks the memory for the weights of an example that comes next; changes nothing.</summary>
    void Prefetch(TBatch batch, int i);

    /// <summary>Number of features of an example as learnt from.</summary>
    long FeaturesOf(TBatch batch, int i);

    /// <summary>A pass over the data has ended.</summary>
    void EndPass();
}

/// <summary>A prediction and how wrong it is.</summary>
/// <param name="Prediction">The prediction as the learner makes it: a value, a margin, a class, the first of a set.</param>
/// <param name="Label">What was right; NaN without a label.</param>
/// <param name="Importance">Weight of the example.</param>
/// <param name="Loss">Its loss; NaN without a label.</param>
/// <param name="Wrong">It is on the wrong side, names the wrong class, or puts a wrong label first.</param>
public readonly record struct Judged(float Prediction, float Label, float Importance, float Loss, bool Wrong);
