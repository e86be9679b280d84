using Forage.Extreme.Embedding;
using Forage.OffPolicy.Internals;

namespace Forage.OffPolicy.Learning.Slates;

/// <summary>How a <see cref="SlateLearner"/> learns.</summary>
public sealed record SlateLearnerOptions
{
    /// <summary>p: the logging policy's this many most probable actions are looked at, Φ_p(x); 0: all actions.</summary>
    public int Top { get; init; }

    /// <summary>What is shown outside the logging policy's this many most probable actions is ignored (partial matching); 0: nothing is.</summary>
    public int Match { get; init; }

    /// <summary>With <see cref="Top"/> = 0: look at this many actions drawn at random beside those shown instead of at all; 0: at all.</summary>
    public int Negatives { get; init; }

    /// <summary>c of s = b + c ln ρ(y|x) + f(x, y): 1 starts from the logging policy itself, 0 knows nothing of it.</summary>
    public float PriorWeight { get; init; } = 1;

    /// <summary>Learning rate of c; 0 keeps it.</summary>
    public float PriorRate { get; init; }

    /// <summary>b: the score of an action nothing is known about.</summary>
    public float Start { get; init; }

    /// <summary>The embedding model f, unless <see cref="Initial"/> is given.</summary>
    public EmbeddingOptions Model { get; init; } = new() { Dimension = 128 };

    /// <summary>A model to start from, such as the logging policy's own; it is copied.</summary>
    public EmbeddingSoftmax? Initial { get; init; }

    /// <summary>Learning rates, optimizer, and whether the encoder is trained.</summary>
    public EmbeddingTrainerOptions Trainer { get; init; } = new() { LearningRate = 0.002f };

    /// <summary>Passes over the log; learning rates fall to 0 over them.</summary>
    public int Passes { get; init; } = 8;

    /// <summary>Decisions a step.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Threads; the result does not depend on them.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Seed of the order of decisions and of negatives.</summary>
    public ulong Seed { get; init; } = 1;

    internal SlateLearnerOptions Validated(int slateLength)
    {
        if (Top < 0 || (Top > 0 && Top < slateLength)) throw ObjectiveThrow.Wrong($"The number of actions looked at is {Top}; expected 0 (all) or at least the length of a slate, {slateLength}.");
        if (Match < 0) throw ObjectiveThrow.Wrong($"The number of actions to match is {Match}; expected 0 (all) or more.");
        if (Negatives < 0) throw ObjectiveThrow.Wrong($"The number of negatives is {Negatives}; expected 0 (all actions) or more.");
        if (!float.IsFinite(PriorWeight)) throw ObjectiveThrow.Wrong($"The weight of the logging policy is {PriorWeight}; expected a number.");
        if (Passes < 1) throw ObjectiveThrow.Wrong($"The number of passes is {Passes}; expected at least 1.");
        if (BatchSize < 1) throw ObjectiveThrow.Wrong($"The batch size is {BatchSize}; expected at least 1.");
        if (Threads < 1) throw ObjectiveThrow.Wrong($"The number of threads is {Threads}; expected at least 1.");
        return this;
    }
}
