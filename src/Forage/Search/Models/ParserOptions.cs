using Forage.Data;

namespace Forage.Search.Models;

/// <summary>What a <see cref="DependencyParser"/> reads and predicts, and how it learns. Columns are CoNLL-U's unless said otherwise.</summary>
public sealed record ParserOptions
{
    /// <summary>Family of the files.</summary>
    public ConllFormat Format { get; init; } = ConllFormat.Universal;

    /// <summary>Column of the words, from 0.</summary>
    public int WordColumn { get; init; } = 1;

    /// <summary>Column of the tags that are looked at.</summary>
    public int TagColumn { get; init; } = 4;

    /// <summary>Column of the heads.</summary>
    public int HeadColumn { get; init; } = 6;

    /// <summary>Column of the relations; -1 to leave them out.</summary>
    public int RelationColumn { get; init; } = 7;

    /// <summary>Passes over the sentences, at least 1.</summary>
    public int Passes { get; init; } = 8;

    /// <summary>Sentences whose costs are found side by side with the same policies; 1 learns after every sentence.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>How it learns.</summary>
    public SearchOptions Learning { get; init; } = TaggerOptions.DefaultLearning;

    /// <summary>Checks every option.</summary>
    public void Validate()
    {
        Learning.Validate();
        foreach (int column in new[] { WordColumn, TagColumn, HeadColumn })
            if (column < 0) throw new ForageException($"Column {column} of sentences; expected 0 or more.");
        if (Passes < 1) throw new ForageException($"The number of passes is {Passes}; expected at least 1.");
        if (Batch < 1) throw new ForageException($"A batch of {Batch} sentences; expected at least 1.");
        if (Batch > 1 && Learning.Updates == UpdateTiming.Immediate) throw new ForageException($"A batch of {Batch} sentences needs buffered updates.");
    }
}
