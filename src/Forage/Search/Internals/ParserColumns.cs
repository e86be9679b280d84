using Forage.Features;
using Forage.Search.Models;
using Forage.Search.Tasks;
using Forage.Search.Text;

namespace Forage.Search.Internals;

/// <summary>Makes sentences for the parser from columns; what a value hashes to is computed once.</summary>
internal sealed class ParserColumns(ParserOptions options, SentenceTable table)
{
    private const uint WordSeed = 0x3C6EF372, TagSeed = 0x78DDE6E4;
    private static readonly TokenView s_ending = new(TokenViewKind.Suffix, 3);

    private readonly List<uint> _words = [], _endings = [], _tags = [];
    private int _wordGeneration, _tagGeneration;

    /// <summary>A sentence; with relations to number, its right heads and relations too.</summary>
    public DependencySentence Sentence(int sentence, LabelSet? relations, bool gold = false)
    {
        var (word, tag) = (table.Column(options.WordColumn), table.Column(options.TagColumn));
        Forget(word, ref _wordGeneration, _words, _endings);
        Forget(tag, ref _tagGeneration, _tags);
        for (int v = _words.Count; v < word.Values.Count; v++)
        {
            _words.Add(Murmur.Hash(word.Values[v], WordSeed));
            _endings.Add(s_ending.Hash(word.Values[v]) is var e && e != 0 ? e : _words[v]);
        }
        for (int v = _tags.Count; v < tag.Values.Count; v++) _tags.Add(Murmur.Hash(tag.Values[v], TagSeed));
        uint[] words = Map(word.Sentence(sentence), _words), endings = Map(word.Sentence(sentence), _endings), tags = Map(tag.Sentence(sentence), _tags);
        if (!gold) return new DependencySentence(words, tags, endings);
        var head = table.Column(options.HeadColumn);
        int[] heads = [.. head.Sentence(sentence).ToArray().Select(head.Values.Integer)], names = [];
        if (options.RelationColumn >= 0)
        {
            var relation = table.Column(options.RelationColumn);
            names = [.. relation.Sentence(sentence).ToArray().Select(v => relations?.Find(relation.Values[v]) ?? -1)];
        }
        return new DependencySentence(words, tags, endings, heads, names);
    }

    // Values whose numbers began again.
    private static void Forget(TokenColumn column, ref int generation, params ReadOnlySpan<List<uint>> hashes)
    {
        if (generation == column.Values.Generation) return;
        generation = column.Values.Generation;
        foreach (var list in hashes) list.Clear();
    }

    private static uint[] Map(ReadOnlySpan<int> values, List<uint> hashes)
    {
        uint[] result = new uint[values.Length];
        for (int i = 0; i < result.Length; i++) result[i] = hashes[values[i]];
        return result;
    }
}
