namespace Forage.Search.Models;

/// <summary>Features that serve well where nothing else is said.</summary>
public static class DefaultTemplates
{
    /// <summary>For labels of words, such as parts of speech: neighbours, prefixes, suffixes, shapes.</summary>
    public const string Words =
        "bias word[-2..2] lower[0] prefix(1..4)[0] suffix(1..4)[0] shape[-1..1] suffix(2..3)[-1] suffix(2..3)[1] word[-1]&word[0] word[0]&word[1]";

    /// <summary>For spans over words with tags, such as chunks and entities: CRF++'s template of CoNLL-2000, and what words end in.</summary>
    public const string TaggedWords =
        "bias word[-2..2] tag[-2..2] word[-1]&word[0] word[0]&word[1] tag[-2]&tag[-1] tag[-1]&tag[0] tag[0]&tag[1] tag[1]&tag[2] tag[-2]&tag[-1]&tag[0] "
        + "tag[-1]&tag[0]&tag[1] tag[0]&tag[1]&tag[2] word[0]&tag[0] word[0]&tag[1] tag[0]&word[1] word[0]&tag[-1] shape[0] suffix(2..3)[0] prefix(2..3)[0] tag[-3] tag[3]";
}
