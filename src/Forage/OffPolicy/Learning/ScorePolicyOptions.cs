using System.Globalization;

namespace Forage.OffPolicy.Learning;

/// <summary>How a <see cref="ScorePolicy"/> turns scores into probabilities.</summary>
public sealed record ScorePolicyOptions
{
    /// <summary>Link.</summary>
    public ScoreLink Link { get; init; } = ScoreLink.Softmax;

    /// <summary>T &gt; 0: below 1 sharpens, above 1 flattens.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>ε in [0, 1]: share of the probability spread evenly over all eligible actions.</summary>
    public double Uniform { get; init; }

    /// <summary>Only this many best scored actions share the rest; 0: all.</summary>
    public int Top { get; init; }

    internal ScorePolicyOptions Validated()
    {
        if (!(Temperature > 0 && double.IsFinite(Temperature))) throw Wrong($"The temperature is {Temperature}; expected a positive number.");
        if (!(Uniform is >= 0 and <= 1)) throw Wrong($"The share of uniform exploration is {Uniform}; expected 0 to 1.");
        if (Top < 0) throw Wrong($"The number of best actions is {Top}; expected 0 (all) or more.");
        return this;
    }

    private static ForageException Wrong(FormattableString message) => new(message.ToString(CultureInfo.InvariantCulture));
}
