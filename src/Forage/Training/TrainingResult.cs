using Forage.Data;
using Forage.Evaluation;

namespace Forage.Training;

/// <summary>What learning came to.</summary>
/// <param name="Input">What was read in the first pass; null if it broke off.</param>
/// <param name="Examples">Labelled examples predicted and learnt from, over all passes.</param>
/// <param name="Weight">Their weight.</param>
/// <param name="Features">Features of those examples as learnt from (interactions and the constant included), over all passes.</param>
/// <param name="Progressive">Loss of predictions made before learning, first pass.</param>
/// <param name="HasError">A prediction can be plainly wrong, so that error rates mean something.</param>
/// <param name="Order">How the labels of the first pass followed each other; nothing counted where <paramref name="HasError"/> is false.</param>
/// <param name="Passes">What each pass came to.</param>
/// <param name="BestPass">1-based pass whose weights were kept.</param>
/// <param name="StoppedEarly">Passes were left because the held-out loss no longer fell.</param>
/// <param name="Interrupted">Stopped from outside before the end.</param>
/// <param name="Failure">What was wrong with the data if they broke off; everything before that was learnt from.</param>
public sealed record TrainingResult(ReadSummary? Input, long Examples, double Weight, long Features, ProgressiveLoss Progressive, bool HasError,
    LabelOrder Order, IReadOnlyList<PassResult> Passes, int BestPass, bool StoppedEarly, bool Interrupted, ForageException? Failure);

/// <summary>What one pass came to.</summary>
/// <param name="Learnt">Loss of predictions made before learning.</param>
/// <param name="HeldOut">Loss on held-out examples during the pass; without examples if none were held out.</param>
public readonly record struct PassResult(ProgressiveLoss Learnt, ProgressiveLoss HeldOut);
