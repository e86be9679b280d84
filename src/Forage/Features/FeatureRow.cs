namespace Forage.Features;

/// <summary>
/// A view of one row of features: sparse (index, value) pairs in namespace groups. It borrows the memory of a <see cref="FeatureBlock"/> (or of
/// plain arrays) and is valid until that is changed. A row of an action may contain the shared context's groups after its own.
/// </summary>
/// <remarks>Indices are whole 32-bit hashes; a learner masks them to its own number of bits, so a row serves tables of every size.</remarks>
public readonly ref struct FeatureRow
{
    /// <summary>A row of one default-namespace group over plain memory.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public FeatureRow(ReadOnlySpan<uint> indices, ReadOnlySpan<float> values)
    {
        if (indices.Length != values.Length) throw new ArgumentException($"{indices.Length} indices but {values.Length} values.");
        Indices = indices;
        Values = values;
    }

    /// <summary>A row of the given groups; their positions refer to <paramref name="indices"/> and <paramref name="values"/>.</summary>
    public FeatureRow(ReadOnlySpan<uint> indices, ReadOnlySpan<float> values, ReadOnlySpan<FeatureGroup> groups) : this(indices, values) => Groups = groups;

    /// <summary>The memory group positions refer to; it may hold other rows too.</summary>
    public ReadOnlySpan<uint> Indices { get; }

    /// <summary>Values beside <see cref="Indices"/>.</summary>
    public ReadOnlySpan<float> Values { get; }

    /// <summary>Groups in order; none means that all of <see cref="Indices"/> is one group of the default namespace.</summary>
    public ReadOnlySpan<FeatureGroup> Groups { get; }

    /// <summary>Number of groups, at least 1.</summary>
    public int GroupCount => Groups.IsEmpty ? 1 : Groups.Length;

    /// <summary>Group number <paramref name="i"/>.</summary>
    public FeatureGroup Group(int i) => Groups.IsEmpty ? new FeatureGroup(FeatureGroup.Default, 0, Indices.Length) : Groups[i];

    /// <summary>Number of features, interactions not counted.</summary>
    public int Count
    {
        get
        {
            if (Groups.IsEmpty) return Indices.Length;
            int n = 0;
            foreach (var g in Groups) n += g.Count;
            return n;
        }
    }
}
