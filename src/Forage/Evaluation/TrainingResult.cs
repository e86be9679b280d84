using Forage.Data;

namespace Forage.Evaluation;

/// <summary>What training did.</summary>
/// <param name="Passes">Every pass made.</param>
/// <param name="Read">What the first pass read.</param>
/// <param name="StoppedEarly">The held-out loss stopped getting better.</param>
/// <param name="Cancelled">Training was interrupted; the learner holds what was learnt until then.</param>
public sealed record TrainingResult(IReadOnlyList<PassResult> Passes, ReadSummary Read, bool StoppedEarly, bool Cancelled)
{
    /// <summary>The pass whose model is the result.</summary>
    public PassResult Best => Passes.LastOrDefault(p => p.IsBest) ?? Passes[^1];
}
