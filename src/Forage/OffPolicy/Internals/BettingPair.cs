namespace Forage.OffPolicy.Internals;

/// <summary>
/// Lower bounds that make an interval: one on the mean μ of x, one on limit - μ through its counterpart x'. If x and x' are bounded, two more: on the means of
/// bound - x and bound - x', which win where a small mean is made up of rare large x; the four then share the error. Bounds once reached are kept: for each
/// confidence asked for, the intersection of all intervals handed out so far.
/// </summary>
internal sealed class BettingPair
{
    private readonly double _limit, _bound;
    private readonly IBettingBound _below, _above;
    private readonly IBettingBound? _mirroredBelow, _mirroredAbove;
    private readonly List<(double Confidence, double Lower, double Upper)> _reached = [];

    public BettingPair(BetMaker bets, double limit, double maxWeight)
    {
        if (maxWeight != 0 && !(maxWeight >= 1 && maxWeight <= double.MaxValue))
            OffPolicyThrow.BadOption("The largest weight", maxWeight, "a finite number of at least 1, or 0 for unknown");
        _limit = limit;
        (_below, _above) = (bets.Open(), bets.Open());
        if (maxWeight == 0) return;
        _bound = Math.Max(maxWeight * (1 + 1e-9), 1.05 * limit);
        (_mirroredBelow, _mirroredAbove) = (bets.Mirrored(_bound), bets.Mirrored(_bound));
    }

    /// <summary>Takes in x with mean μ and its counterpart with mean limit - μ.</summary>
    public void Add(double x, double counterpart)
    {
        if (!double.IsFinite(x)) OffPolicyThrow.BadWeight(x);
        if (!double.IsFinite(counterpart)) OffPolicyThrow.BadWeight(counterpart);
        _below.Add(Math.Max(0, x));
        _above.Add(Math.Max(0, counterpart));
        if (_bound == 0) return;
        _mirroredBelow!.Add(Math.Max(0, _bound - counterpart));
        _mirroredAbove!.Add(Math.Max(0, _bound - x));
    }

    public (double Lower, double Upper) Result(double confidence)
    {
        Gaussian.CheckConfidence(confidence);
        double threshold = Math.Log((_bound == 0 ? 2 : 4) / (1 - confidence));
        double lower = Math.Min(_limit, _below.Lower(threshold)), upper = Math.Max(0, _limit - _above.Lower(threshold));
        if (_bound > 0)
        {
            lower = Math.Max(lower, _mirroredBelow!.Lower(threshold) - _bound + _limit);
            upper = Math.Min(upper, _bound - _mirroredAbove!.Lower(threshold));
        }
        int at = _reached.FindIndex(r => r.Confidence == confidence);
        if (at >= 0) (lower, upper) = (Math.Max(lower, _reached[at].Lower), Math.Min(upper, _reached[at].Upper));
        if (at >= 0) _reached[at] = (confidence, lower, upper);
        else _reached.Add((confidence, lower, upper));
        return (lower, upper);
    }

    /// <summary>Adds another's bets after these; of the bounds reached only these ones' remain, as the other's path is no longer walked alone.</summary>
    public void Merge(BettingPair other)
    {
        if (other._bound != _bound) OffPolicyThrow.Mismatch("largest weights", OffPolicyThrow.Text(_bound), OffPolicyThrow.Text(other._bound));
        _below.Merge(other._below);
        _above.Merge(other._above);
        _mirroredBelow?.Merge(other._mirroredBelow!);
        _mirroredAbove?.Merge(other._mirroredAbove!);
    }
}
