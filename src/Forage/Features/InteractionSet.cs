using System.Text;

namespace Forage.Features;

/// <summary>
/// Which namespaces are crossed. A term names two or more namespaces by their first byte; ':' stands for every printable namespace met. The
/// feature combined from features 1..k has value Π value and index h_k, where h_1 = index_1 and h_j = (<see cref="FeatureHasher.InteractionPrime"/> · h_{j-1}) ^ index_j.
/// Combinations of a namespace with itself are taken without order but with repetition (x·x included).
/// </summary>
/// <remarks>
/// The rules are Vowpal Wabbit's: terms equal up to order count once (the first given is kept), a term that repeats a namespace is sorted, terms
/// are visited in lexical order. Safe for concurrent use: the expansion of ':' is replaced whole when a new namespace appears.
/// </remarks>
public sealed class InteractionSet
{
    private const byte Wildcard = (byte)':';

    private readonly byte[][] _given;
    private readonly bool _hasWildcard;
    private Expansion _expansion;

    /// <summary>Parses terms such as "ab", "aa", ":a", "abc".</summary>
    /// <exception cref="ForageException">A term names fewer than two namespaces.</exception>
    public InteractionSet(IEnumerable<string> terms)
    {
        _given = [.. terms.Select(Parse)];
        _hasWildcard = _given.Any(t => t.Contains(Wildcard));
        _expansion = Expand(0, 0);
    }

    /// <summary>No interactions.</summary>
    public static InteractionSet None { get; } = new([]);

    /// <summary>True if there is nothing to cross.</summary>
    public bool IsEmpty => _given.Length == 0;

    /// <summary>Visits every interaction feature of <paramref name="row"/> in runs.</summary>
    public void Visit<TVisitor>(in FeatureRow row, ref TVisitor visitor) where TVisitor : struct, IFeatureVisitor, allows ref struct
    {
        foreach (var term in TermsFor(row)) Cross(row, term, 0, 0, 1, 0, 0, ref visitor);
    }

    /// <summary>Number of interaction features of <paramref name="row"/>.</summary>
    public long Count(in FeatureRow row)
    {
        var counter = new Counter();
        Visit(row, ref counter);
        return counter.Total;
    }

    private static void Cross<TVisitor>(in FeatureRow row, byte[] term, int depth, uint xor, float scale, int firstGroup, int firstFeature, ref TVisitor visitor)
        where TVisitor : struct, IFeatureVisitor, allows ref struct
    {
        bool last = depth == term.Length - 1;
        for (int g = firstGroup; g < row.GroupCount; g++)
        {
            var group = row.Group(g);
            if (group.Namespace != term[depth]) continue;
            int start = g == firstGroup ? Math.Max(group.Start, firstFeature) : group.Start;
            if (last)
            {
                visitor.Visit(xor, scale, row.Indices[start..group.End], row.Values[start..group.End]);
                continue;
            }
            bool again = term[depth + 1] == term[depth];
            for (int i = start; i < group.End; i++)
            {
                uint next = FeatureHasher.InteractionPrime * (xor ^ row.Indices[i]);
                Cross(row, term, depth + 1, next, scale * row.Values[i], again ? g : 0, again ? i : 0, ref visitor);
            }
        }
    }

    private byte[][] TermsFor(in FeatureRow row)
    {
        var expansion = Volatile.Read(ref _expansion);
        if (!_hasWildcard) return expansion.Terms;
        ulong low = expansion.SeenLow, high = expansion.SeenHigh;
        for (int g = 0; g < row.GroupCount; g++)
        {
            byte ns = row.Group(g).Namespace;
            if (ns is < 32 or > 126) continue;
            if (ns < 64) low |= 1UL << ns;
            else high |= 1UL << (ns - 64);
        }
        if (low != expansion.SeenLow || high != expansion.SeenHigh) Volatile.Write(ref _expansion, expansion = Expand(low, high));
        return expansion.Terms;
    }

    private Expansion Expand(ulong low, ulong high)
    {
        var seen = new List<byte>();
        for (byte ns = 32; ns < 127; ns++)
            if (((ns < 64 ? low >> ns : high >> (ns - 64)) & 1) != 0) seen.Add(ns);
        var terms = new List<byte[]>();
        var known = new HashSet<string>();
        foreach (var given in _given)
        {
            IEnumerable<byte[]> expanded = [[]];
            foreach (byte ns in given)
                expanded = expanded.SelectMany(prefix => ns == Wildcard ? seen.Select(s => (byte[])[.. prefix, s]) : [[.. prefix, ns]]);
            foreach (var term in expanded.ToList())
            {
                byte[] sorted = [.. term.Order()];
                if (!known.Add(Convert.ToHexString(sorted))) continue;
                terms.Add(term.Distinct().Count() < term.Length ? sorted : term);
            }
        }
        return new Expansion([.. terms.OrderBy(t => t.Length).ThenBy(Convert.ToHexString, StringComparer.Ordinal)], low, high);
    }

    private static byte[] Parse(string term)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(term);
        if (bytes.Length < 2) throw new ForageException($"The interaction '{term}' names {bytes.Length} namespace(s); expected two or more first letters of namespaces, such as 'ab'.");
        return bytes;
    }

    private sealed record Expansion(byte[][] Terms, ulong SeenLow, ulong SeenHigh);

    private struct Counter : IFeatureVisitor
    {
        public long Total;

        public void Visit(uint xor, float scale, ReadOnlySpan<uint> indices, ReadOnlySpan<float> values) => Total += indices.Length;
    }
}
