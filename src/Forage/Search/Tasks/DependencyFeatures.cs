using System.Runtime.CompilerServices;

namespace Forage.Search.Tasks;

/// <summary>
/// What a parser's state looks like, after Zhang and Nivre 2011: words and tags of the top of the stack and of the front of the buffer, singly, in pairs and
/// triples; their outermost children, how many they have, the relations found, and how far apart they are.
/// </summary>
internal static class DependencyFeatures
{
    /// <summary>Room for all of them.</summary>
    public const int Most = 128;

    private const uint None = 0x51ED270B; // a place without a word

    private ref struct Writer(Span<uint> to)
    {
        private readonly Span<uint> _to = to;
        public int Count;
        private uint _template;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(uint a) => _to[Count++] = Mix(Mix(++_template * 0x9E3779B1u) ^ a);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(uint a, uint b) => _to[Count++] = Mix(Mix(Mix(++_template * 0x9E3779B1u) ^ a) ^ b);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(uint a, uint b, uint c) => _to[Count++] = Mix(Mix(Mix(Mix(++_template * 0x9E3779B1u) ^ a) ^ b) ^ c);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(uint a, uint b, uint c, uint d) => _to[Count++] = Mix(Mix(Mix(Mix(Mix(++_template * 0x9E3779B1u) ^ a) ^ b) ^ c) ^ d);
    }

    /// <summary>Writes the features of a state.</summary>
    /// <returns>How many there are.</returns>
    public static int Fill(DependencySentence x, ParserState state, Span<uint> to)
    {
        var f = new Writer(to);
        int s0 = At(state, 0), s1 = At(state, 1), s2 = At(state, 2), b0 = state.Buffer(0), b1 = state.Buffer(1), b2 = state.Buffer(2);
        uint s0w = W(x, s0), s0t = T(x, s0), s1w = W(x, s1), s1t = T(x, s1), s2t = T(x, s2), b0w = W(x, b0), b0t = T(x, b0), b1w = W(x, b1), b1t = T(x, b1), b2t = T(x, b2), b2w = W(x, b2);
        f.Add(0);
        f.Add(s0w);
        f.Add(s0t);
        f.Add(s0w, s0t);
        f.Add(E(x, s0));
        f.Add(s1w);
        f.Add(s1t);
        f.Add(s1w, s1t);
        f.Add(s2t);
        f.Add(W(x, s2), s2t);
        f.Add(b0w);
        f.Add(b0t);
        f.Add(b0w, b0t);
        f.Add(E(x, b0));
        f.Add(b1w, b1t);
        f.Add(b1t);
        f.Add(b2w, b2t);
        f.Add(b2t);
        f.Add(s0w, b0w);
        f.Add(s0w, s0t, b0w, b0t);
        f.Add(s0w, s0t, b0t);
        f.Add(s0t, b0w, b0t);
        f.Add(s0w, b0t);
        f.Add(s0t, b0w);
        f.Add(s0t, b0t);
        f.Add(s0w, s1w);
        f.Add(s0w, s1t);
        f.Add(s0t, s1w);
        f.Add(s0t, s1t);
        f.Add(s0t, s0w, s1t);
        f.Add(s1t, b0t);
        f.Add(s1w, b0w);
        f.Add(s1w, b0t);
        f.Add(b0t, b1t);
        f.Add(b0t, b1t, b2t);
        f.Add(s0t, b0t, b1t);
        f.Add(s1t, s0t, b0t);
        f.Add(s2t, s1t, s0t);
        f.Add(s1t, s0w, b0t);
        f.Add(s1t, s0t, b0w);
        f.Add(s1w, s0t, b0t);
        f.Add(s0w, b0t, b1t);
        f.Add(s1t, s0t, b0t, b1t);
        f.Add(s2t, s1t, s0t, b0t);
        int s0l = state.LeftChild(s0), s0r = state.RightChild(s0), s1l = state.LeftChild(s1), s1r = state.RightChild(s1), b0l = state.LeftChild(b0);
        uint s0lt = T(x, Child(s0l)), s0rt = T(x, Child(s0r)), s1lt = T(x, Child(s1l)), s1rt = T(x, Child(s1r)), b0lt = T(x, Child(b0l));
        f.Add(s0t, s0lt, b0t);
        f.Add(s0t, s0rt, b0t);
        f.Add(s0t, b0lt, b0t);
        f.Add(s1t, s1rt, s0t);
        f.Add(s1t, s1lt, s0t);
        f.Add(s1t, s0lt, s0t);
        f.Add(s1t, s0rt, s0t);
        f.Add(s0w, W(x, Child(s0l)));
        f.Add(s0w, W(x, Child(s0r)));
        f.Add(s0lt, s0rt, s0t);
        f.Add(s1t, s0t, b0lt, b0t);
        uint distance = s0 > 0 ? (uint)Math.Min((b0 > 0 ? b0 : x.Length + 1) - s0, 8) : 9, between = s1 > 0 ? (uint)Math.Min(s0 - s1, 8) : 9;
        f.Add(s0t, b0t, distance);
        f.Add(s0w, distance);
        f.Add(b0w, distance);
        f.Add(s0t, s1t, between);
        f.Add(s1w, between);
        uint s0ls = (uint)Math.Min(state.LeftChildren(s0), 4), s0rs = (uint)Math.Min(state.RightChildren(s0), 4), s1rs = (uint)Math.Min(state.RightChildren(s1), 4), b0ls = (uint)Math.Min(state.LeftChildren(b0), 4);
        f.Add(s0w, s0rs);
        f.Add(s0t, s0rs, b0t);
        f.Add(s0w, s0ls);
        f.Add(s0t, s0ls);
        f.Add(s1w, s1rs);
        f.Add(s1t, s1rs, s0t);
        f.Add(b0w, b0ls);
        f.Add(b0t, b0ls, s0t);
        uint s0lr = R(state, s0l), s0rr = R(state, s0r), s1rr = R(state, s1r), s1lr = R(state, s1l), b0lr = R(state, b0l);
        f.Add(s0w, s0lr);
        f.Add(s0t, s0lr, b0t);
        f.Add(s0w, s0rr);
        f.Add(s0t, s0rr, b0t);
        f.Add(s1w, s1rr);
        f.Add(s1t, s1rr, s0t);
        f.Add(s1t, s1lr, s0t);
        f.Add(b0w, b0lr);
        f.Add(b0t, b0lr, s0t);
        f.Add(E(x, s0), b0t);
        f.Add(s0t, E(x, b0));
        return f.Count;
    }

