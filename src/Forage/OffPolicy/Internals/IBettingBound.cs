namespace Forage.OffPolicy.Internals;

/// <summary>
/// A lower confidence sequence, valid at all times at once, for the mean of nonnegative unbounded observations whose mean is at most a known limit. Each candidate
/// mean v is a casino that sells (x/v - 1) at price 0; wealth above 1/α refutes every mean up to v (Ville 1939).
/// </summary>
internal interface IBettingBound
{
    /// <summary>Takes in one observation; the caller has checked that it is finite and at least 0.</summary>
    void Add(double x);

    /// <summary>The largest v known to be refuted as an upper limit of the mean: wealth reached e^<paramref name="logThreshold"/>; 0 if none.</summary>
    double Lower(double logThreshold);

    /// <summary>Adds what another of the same kind saw, if the kind allows it.</summary>
    void Merge(IBettingBound other);
}
