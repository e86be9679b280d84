namespace Forage.Search.Text;

/// <summary>
/// Templates that do well, chosen on held-out parts of training data (see <c>docs/search-features.md</c>), in the language of <see cref="TokenTemplates.Parse"/>:
/// a place to start from, and what the command line takes unless told otherwise.
/// </summary>
public static class TemplateSets
{
    /// <summary>
    /// Parts of speech from words alone. Guesses are of <see cref="TagsSketch"/>; without a first pass those templates are left out and accuracy is about
    /// 0.3 points lower.
    /// </summary>
    public const string Tags = """
        word lower[-2..2]
        prefix(1..5) prefix(1..3)[-1] prefix(1..3)[1] suffix(1..5) suffix(1..4)[-1] suffix(1..4)[1]
        shape[-1..1] longshape signs length(12)
        lower[-1]&lower lower&lower[1] lower[-1]&suffix(3) suffix(3)&lower[1] suffix(3)[-1]&suffix(3) suffix(3)&suffix(3)[1]
        shape&shape[-1] shape&shape[1] shape&suffix(2) shape&suffix(3) shape[-1]&shape&shape[1]
        label[-1] label[-2] label[-2]&label[-1] label[-1]&lower label[-1]&suffix(3) label[-1]&lower[1] label[-1]&suffix(2)[1]
        guess[1..2] guess[1]&guess[2] lower&guess[1] suffix(3)&guess[1] label[-1]&guess[1] lower[1]&guess[1] label[-1]&lower&guess[1]
        """;

    /// <summary>A first pass for <see cref="Tags"/>: few features, as only the guesses of the tokens ahead count.</summary>
    public const string TagsSketch = """
        word lower[-1..1] prefix(1..4) suffix(1..4) suffix(2..3)[-1] suffix(2..3)[1] shape signs
        label[-1] label[-2]&label[-1]
        """;

    /// <summary>Chunks from words and parts of speech, for reading from the right (<see cref="TokenFeatures.FromRight"/>).</summary>
    public const string Chunks = """
        word[-2..2] word[-1]&word word&word[1]
        tag[-3..3] tag[-2]&tag[-1] tag[-1]&tag tag&tag[1] tag[1]&tag[2] tag[-1]&tag[1]
        tag[-2]&tag[-1]&tag tag[-1]&tag&tag[1] tag&tag[1]&tag[2]
        tag[-3]&tag[-2]&tag[-1]&tag tag[-2]&tag[-1]&tag&tag[1] tag[-2]&tag[-1]&tag&tag[1]&tag[2]
        word&tag word[-1]&tag[-1] word[1]&tag[1] tag[-1]&word tag[1]&word word[-1]&tag word[1]&tag
        tag[-1]&word&tag[1] word[-1]&tag&tag[1] word[1]&tag&tag[-1]
        prefix(2..3) suffix(2..4) shape
        label[-1] label[-2]&label[-1] label[-1]&word label[-1]&tag label[-1]&tag[-1]&tag
        """;

    /// <summary>The usual CRF++ template for chunks from words (column 0) and parts of speech (column 1), in CRF++'s language: for comparing with it.</summary>
    public const string CrfChunks = """
        U00:%x[-2,0]
        U01:%x[-1,0]
        U02:%x[0,0]
        U03:%x[1,0]
        U04:%x[2,0]
        U05:%x[-1,0]/%x[0,0]
        U06:%x[0,0]/%x[1,0]
        U10:%x[-2,1]
        U11:%x[-1,1]
        U12:%x[0,1]
        U13:%x[1,1]
        U14:%x[2,1]
        U15:%x[-2,1]/%x[-1,1]
        U16:%x[-1,1]/%x[0,1]
        U17:%x[0,1]/%x[1,1]
        U18:%x[1,1]/%x[2,1]
        U20:%x[-2,1]/%x[-1,1]/%x[0,1]
        U21:%x[-1,1]/%x[0,1]/%x[1,1]
        U22:%x[0,1]/%x[1,1]/%x[2,1]
        B
        """;

    /// <summary>Names of persons, places, organisations from words and parts of speech.</summary>
    public const string Entities = """
        word[-2..2] lower[-1..1] word[-1]&word word&word[1] lower[-1]&lower&lower[1]
        tag[-2..2] tag[-1]&tag tag&tag[1] tag&word
        prefix(1..5) suffix(1..5) prefix(3)[-1] prefix(3)[1] suffix(3)[-1] suffix(3)[1]
        shape[-2..2] longshape[-1..1] signs[-1..1] digitless length(10) shape[-1]&shape shape&shape[1] shape[-1]&shape&shape[1] shape&lower[-1] shape&lower[1]
        label[-1] label[-2]&label[-1] label[-1]&word label[-1]&lower[1] label[-1]&shape label[-1]&shape&shape[1] label[-1]&tag
        """;
}
