using Forage.Data;
using Forage.Features;

namespace Forage.Training;

/// <summary>What is done with one example: predict it, learn from it, say how wrong the prediction was.</summary>
public interface IExampleTask
{
    /// <summary>True if a prediction can be plainly wrong, so that a share of wrong ones means something.</summary>
    bool HasError { get; }

    /// <summary>Learns from a labelled example.</summary>
    /// <returns>The prediction made before.</returns>
    Judged Learn(in FeatureRow x, in SimpleLabel label);

    /// <summary>Predicts an example; the loss is NaN if it has no label.</summary>
    Judged Judge(in FeatureRow x, in SimpleLabel label);

    /// <summary>Asks the memory for the weights of an example that comes next; changes nothing.</summary>
    void Prefetch(in FeatureRow x);

    /// <summary>Number of features of an example as learnt from.</summary>
    long FeaturesOf(in FeatureRow x);

    /// <summary>A pass over the data has ended.</summary>
    void EndPass();
}

/// <summary>A prediction and how wrong it is.</summary>
/// <param name="Prediction">The prediction as the learner makes it: a value, a margin, a class.</param>
/// <param name="Loss">Its loss; NaN without a label.</param>
/// <param name="Wrong">It is on the wrong side or names the wrong class.</param>
public readonly record struct Judged(float Prediction, float Loss, bool Wrong);
