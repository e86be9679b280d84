using System.Globalization;

namespace Forage.OffPolicy;

/// <summary>What a <see cref="PropensityTest"/> found.</summary>
/// <param name="Count">Weights seen.</param>
/// <param name="Mean">Their mean; 1 if the propensities are right and every action the reference takes was possible.</param>
/// <param name="StandardError">Standard error of the mean.</param>
/// <param name="LogWealthAbove">ln of the wealth won by betting that the mean exceeds 1.</param>
/// <param name="LogWealthBelow">ln of the wealth won by betting that it falls short of 1.</param>
/// <param name="TooHigh">Rejected: the mean is above 1.</param>
/// <param name="TooLow">Rejected: the mean is below 1.</param>
/// <param name="BoundUsed">The bound on weights the lower side rests on; 0 if each decision had its own.</param>
/// <param name="BoundAssumed">True if that bound was taken from the data.</param>
/// <param name="Confidence">Confidence of both sides together.</param>
public sealed record PropensityTestResult(long Count, double Mean, double StandardError, double LogWealthAbove, double LogWealthBelow, bool TooHigh, bool TooLow,
    double BoundUsed, bool BoundAssumed, double Confidence)
{
    /// <summary>True unless the propensities were refuted.</summary>
    public bool Passed => !TooHigh && !TooLow;

    /// <summary>The finding in a sentence.</summary>
    public string Sentence
    {
        get
        {
            var c = CultureInfo.InvariantCulture;
            string mean = string.Create(c, $"The mean importance weight is {Mean:0.###} over {Count:N0} draws");
            double odds = Math.Min(300 * Math.Log(10), Math.Max(LogWealthAbove, LogWealthBelow));
            string proof = string.Create(c, $"betting against 1 multiplied its stake by {Math.Exp(odds):G3}");
            if (TooHigh) return $"{mean} but should be 1 ({proof}): the logged propensities are too small, so they are not what the actions were drawn with.";
            if (!TooLow) return $"{mean}, and should be 1: nothing speaks against the logged propensities.";
            string unless = BoundAssumed ? string.Create(c, $" This takes for granted that no weight above {BoundUsed:0.#} can occur.") : "";
            return $"{mean} but should be 1 ({proof}): the logged propensities are too large, or some actions were never possible.{unless}";
        }
    }
}
