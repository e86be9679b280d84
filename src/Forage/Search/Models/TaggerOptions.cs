using Forage.Data;
using Forage.Search.Internals;
using Forage.Search.Text;

namespace Forage.Search.Models;

/// <summary>What a <see cref="Tagger"/> reads, looks at and predicts, and how it learns.</summary>
public sealed record TaggerOptions
{
    /// <summary>Family of the files.</summary>
    public ConllFormat Format { get; init; }

    /// <summary>Column of the words, from 0.</summary>
    public int WordColumn { get; init; }

    /// <summary>Column of tags that may be looked at; -1 for none.</summary>
    public int TagColumn { get; init; } = -1;

    /// <summary>Column of the labels to predict.</summary>
    public int LabelColumn { get; init; } = 1;

    /// <summary>Features of a token, in CRF++'s language or Forage's; see <see cref="TokenTemplates"/> and <see cref="TemplateSets"/>.</summary>
    public string Templates { get; init; } = TemplateSets.Tags;

    /// <summary>Features of a first pass that guesses labels (<see cref="Tasks.TwoPassTask"/>); null for one pass.</summary>
    public string? FirstTemplates { get; init; }

    /// <summary>How labels write spans down; null if they are no spans.</summary>
    public SpanEncoding? Encoding { get; init; }

    /// <summary>Label sentences from their last token. Chunks of English are easier that way.</summary>
    public bool FromRight { get; init; }

    /// <summary>How many labels before the one at hand are features, beside those that templates name; null for 2 if templates name none, else 0.</summary>
    public int? History { get; init; }

    /// <summary>Passes over the sentences, at least 1.</summary>
    public int Passes { get; init; } = 6;

    /// <summary>Sentences whose costs are found side by side with the same policies; 1 learns after every sentence.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>How it learns.</summary>
    public SearchOptions Learning { get; init; } = DefaultLearning;

    /// <summary>
    /// The learning of sequences unless said otherwise: what is learnt rolls in, a share of the features left out; costs as stated, applied at once. Leaving features of
    /// small weights out of models and rounding the others loses nothing on held-out sentences and makes models six times smaller.
    /// </summary>
    public static SearchOptions DefaultLearning { get; } = new() { RollIn = RollIn.Learnt, Dropout = 0.1, Margin = 1, LeastWeight = 0.1f, Round = true, Updates = UpdateTiming.Immediate };

    /// <summary>Parts of speech from words: two passes, the second of which sees the first's guesses ahead.</summary>
    public static TaggerOptions Tags { get; } = new() { FirstTemplates = TemplateSets.TagsSketch, Passes = 10, Learning = DefaultLearning with { Dropout = 0.3, LeastWeight = 0.02f } };

    /// <summary>Chunks of words with tags, from the right.</summary>
    public static TaggerOptions Chunks { get; } = new()
    {
        Templates = TemplateSets.Chunks,
        TagColumn = 1,
        LabelColumn = 2,
        Encoding = SpanEncoding.Iob2,
        FromRight = true,
        Passes = 8,
        Learning = DefaultLearning with { Margin = 3 },
    };

    /// <summary>Names of persons, places, organisations over words with tags.</summary>
    public static TaggerOptions Entities { get; } = new() { Templates = TemplateSets.Entities, TagColumn = 1, LabelColumn = 3, Encoding = SpanEncoding.Iob2, Passes = 8 };

    /// <summary>Checks every option.</summary>
    public void Validate()
    {
        Learning.Validate();
        if (WordColumn < 0) throw new ForageException($"The column of words is {WordColumn}; expected 0 or more.");
        if (LabelColumn < 0) throw new ForageException($"The column of labels is {LabelColumn}; expected 0 or more.");
        if (History is < 0 or > FeatureGather.MostConditions) throw new ForageException($"{History} labels before are to be features; expected 0 to {FeatureGather.MostConditions}.");
        if (Passes < 1) throw new ForageException($"The number of passes is {Passes}; expected at least 1.");
        if (Batch < 1) throw new ForageException($"A batch of {Batch} sentences; expected at least 1.");
        if (Batch > 1 && Learning.Updates == UpdateTiming.Immediate) throw new ForageException($"A batch of {Batch} sentences needs buffered updates.");
    }
}
