using Forage.Features;
using Forage.Linear;
using Forage.Oracles;
using Forage.Persistence;

namespace Forage.Multiclass.Trees;

/// <summary>
/// A learner of many classes whose time an example grows with the logarithm of their number. Learning is online and for one thread; predicting from several threads is safe
/// while nobody learns, each with a workspace of its own.
/// </summary>
public interface IClassTree : IMulticlass, IDisposable
{
    /// <summary>How it is made.</summary>
    TreeMethod Method { get; }

    /// <summary>Its options.</summary>
    ClassTreeOptions Options { get; }

    /// <summary>Its regressors.</summary>
    RegressorPool Pool { get; }

    /// <summary>The class predicted, with a workspace of one's own.</summary>
    int Predict(in FeatureRow x, ClassTreeScratch scratch);

    /// <summary>The classes predicted for several rows, one after the other; faster where a tree can wait for the memory of several at once.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="first">The first of them.</param>
    /// <param name="classes">Receives a class for each.</param>
    /// <param name="scratch">A workspace.</param>
    void PredictAll(FeatureBlock rows, int first, Span<int> classes, ClassTreeScratch scratch)
    {
        for (int i = 0; i < classes.Length; i++) classes[i] = Predict(rows[first + i], scratch);
    }

    /// <summary>A pass over the data has ended.</summary>
    void EndPass();

    /// <summary>What became of it.</summary>
    ClassTreeSummary Describe();

    /// <summary>Writes everything.</summary>
    void Save(ModelWriter writer);
}
