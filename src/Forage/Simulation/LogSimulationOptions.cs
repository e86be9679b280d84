using System.Globalization;
using Forage.Linear;
using Forage.OffPolicy.Learning;

namespace Forage.Simulation;

/// <summary>How a supervised set becomes a log of decisions.</summary>
public sealed record LogSimulationOptions
{
    /// <summary>α in (0, 1): share of the examples the logging policy is trained on. They are kept out of the log.</summary>
    public double TrainFraction { get; init; } = 0.03;

    /// <summary>T &gt; 0 of the logging policy: ρ ∝ σ(s)^(1/T). Below 1 it is sharper than the normalised marginals.</summary>
    public double Temperature { get; init; } = 0.7;

    /// <summary>ε in [0, 1]: share of ρ spread evenly over all actions.</summary>
    public double Uniform { get; init; }

    /// <summary>Number ℓ of different actions shown in each decision.</summary>
    public int SlateLength { get; init; } = 5;

    /// <summary>How scores become ρ.</summary>
    public ScoreLink Link { get; init; } = ScoreLink.Marginals;

    /// <summary>Passes of the logging policy's learner over its examples.</summary>
    public int Passes { get; init; } = 5;

    /// <summary>Log the whole distribution ρ(·|x) with every decision; without, it can be had from the saved policy.</summary>
    public bool LogDistribution { get; init; }

    /// <summary>The logging policy's learner; null: logistic loss, the table as large as the features need.</summary>
    public LinearOptions? Learner { get; init; }

    /// <summary>Seed of the choice of examples, of the order of the log and of the actions drawn.</summary>
    public ulong Seed { get; init; } = 1;

    internal LogSimulationOptions Validated(SupervisedSet set)
    {
        Require(TrainFraction is > 0 and < 1, "fraction for the logging policy", TrainFraction, "a number between 0 and 1");
        Require(Temperature > 0 && double.IsFinite(Temperature), "temperature", Temperature, "a positive number");
        Require(Uniform is >= 0 and <= 1, "share of uniform exploration", Uniform, "0 to 1");
        Require(Passes > 0, "number of passes", Passes, "at least 1");
        Require(set.Count >= 2, "number of examples", set.Count, "at least 2");
        Require(set.LabelCount >= 2, "number of labels", set.LabelCount, "at least 2");
        Require(SlateLength >= 1 && SlateLength <= set.LabelCount, "slate length", SlateLength, string.Create(CultureInfo.InvariantCulture, $"1 to the number of labels, {set.LabelCount}"));
        return this;
    }

    private static void Require(bool holds, string what, double value, string expected)
    {
        if (!holds) throw new ForageException(string.Create(CultureInfo.InvariantCulture, $"The {what} is {value}; expected {expected}."));
    }
}
