using Forage.Features;

namespace Forage.Search.Tasks;

/// <summary>
/// A sentence as the dependency task sees it: for each word (from 1; 0 is the root) hashes of what it is, its right head and relation if they are known,
/// and room for predicted ones.
/// </summary>
public sealed class DependencySentence
{
    private readonly int[] _children, _childStarts;

    /// <summary>A sentence.</summary>
    /// <param name="words">Hash of each word, that of the first at 0.</param>
    /// <param name="tags">Hash of each word's tag.</param>
    /// <param name="endings">Hash of each word's ending or other view, for words that are rare.</param>
    /// <param name="heads">Each word's head, 0 for the root; none if they are not known.</param>
    /// <param name="relations">Number of each word's relation, -1 if it is not known; none if none is known.</param>
    /// <exception cref="ForageException">A head is no word.</exception>
    public DependencySentence(ReadOnlySpan<uint> words, ReadOnlySpan<uint> tags, ReadOnlySpan<uint> endings, ReadOnlySpan<int> heads = default, ReadOnlySpan<int> relations = default)
    {
        int n = words.Length;
        if (tags.Length != n || endings.Length != n || (heads.Length != 0 && heads.Length != n) || (relations.Length != 0 && relations.Length != n))
            throw new ArgumentException($"{n} words, {tags.Length} tags, {endings.Length} endings, {heads.Length} heads, {relations.Length} relations.");
        (Length, HasHeads, Words, Tags, Endings) = (n, !heads.IsEmpty, new uint[n + 1], new uint[n + 1], new uint[n + 1]);
        var root = new Rng(0).Fork(1);
        (Words[0], Tags[0], Endings[0]) = ((uint)root.Key, (uint)(root.Key >> 32), 1);
        words.CopyTo(Words.AsSpan(1));
        tags.CopyTo(Tags.AsSpan(1));
        endings.CopyTo(Endings.AsSpan(1));
        (Heads, Relations, PredictedHeads, PredictedRelations) = (new int[n + 1], new int[n + 1], new int[n + 1], new int[n + 1]);
        Relations.AsSpan().Fill(-1);
        Heads.AsSpan().Fill(-1);
        heads.CopyTo(Heads.AsSpan(1));
        relations.CopyTo(Relations.AsSpan(1));
        (_children, _childStarts) = Children(heads, n);
        State = new ParserState(n);
    }

    /// <summary>Number of words.</summary>
    public int Length { get; }

    /// <summary>Whether the right heads are known.</summary>
    public bool HasHeads { get; }

    /// <summary>Right heads by word, from 1; -1 if they are not known.</summary>
    public int[] Heads { get; }

    /// <summary>Right relations by word, from 1; -1 if they are not known.</summary>
    public int[] Relations { get; }

    /// <summary>Predicted heads by word, from 1.</summary>
    public int[] PredictedHeads { get; }

    /// <summary>Predicted relations by word, from 1.</summary>
    public int[] PredictedRelations { get; }

    internal uint[] Words { get; }

    internal uint[] Tags { get; }

    internal uint[] Endings { get; }

    internal ParserState State { get; }

    /// <summary>Words whose right head is <paramref name="word"/>, ascending.</summary>
    internal ReadOnlySpan<int> RightChildren(int word) => HasHeads ? _children.AsSpan(_childStarts[word].._childStarts[word + 1]) : default;

    private static (int[] Children, int[] Starts) Children(ReadOnlySpan<int> heads, int n)
    {
        int[] starts = new int[n + 2], children = new int[heads.Length];
        foreach (int h in heads)
        {
            if ((uint)h > (uint)n) throw new ForageException($"A word's head is {h}; expected 0 to {n}.");
            starts[h + 1]++;
        }
        for (int i = 1; i < starts.Length; i++) starts[i] += starts[i - 1];
        int[] next = [.. starts];
        for (int d = 1; d <= heads.Length; d++) children[next[heads[d - 1]]++] = d;
        return (children, starts);
    }
}