    /// <summary>Writes the features of an arc just made.</summary>
    /// <returns>How many there are.</returns>
    public static int FillArc(DependencySentence x, ParserState state, int word, int transition, Span<uint> to)
    {
        int head = state.Head(word), left = state.LeftChild(word), right = state.RightChild(word), sibling = transition == ParserState.Left ? state.LeftChildren(head) : state.RightChildren(head);
        int before = word > 1 ? word - 1 : -1, behind = word < x.Length ? word + 1 : -1;
        uint d = (uint)transition, hw = W(x, head), ht = T(x, head), w = W(x, word), t = T(x, word), distance = (uint)Math.Min(Math.Abs(head - word), 6), place = (uint)Math.Min(sibling, 4);
        var f = new Writer(to);
        f.Add(d);
        f.Add(d, hw, w);
        f.Add(d, hw, t);
        f.Add(d, ht, w);
        f.Add(d, ht, t);
        f.Add(d, ht, t, distance);
        f.Add(d, ht, t, place);
        f.Add(d, hw, t, place);
        f.Add(d, w);
        f.Add(d, t);
        f.Add(d, hw);
        f.Add(d, ht);
        f.Add(d, E(x, word), ht);
        f.Add(d, E(x, word), t);
        f.Add(d, t, E(x, head));
        f.Add(d, t, T(x, Child(left)), ht);
        f.Add(d, t, T(x, Child(right)), ht);
        f.Add(d, t, W(x, Child(left)));
        f.Add(d, t, ht, W(x, Child(left)));
        f.Add(d, t, R(state, left), ht);
        f.Add(d, t, R(state, right), ht);
        f.Add(d, t, T(x, before), ht);
        f.Add(d, t, T(x, behind), ht);
        f.Add(d, t, W(x, before));
        f.Add(d, t, W(x, behind));
        f.Add(d, t, hw, T(x, Child(state.RightChild(head))));
        return f.Count;
    }

    // The top of the stack and what is below it; -1 where there is nothing.
    private static int At(ParserState state, int i) => i < state.Depth ? state.Stack(i) : -1;

    // Children are words from 1; 0 stands for none.
    private static int Child(int word) => word > 0 ? word : -1;

    private static uint W(DependencySentence x, int word) => word < 0 ? None : x.Words[word];

    private static uint T(DependencySentence x, int word) => word < 0 ? None : x.Tags[word];

    private static uint E(DependencySentence x, int word) => word < 0 ? None : x.Endings[word];

    private static uint R(ParserState state, int word) => word > 0 ? (uint)(state.Relation(word) + 2) * 0x85EBCA77 : None;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Mix(uint z)
    {
        z *= 0x7FEB352D;
        return (z ^ z >> 15) * 0x846CA68B ^ z >> 16;
    }
}
