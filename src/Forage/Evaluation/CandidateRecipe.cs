using Forage.OffPolicy.Learning;

namespace Forage.Evaluation;

/// <summary>How a candidate learns from a log.</summary>
public enum LearningMethod
{
    /// <summary>Regression of the reward where it was seen.</summary>
    DirectMethod,

    /// <summary>The same with weights 1/ρ.</summary>
    MultiTask,

    /// <summary>Softmax policy by likelihood weighted with r/ρ.</summary>
    InversePropensity,

    /// <summary>Direct method plus a weighted correction.</summary>
    DoublyRobust,

    /// <summary>Softmax policy by the translated, self-normalised objective; over the logging policy's most probable actions only it is POXM.</summary>
    SelfNormalized,

    /// <summary>Softmax policy by the logarithmically smoothed objective; with embeddings only.</summary>
    Smoothed,

    /// <summary>A policy of clusters of actions on top of the direct method; with embeddings only.</summary>
    TwoStages,
}

/// <summary>What a candidate's scores are made of.</summary>
public enum CandidateModel
{
    /// <summary>Linear in the features, a slot an action or over the actions' own features.</summary>
    Linear,

    /// <summary>A vector a feature, a layer, a vector an action: actions that go together learn from each other. For fixed sets of actions, beside the logging policy.</summary>
    Embedding,

    /// <summary>The same over the decisions' dense vectors, made elsewhere, instead of their features.</summary>
    Vectors,
}

/// <summary>The recipe of a candidate policy: a method and its settings.</summary>
public sealed record CandidateRecipe
{
    /// <summary>What to call it.</summary>
    public required string Name { get; init; }

    /// <summary>Method.</summary>
    public required LearningMethod Method { get; init; }

    /// <summary>What it learns with.</summary>
    public CandidateModel Model { get; init; }

    /// <summary>Start from the logging policy's scores: s = f + c ln ρ.</summary>
    public bool UsePrior { get; init; }

    /// <summary>Learning rate.</summary>
    public float LearningRate { get; init; } = 0.2f;

    /// <summary>Passes over the log.</summary>
    public int Passes { get; init; } = 8;

    /// <summary>Cap on 1/ρ.</summary>
    public float WeightCap { get; init; } = 20;

    /// <summary>λ of the self-normalised objective; null: the mean reward of what it is trained on.</summary>
    public double? Translation { get; init; }

    /// <summary>Actions a softmax or a correction looks at: the prior's most probable; 0 for all.</summary>
    public int Candidates { get; init; }

    /// <summary>Added to the score of actions nothing is known about.</summary>
    public float Caution { get; init; }

    /// <summary>Keep the policy to the logging policy's most probable actions; 0 for all.</summary>
    public int Top { get; init; }

    /// <summary>0 for the best actions always; else T of a softmax that goes on exploring.</summary>
    public double Temperature { get; init; }

    /// <summary>K of the top-K correction of the self-normalised objective, with embeddings; 1: none.</summary>
    public int TopK { get; init; } = 1;

    /// <summary>Dimension of embeddings.</summary>
    public int Dimension { get; init; } = 128;

    /// <summary>Recipes over a fixed set of actions whose scores are averaged; what else is said here is about the policy. Empty: this one learns itself.</summary>
    public IReadOnlyList<CandidateRecipe> Members { get; init; } = [];

    /// <summary>Added to the seed: the same recipe, learnt another time.</summary>
    public ulong Draw { get; init; }

    /// <summary>Loss of regressions.</summary>
    public RewardLoss Loss { get; init; } = RewardLoss.Logistic;
}
