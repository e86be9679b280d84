namespace Forage.Evaluation;

/// <summary>One pass.</summary>
/// <param name="Pass">From 1.</param>
/// <param name="Training">Progressive loss of the examples learnt from.</param>
/// <param name="Holdout">Loss of the held-out examples; empty if none are.</param>
/// <param name="Features">Features seen, interactions included.</param>
/// <param name="IsBest">The held-out loss (or, without, the pass) is the best so far.</param>
public sealed record PassResult(int Pass, ProgressiveLoss Training, ProgressiveLoss Holdout, long Features, bool IsBest);
