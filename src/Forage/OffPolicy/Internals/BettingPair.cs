namespace Forage.OffPolicy.Internals;

/// <summary>
/// Two lower bounds that make an interval: one on the mean μ of x, one on limit - μ through its counterpart. Bounds once reached are kept: for each confidence asked
/// for, the intersection of all intervals handed out so far.
/// </summary>
internal sealed class BettingPair(Func<IBettingBound> bound, double limit)
{
    private readonly IBettingBound _below = bound(), _above = bound();
    private readonly List<(double Confidence, double Lower, double Upper)> _reached = [];

    /// <summary>Takes in x with mean μ and its counterpart with mean limit - μ.</summary>
    public void Add(double x, double counterpart)
    {
        if (!double.IsFinite(x)) OffPolicyThrow.BadWeight(x);
        if (!double.IsFinite(counterpart)) OffPolicyThrow.BadWeight(counterpart);
        _below.Add(Math.Max(0, x));
        _above.Add(Math.Max(0, counterpart));
    }

    public (double Lower, double Upper) Result(double confidence)
    {
        Gaussian.CheckConfidence(confidence);
        double threshold = Math.Log(2 / (1 - confidence));
        double lower = Math.Min(limit, _below.Lower(threshold)), upper = Math.Max(0, limit - _above.Lower(threshold));
        int at = _reached.FindIndex(r => r.Confidence == confidence);
        if (at >= 0) (lower, upper) = (Math.Max(lower, _reached[at].Lower), Math.Min(upper, _reached[at].Upper));
        if (at >= 0) _reached[at] = (confidence, lower, upper);
        else _reached.Add((confidence, lower, upper));
        return (lower, upper);
    }

    /// <summary>Adds another's bets after these; of the bounds reached only these ones' remain, as the other's path is no longer walked alone.</summary>
    public void Merge(BettingPair other)
    {
        _below.Merge(other._below);
        _above.Merge(other._above);
    }
}
