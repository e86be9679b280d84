using System.Globalization;
using Forage.OffPolicy;

namespace Forage.Evaluation;

/// <summary>How <see cref="Improver"/> works.</summary>
public sealed record ImproveOptions
{
    /// <summary>Confidence of every interval and of the claim to be better.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Share of the log, from its beginning, that candidates are trained on.</summary>
    public double TrainShare { get; init; } = 0.5;

    /// <summary>Share that follows, on which the best candidate is chosen; what remains confirms it.</summary>
    public double ChooseShare { get; init; } = 0.15;

    /// <summary>How one candidate is chosen on the part to choose on.</summary>
    public ChoiceRule Rule { get; init; } = new();

    /// <summary>Train the chosen candidate anew on both parts before it is confirmed.</summary>
    public bool Refit { get; init; } = true;

    /// <summary>Range of the reward of one position; null: [0, 1] if all rewards lie there, else from the smallest to the largest of the log.</summary>
    public RewardRange? Range { get; init; }

    /// <summary>Weights of slates; null: inclusion probabilities where the logging distribution is known, else full prefixes.</summary>
    public SlateWeighting? Slates { get; init; }

    /// <summary>log2 of the weights a slot of a candidate has; null: found from the features.</summary>
    public int? Bits { get; init; }

    /// <summary>Interactions of candidates; null: none over a fixed set of actions, every shared with every action namespace otherwise.</summary>
    public IReadOnlyList<string>? Interactions { get; init; }

    /// <summary>Candidates; null: <see cref="CandidateList"/>.</summary>
    public IReadOnlyList<CandidateRecipe>? Candidates { get; init; }

    /// <summary>Settings to be searched beside the candidates; null: <see cref="CandidateList.Search"/> if the candidates are not given either, else none.</summary>
    public SettingSearch? Search { get; init; }

    /// <summary>Combine several reward models by a market (<see cref="MarketRewardModel"/>) where the confirmation needs one. Default: one regression.</summary>
    public bool CombineModels { get; init; }

    /// <summary>Seed of everything random.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads.</summary>
    public int Threads { get; init; } = 2;

    internal ImproveOptions Validated()
    {
        Require(Confidence is > 0 and < 1, "confidence", Confidence, "a number between 0 and 1");
        Require(TrainShare is > 0 and < 1, "share to train on", TrainShare, "a number between 0 and 1");
        Require(ChooseShare is > 0 and < 1, "share to choose on", ChooseShare, "a number between 0 and 1");
        Require(TrainShare + ChooseShare < 1, "sum of the shares to train and to choose on", TrainShare + ChooseShare, "less than 1, so that something is left to confirm on");
        Require(Threads >= 1, "number of threads", Threads, "at least 1");
        return this;
    }

    private static void Require(bool holds, string what, double value, string expected)
    {
        if (!holds) throw new ForageException(string.Create(CultureInfo.InvariantCulture, $"The {what} is {value}; expected {expected}."));
    }
}
